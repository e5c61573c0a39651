package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import java.util.List;

/**
 * Who has which addresses, to be told to the LAN.
 *
 * @param port name of the bridge port behind which the MAC is, the host end of a veth pair
 * @param bridge name of the bridge
 * @param mac the container's
 * @param addresses IPv4 and IPv6, at least one
 */
public record Announcement(String bridge, String port, MacAddress mac, List<IpAddress> addresses) {
    public Announcement {
        addresses = List.copyOf(addresses);
    }
}
