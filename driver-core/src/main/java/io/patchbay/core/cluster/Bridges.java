package io.patchbay.core.cluster;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Uplinks;
import io.patchbay.core.record.HostRecord.HostBridge;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The bridges of this host that lead to a LAN: those of its networks, and the default one. */
final class Bridges {
    private final State state;
    private final Links links;
    private final String host;
    private final String defaultBridge;

    Bridges(State state, Links links, String host, String defaultBridge) {
        this.state = state;
        this.links = links;
        this.host = host;
        this.defaultBridge = defaultBridge;
    }

    /** Their names, also of such as do not exist now. */
    private List<String> names() {
        TreeSet<String> names = new TreeSet<>(List.of(defaultBridge));
        own().filter(network -> !network.ownBridge()).map(NetworkRecord::bridge).forEach(names::add);
        return List.copyOf(names);
    }

    private Stream<NetworkRecord> own() {
        return state.peekAll(Refs.networksOf(host)).stream().map(Versioned::value);
    }

    /** Those that exist, with their uplinks: ports that Patchbay did not make. */
    List<HostBridge> present() {
        List<String> names = names();
        List<Link> all = links.list();
        List<HostBridge> present = new ArrayList<>();
        for (Link bridge : all) {
            if (bridge.isBridge() && names.contains(bridge.name())) {
                List<String> uplinks =
                        Uplinks.of(all, bridge).stream().map(Link::name).toList();
                present.add(new HostBridge(bridge.name(), Optional.of(bridge.mac()), uplinks));
            }
        }
        return present;
    }

    /** The host's own addresses on them. */
    List<Cidr> addresses() {
        List<String> names = names();
        List<Integer> indexes = links.list().stream()
                .filter(link -> names.contains(link.name()))
                .map(Link::index)
                .toList();
        return links.addresses().stream()
                .filter(a -> indexes.contains(a.linkIndex()))
                .map(LinkAddress::address)
                .filter(a -> !a.address().isLinkLocal())
                .toList();
    }

    /**
     * The bridge on which the pool's LAN is: that of a network of this host on it, else one on which this host has an
     * address of its subnet. Empty also when no uplink of it has a carrier, for then the LAN cannot be heard.
     */
    Optional<String> leadingTo(PoolName pool) {
        Optional<String> ofNetwork = own().filter(network -> !network.ownBridge())
                .filter(network ->
                        network.subnets().stream().map(NetworkSubnet::pool).anyMatch(Optional.of(pool)::equals))
                .map(NetworkRecord::bridge)
                .findFirst();
        List<Link> all = links.list();
        List<LinkAddress> addresses = links.addresses();
        return all.stream()
                .filter(link -> link.isBridge() && !link.isOurs())
                .filter(link -> ofNetwork
                        .map(link.name()::equals)
                        .orElseGet(() -> addresses.stream()
                                .anyMatch(a -> a.linkIndex() == link.index()
                                        && pool.subnet().contains(a.address().address()))))
                .filter(link -> Uplinks.of(all, link).stream().anyMatch(Link::isForwarding))
                .map(Link::name)
                .findFirst();
    }
}
