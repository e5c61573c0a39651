package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;

/**
 * An address that a DHCP server of the LAN would give.
 *
 * @param server the address it calls itself by
 */
public record DhcpOffer(IpAddress address, IpAddress server) {}
