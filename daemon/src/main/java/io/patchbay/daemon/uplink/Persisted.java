package io.patchbay.daemon.uplink;

import io.patchbay.daemon.uplink.persist.Persistent;

/**
 * A bridge that stands in the host's network configuration, by boots and by what was there before.
 *
 * @param addressing how the kernel made the NIC's IPv6 addresses before
 * @param since as ISO 8601 has it
 */
record Persisted(String bridge, String nic, String addressing, String since, Persistent persistent) {}
