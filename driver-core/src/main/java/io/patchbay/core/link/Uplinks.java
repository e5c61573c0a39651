package io.patchbay.core.link;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The ports of a bridge that Patchbay did not make: a NIC, a VLAN, a bond, in a lab a veth. The kernel does not say
 * which ports lead to a LAN.
 */
public final class Uplinks {
    /** What leads to a container or a virtual machine rather than to the LAN, where the bridge has other ports too. */
    private static final Set<String> OF_GUESTS = Set.of("veth", "tun");

    private Uplinks() {}

    public static List<Link> of(List<Link> all, Link bridge) {
        return all.stream()
                .filter(l -> !l.isOurs() && l.master().equals(OptionalInt.of(bridge.index())))
                .toList();
    }

    /** The largest frame that the LAN behind the bridge takes, the least of its uplinks'; empty without an uplink. */
    public static OptionalInt mtu(List<Link> all, Link bridge) {
        List<Link> uplinks = of(all, bridge);
        List<Link> toLan = uplinks.stream()
                .filter(l -> !OF_GUESTS.contains(l.kind().orElse("")))
                .toList();
        return (toLan.isEmpty() ? uplinks : toLan).stream().mapToInt(Link::mtu).min();
    }
}
