package io.patchbay.daemon.uplink;

/**
 * A bridge that was made of a NIC and stays until it is released or the host boots.
 *
 * @param place where, see {@link Host#place}
 * @param addressing how the kernel made the NIC's IPv6 addresses before
 * @param since as ISO 8601 has it
 */
record Taken(String bridge, String nic, String place, String addressing, String since) {}
