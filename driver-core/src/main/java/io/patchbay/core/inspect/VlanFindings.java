package io.patchbay.core.inspect;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links.PortVlan;
import io.patchbay.core.link.Uplinks;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code doctor} says of a bridge that filters by VLAN. Containers' ports are in the VLAN that the bridge gives a
 * port nobody speaks of, and what they send is dropped where that is none, or where the uplink is not in it.
 */
final class VlanFindings {
    private VlanFindings() {}

    static List<Finding> of(Link bridge, List<Link> all, List<PortVlan> vlans) {
        if (bridge.bridge().filter(Link.BridgeSettings::vlanFiltering).isEmpty()) {
            return List.of();
        }
        String name = bridge.name();
        int vlan = bridge.bridge().orElseThrow().defaultPvid();
        String deaf = all.stream()
                .filter(l -> l.isOurs() && l.master().equals(OptionalInt.of(bridge.index())))
                .filter(l -> vlans.stream().noneMatch(v -> v.linkIndex() == l.index() && v.pvid()))
                .map(Link::name)
                .collect(Collectors.joining(", "));
        Stream<Finding> ports = deaf.isEmpty()
                ? Stream.empty()
                : Stream.of(fail(
                        name,
                        "ports of containers on " + name + " have no VLAN for untagged frames (pvid): " + deaf
                                + "; what these containers send is dropped",
                        "bridge vlan add dev PORT vid " + Math.max(vlan, 1) + " pvid untagged"));
        if (vlan == 0) {
            return Stream.concat(
                            Stream.of(fail(
                                    name,
                                    name + " filters by VLAN and gives a new port none (default_pvid 0): what a"
                                            + " container sends is dropped",
                                    "ip link set " + name + " type bridge vlan_default_pvid 1, or another VLAN that"
                                            + " the uplink is in")),
                            ports)
                    .toList();
        }
        return Stream.of(ports, itself(bridge, vlan, vlans), uplinks(bridge, vlan, all, vlans))
                .flatMap(findings -> findings)
                .toList();
    }

    /** What this host itself sends and hears on the bridge, probes and announcements too. */
    private static Stream<Finding> itself(Link bridge, int vlan, List<PortVlan> vlans) {
        if (vlans.stream().anyMatch(v -> v.linkIndex() == bridge.index() && v.pvid() && v.contains(vlan))) {
            return Stream.empty();
        }
        String name = bridge.name();
        return Stream.of(new Finding(
                "bridge-vlan",
                Severity.WARN,
                name,
                name + " itself is not in VLAN " + vlan + " without a tag, which containers' ports are in: host and"
                        + " containers do not reach each other, and what is asked and announced goes to another VLAN",
                "bridge vlan add dev " + name + " vid " + vlan + " pvid untagged self"));
    }

    private static Stream<Finding> uplinks(Link bridge, int vlan, List<Link> all, List<PortVlan> vlans) {
        String name = bridge.name();
        return Uplinks.of(all, bridge).stream()
                .filter(l -> vlans.stream().noneMatch(v -> v.linkIndex() == l.index() && v.contains(vlan)))
                .map(l -> fail(
                        l.name(),
                        "uplink " + l.name() + " of " + name + " is not in VLAN " + vlan
                                + ", which containers' ports are in: they do not reach the LAN",
                        "bridge vlan add dev " + l.name() + " vid " + vlan + " pvid untagged, or without pvid and"
                                + " untagged where the switch wants tags"));
    }

    private static Finding fail(String subject, String message, String advice) {
        return new Finding("bridge-vlan", Severity.FAIL, subject, message, advice);
    }
}
