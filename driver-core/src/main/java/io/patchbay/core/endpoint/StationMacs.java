package io.patchbay.core.endpoint;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Probes;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which MAC addresses of a LAN are those of stations that are no containers. */
final class StationMacs {

    /** A gateway that is there answers within milliseconds. */
    private static final Duration PROBE = Duration.ofMillis(300);

    private final State state;
    private final String host;
    private final Links links;

    StationMacs(State state, String host, Links links) {
        this.state = state;
        this.host = host;
        this.links = links;
    }

    /** Whose it is, as far as this host, the records of others and the network's gateway tell. */
    Optional<String> holder(MacAddress mac, NetworkRecord network) {
        return ofThisHost(mac)
                .or(() -> network.ownBridge() ? Optional.empty() : ofOtherHost(mac))
                .or(() -> network.ownBridge() ? Optional.empty() : ofGateway(mac, network));
    }

    /** A container's end that has not been moved yet has the container's. */
    private Optional<String> ofThisHost(MacAddress mac) {
        return links.list().stream()
                .filter(link -> link.mac().equals(mac) && !LinkName.isContainerEnd(link.name()))
                .map(Link::name)
                .findFirst()
                .map(name -> "link " + name + " of host " + host + " itself");
    }

    private Optional<String> ofOtherHost(MacAddress mac) {
        return state.peekAll(Refs.hosts()).stream()
                .map(Versioned::value)
                .filter(other -> !other.host().equals(host))
                .flatMap(other -> named(other, mac).stream())
                .findFirst();
    }

    private static Optional<String> named(HostRecord other, MacAddress mac) {
        return other.bridges().stream()
                .filter(bridge -> bridge.mac().equals(Optional.of(mac)))
                .map(bridge -> "bridge " + bridge.name() + " of host " + other.host())
                .findFirst();
    }

    private Optional<String> ofGateway(MacAddress mac, NetworkRecord network) {
        Set<IpAddress> own = links.addresses().stream()
                .map(LinkAddress::address)
                .map(cidr -> cidr.address())
                .collect(Collectors.toSet());
        Set<IpAddress> gateways = new TreeSet<>();
        network.subnets().stream()
                .flatMap(subnet ->
                        subnet
                                .gateway(subnet.pool()
                                        .flatMap(pool -> state.peek(Ref.pool(pool)))
                                        .map(Versioned::value))
                                .stream())
                .filter(gateway -> !own.contains(gateway))
                .forEach(gateways::add);
        if (gateways.isEmpty()) {
            return Optional.empty();
        }
        return Probes.tryAsk(links, network.bridge(), gateways, PROBE).orElse(Map.of()).entrySet().stream()
                .filter(answer -> answer.getValue().equals(mac))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(gateway -> "gateway " + gateway);
    }
}
