package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.LinkRules;
import io.patchbay.daemon.uplink.persist.Persistent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a NIC is not to be made a bridge's port, and what is to be known before it is; a sentence each. */
final class Refusals {
    private final Map<String, Nic> links;
    private final Host host;

    Refusals(Map<String, Nic> links, Host host) {
        this.links = Map.copyOf(links);
        this.host = host;
    }

    /** Reasons that can be told by name and kind of the links alone. */
    List<String> of(String name, String bridge) {
        List<String> reasons = new ArrayList<>(host.lackingRights());
        Nic nic = links.get(name);
        if (nic == null) {
            reasons.add("there is no link " + name + "; there are " + cards());
            return reasons;
        }
        try {
            LinkRules.checkName(bridge);
        } catch (PatchbayException e) {
            reasons.add(String.valueOf(e.getMessage()));
        }
        if (links.containsKey(bridge)) {
            reasons.add("a link " + bridge + " exists already, and 'patchbay uplink take' has not made it: use it as it"
                    + " is, or say --bridge with another name");
        }
        kind(nic).ifPresent(reasons::add);
        nic.master()
                .flatMap(master -> Optional.ofNullable(links.get(master)))
                .ifPresent(master -> reasons.add(name + " is a port of " + master.name()
                        + (master.kind().isEmpty() ? "" : ", a " + master.kind())
                        + (master.kind().equals("bridge")
                                ? ": containers can use that bridge as it is, with --bridge " + master.name()
                                : ": take " + master.name() + " itself")));
        if (!nic.up()) {
            reasons.add(name + " is down, so it carries nothing: ip link set " + name + " up");
        }
        reasons.addAll(uppers(nic));
        return reasons;
    }

    private String cards() {
        return links.values().stream()
                .filter(link -> link.type().equals("ether") && link.kind().isEmpty())
                .map(Nic::name)
                .sorted()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), names -> names.isEmpty() ? "no Ethernet cards" : names));
    }

    private Optional<String> kind(Nic nic) {
        String name = nic.name();
        if (nic.type().equals("loopback")) {
            return Optional.of(name + " is the loopback, which leads to no LAN");
        }
        if (!nic.type().equals("ether")) {
            return Optional.of(name + " is no Ethernet link but " + nic.type() + ", which no bridge takes");
        }
        if (host.isWireless(name)) {
            return Optional.of(name + " is Wi-Fi: an access point takes frames from the MAC it knows and no others, so"
                    + " no container would be reached");
        }
        return switch (nic.kind()) {
            case "bridge" ->
                Optional.of(name + " is a bridge itself: containers can use it as it is, with --bridge " + name);
            case "macvlan", "macvtap", "ipvlan", "ipvtap" ->
                Optional.of(name + " is a " + nic.kind() + ", which hears frames for its own MAC alone");
            default -> Optional.empty();
        };
    }

    /** Links on this one that would not work any more; VLANs do. */
    private List<String> uppers(Nic nic) {
        return links.values().stream()
                .filter(link -> link.lower().filter(nic.name()::equals).isPresent())
                .filter(link -> link.kind().matches("macv.*|ipv.*"))
                .map(link -> link.name() + " is a " + link.kind() + " on " + nic.name()
                        + ", and a bridge's port carries none: remove it, or put it on " + nic.name()
                        + "'s bridge afterwards")
                .toList();
    }

    /** Reasons that lie in what the NIC carries, but for leases. */
    List<String> of(Picture picture) {
        List<String> reasons = new ArrayList<>();
        String link = picture.nic().name();
        picture.routes().stream()
                .filter(route -> route.words().contains("nhid"))
                .findFirst()
                .ifPresent(route -> reasons.add("the " + route.text(link, link)
                        + " uses a nexthop object, which is bound to " + link + ": replace it by a route of its own"));
        if (!picture.settings().isEmpty() && !host.canSet()) {
            reasons.add("/proc/sys/net cannot be written, so this is a container: run it on the host");
        }
        return reasons;
    }

    /**
     * Reasons that lie in DHCP leases.
     *
     * @param lease it is known that a lease is moved for as long as it lasts
     * @param manager what makes the bridge at a boot, and asks for the lease there from now on; empty without
     */
    List<String> ofLeases(Picture picture, boolean lease, String manager) {
        List<NicAddress> leases =
                picture.addresses().stream().filter(NicAddress::isLease).toList();
        if (leases.isEmpty()) {
            return List.of();
        }
        String link = picture.nic().name();
        String first = leases.get(0) + " on " + link + " is a lease";
        List<String> keepers = host.leaseKeepers(picture.nic());
        List<String> others = keepers.stream()
                .filter(keeper -> !keeper.startsWith(manager.equals("ifupdown") ? "dhclient" : manager + " "))
                .toList();
        if (!manager.isEmpty()) {
            return others.isEmpty()
                    ? List.of()
                    : List.of(first + " that " + String.join(", ", others) + " keeps up, and " + manager
                            + " cannot take it over from there: end it (the address stays)");
        }
        if (!keepers.isEmpty()) {
            return List.of(first + " that " + String.join(", ", keepers) + " keeps up, and would put back there: say"
                    + " --persist to have it on the bridge from then on, or end that (the address stays) and say"
                    + " --lease");
        }
        long left = leases.get(0).lifetimes().map(NicAddress.Lifetimes::valid).orElse(0L);
        return lease
                ? List.of()
                : List.of(first + " for another " + left + " s, and nobody would renew it on the bridge: say --lease"
                        + " to move it for as long, and start a DHCP client on the bridge afterwards");
    }

    /** What is no reason, but to be known. */
    List<String> notes(Picture picture, Persistent persistent) {
        List<String> notes = new ArrayList<>(persistent.notes());
        if (persistent.manager().isEmpty()) {
            notes.addAll(host.managers(picture.nic()));
        }
        if (picture.addresses().isEmpty()) {
            notes.add(picture.nic().name() + " has no address, so the bridge will have none");
        }
        if (!picture.nic().carrier()) {
            notes.add(picture.nic().name() + " has no carrier: nothing can be asked whether it still answers");
        }
        notes.addAll(vlans(links.values(), picture.nic().name()));
        return notes;
    }

    private static List<String> vlans(Collection<Nic> links, String name) {
        return links.stream()
                .filter(link -> link.lower().filter(name::equals).isPresent()
                        && link.kind().equals("vlan"))
                .map(link -> link.name() + " keeps working on " + name + "; its VLAN does not reach the bridge")
                .toList();
    }
}
