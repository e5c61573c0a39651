package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.util.Optional;

/** What somebody on a LAN said about an address. */
public sealed interface Sighting {
    IpAddress address();

    /**
     * A station said that it has the address: by ARP, or as a neighbour of IPv6.
     *
     * @param toAll false when it said so to this host alone, which had asked
     */
    record Station(IpAddress address, MacAddress mac, boolean toAll) implements Sighting {}

    /**
     * A DHCP server gives the address to a station.
     *
     * @param server the address it calls itself by
     * @param mac its own, or of the relay before it; empty where the station said whose offer it takes
     */
    record Offer(IpAddress address, IpAddress server, Optional<MacAddress> mac) implements Sighting {}
}
