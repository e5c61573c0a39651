package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Probes;
import io.patchbay.core.link.Uplinks;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.NetworkOptions.NoGateway;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code doctor} learns by asking the LAN: whether the gateways that containers are given are there, and whether
 * something else has a container's address.
 */
final class LanFindings {
    /** A station answers within milliseconds; a silent one is asked three times. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** How often nobody but this daemon wants to know. */
    private static final Duration LATELY = Duration.ofMinutes(10);

    /** Of the containers on a bridge, 256 addresses at most. */
    private static final int MOST_ASKED = 4 * Links.MAX_PROBES;

    private final State state;
    private final Links links;
    private final String host;
    private final TimeSource time;
    private volatile Optional<Asked> last = Optional.empty();

    LanFindings(State state, Links links, String host, TimeSource time) {
        this.state = state;
        this.links = links;
        this.host = host;
        this.time = time;
    }

    private record Asked(Map<String, Map<IpAddress, Gateway>> gateways, List<Finding> findings, Duration at) {}

    /** What was found last, if that is not long ago and of the same gateways; else asks. */
    List<Finding> recent() {
        Map<String, Map<IpAddress, Gateway>> gateways = gateways();
        return last.filter(asked -> asked.gateways().equals(gateways)
                        && time.steady().minus(asked.at()).compareTo(LATELY) < 0)
                .map(Asked::findings)
                .orElseGet(() -> ask(gateways));
    }

    /** A gateway, and the networks of this host whose containers are given it. */
    private record Gateway(IpAddress address, Set<String> networks) {
        String describe() {
            return "gateway " + address + " of network " + String.join(", ", networks);
        }
    }

    /** Asks on each bridge; takes half a second for each on which a gateway is silent. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(ask(gateways()));
        findings.addAll(strangers());
        return findings;
    }

    /**
     * Stations that answer for addresses of this host's containers. Of two that answer the first one is heard, so a
     * stranger behind the container's own answer is not seen.
     */
    private List<Finding> strangers() {
        Map<String, Map<IpAddress, EndpointRecord>> byBridge = new TreeMap<>();
        for (Versioned<EndpointRecord> record : state.peekAll(Refs.endpointsOf(host))) {
            EndpointRecord endpoint = record.value();
            state.peek(Ref.network(host, endpoint.network()))
                    .map(Versioned::value)
                    .filter(network -> !network.ownBridge())
                    .ifPresent(network -> endpoint.addresses()
                            .forEach(a -> byBridge.computeIfAbsent(network.bridge(), b -> new TreeMap<>())
                                    .put(a.address(), endpoint)));
        }
        List<Finding> findings = new ArrayList<>();
        byBridge.forEach((bridge, containers) -> {
            List<IpAddress> all = containers.keySet().stream().limit(MOST_ASKED).toList();
            ask(bridge, all)
                    .orElse(Map.of())
                    .forEach((address, mac) -> stranger(Objects.requireNonNull(containers.get(address)), address, mac)
                            .ifPresent(findings::add));
        });
        return findings;
    }

    private static Optional<Finding> stranger(EndpointRecord endpoint, IpAddress address, MacAddress mac) {
        return endpoint.mac().equals(mac)
                ? Optional.empty()
                : Optional.of(new Finding(
                        "duplicate-address",
                        Severity.FAIL,
                        address.toString(),
                        mac + " answers for " + address + ", which container "
                                + endpoint.container().orElseGet(() -> "of endpoint " + ShortId.of(endpoint.id()))
                                + " has with " + endpoint.mac()
                                + ": the LAN reaches now the one and now the other",
                        "take the address from the station with " + mac
                                + ", or give the container another one and reserve this: patchbay pool reserve"));
    }

    private List<Finding> ask(Map<String, Map<IpAddress, Gateway>> byBridge) {
        List<Finding> findings = new ArrayList<>();
        byBridge.forEach((bridge, gateways) -> look(bridge, gateways.values(), findings));
        last = Optional.of(new Asked(byBridge, List.copyOf(findings), time.steady()));
        return findings;
    }

    /** By bridge and address. */
    private Map<String, Map<IpAddress, Gateway>> gateways() {
        Set<IpAddress> own =
                links.addresses().stream().map(a -> a.address().address()).collect(Collectors.toSet());
        Map<String, Map<IpAddress, Gateway>> byBridge = new TreeMap<>();
        for (Versioned<NetworkRecord> record : state.peekAll(Refs.networksOf(host))) {
            NetworkRecord network = record.value();
            for (IpAddress address : gateways(network)) {
                if (!own.contains(address)) {
                    byBridge.computeIfAbsent(network.bridge(), b -> new TreeMap<>())
                            .computeIfAbsent(address, a -> new Gateway(a, new TreeSet<>()))
                            .networks()
                            .add(NetworkNames.of(network));
                }
            }
        }
        return byBridge;
    }

    /** Those that its containers' default routes lead to. */
    private static List<IpAddress> gateways(NetworkRecord network) {
        if (network.internal() || network.ownBridge()) {
            return List.of();
        }
        NoGateway none;
        try {
            none = NetworkOptions.parse(network.options()).noGateway();
        } catch (PatchbayException e) {
            // told by another check
            return List.of();
        }
        return network.subnets().stream()
                .filter(subnet -> subnet.subnet().isV6() ? !none.v6() : !none.v4())
                .map(NetworkSubnet::gateway)
                .flatMap(Optional::stream)
                .toList();
    }

    private void look(String bridge, Collection<Gateway> gateways, List<Finding> findings) {
        List<Gateway> some = gateways.stream().limit(Links.MAX_PROBES).toList();
        Optional<Map<IpAddress, MacAddress>> answers =
                ask(bridge, some.stream().map(Gateway::address).toList());
        if (answers.isEmpty()) {
            return;
        }
        List<Gateway> silent = some.stream()
                .filter(g -> !answers.get().containsKey(g.address()))
                .toList();
        silent.forEach(gateway -> findings.add(new Finding(
                "gateway",
                Severity.WARN,
                gateway.address().toString(),
                gateway.describe() + " does not answer on " + bridge + elsewhere(bridge, gateway.address())
                        + ": its containers reach nothing beyond the LAN",
                "start the router if it is off; if it has another address, or is on another LAN than " + bridge
                        + ", make the network again with its --gateway or its bridge")));
        if (silent.isEmpty()) {
            findings.add(new Finding(
                    "gateway",
                    Severity.OK,
                    bridge,
                    some.stream().map(g -> g.address().toString()).collect(Collectors.joining(", "))
                            + (some.size() == 1 ? " answers on " : " answer on ")
                            + bridge,
                    ""));
        }
    }

    private String elsewhere(String bridge, IpAddress gateway) {
        List<Link> all = links.list();
        return all.stream()
                .filter(l -> l.isBridge() && l.up() && !l.isOurs() && !l.name().equals(bridge))
                .filter(l -> !Uplinks.of(all, l).isEmpty())
                .map(Link::name)
                .filter(other -> ask(other, List.of(gateway))
                        .filter(answers -> !answers.isEmpty())
                        .isPresent())
                .findFirst()
                .map(other -> ", but on " + other)
                .orElse("");
    }

    /** Empty where nothing can be asked, which other checks tell of. */
    private Optional<Map<IpAddress, MacAddress>> ask(String bridge, List<IpAddress> addresses) {
        return Probes.tryAsk(links, bridge, addresses, PATIENCE);
    }
}
