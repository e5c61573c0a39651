package io.patchbay.core.host;

import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.state.Claim;
import io.patchbay.core.state.NetworkRecord;
import io.patchbay.core.state.NetworkRecord.NetworkSubnet;
import io.patchbay.core.state.Pool;
import io.patchbay.core.state.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What operators see, read from the local replica; see {@link Inspection}. */
public final class Views implements Inspection {
    private final State state;
    private final Claims claims;
    private final Links links;
    private final Reconciler reconciler;
    private final Announcer announcer;
    private final Doctor doctor;
    private final String host;
    private final String defaultBridge;

    public Views(
            State state,
            Claims claims,
            Links links,
            Reconciler reconciler,
            Announcer announcer,
            Doctor doctor,
            String host,
            String defaultBridge) {
        this.state = state;
        this.claims = claims;
        this.links = links;
        this.reconciler = reconciler;
        this.announcer = announcer;
        this.doctor = doctor;
        this.host = host;
        this.defaultBridge = defaultBridge;
    }

    @Override
    public List<NetworkView> networks() {
        Map<String, Long> endpoints = state.endpoints().list("endpoints/").stream()
                .collect(Collectors.groupingBy(e -> e.value().network(), Collectors.counting()));
        return state.networks().list("networks/").stream()
                .map(Versioned::value)
                .map(n -> new NetworkView(
                        n.id(),
                        n.host(),
                        n.bridge(),
                        n.subnets().stream().map(s -> s.subnet().toString()).toList(),
                        gateways(n),
                        n.internal(),
                        mtu(n),
                        endpoints.getOrDefault(n.id(), 0L).intValue(),
                        n.since().toString()))
                .toList();
    }

    private static List<String> gateways(NetworkRecord network) {
        return network.subnets().stream()
                .map(NetworkSubnet::gateway)
                .flatMap(Optional::stream)
                .map(Object::toString)
                .toList();
    }

    private static Optional<Integer> mtu(NetworkRecord network) {
        OptionalInt mtu = NetworkOptions.parse(network.options()).mtu();
        return mtu.isPresent() ? Optional.of(mtu.getAsInt()) : Optional.empty();
    }

    @Override
    public List<EndpointView> endpoints() {
        return state.endpoints().list("endpoints/").stream()
                .map(Versioned::value)
                .map(e -> new EndpointView(
                        e.id(),
                        e.network(),
                        e.host(),
                        e.addresses().stream().map(Object::toString).toList(),
                        e.mac().toString(),
                        e.link(),
                        e.state().name().toLowerCase(Locale.ROOT),
                        e.sandbox(),
                        e.since().toString()))
                .toList();
    }

    @Override
    public List<PoolView> pools() {
        return state.pools().list("pools/").stream()
                .map(Versioned::value)
                .map(this::pool)
                .toList();
    }

    private PoolView pool(Pool pool) {
        Claims.Usage usage = claims.usage(pool);
        BigInteger size = pool.name().subnet().usable().size();
        BigInteger taken = BigInteger.valueOf(usage.used() + usage.reserved());
        List<PoolUser> users = state.users().list(State.usersPrefix(pool.name())).stream()
                .map(Versioned::value)
                .toList();
        return new PoolView(
                pool.name().toString(),
                pool.name().subnet().toString(),
                pool.name().segment(),
                users.stream().map(u -> u.range().toString()).distinct().toList(),
                pool.gateway().map(Object::toString).stream().toList(),
                users.size(),
                size.toString(),
                usage.used(),
                usage.reserved(),
                usage.held(),
                size.subtract(taken).max(BigInteger.ZERO).toString());
    }

    @Override
    public List<ClaimView> claims() {
        return state.claims().list("claims/").stream()
                .map(Versioned::value)
                .sorted((a, b) -> a.pool().compareTo(b.pool()) != 0
                        ? a.pool().compareTo(b.pool())
                        : a.address().compareTo(b.address()))
                .map(Views::claim)
                .toList();
    }

    private static ClaimView claim(Claim c) {
        return new ClaimView(
                c.pool().toString(),
                c.address().toString(),
                c.kind().name().toLowerCase(Locale.ROOT),
                c.state().name().toLowerCase(Locale.ROOT),
                Optional.of(c.host()),
                c.endpoint(),
                c.mac().map(Object::toString),
                c.since().toString());
    }

    @Override
    public List<Finding> doctor() {
        Map<String, OptionalInt> bridges = new TreeMap<>();
        for (NetworkRecord network : ownNetworks()) {
            if (!network.ownBridge()) {
                bridges.merge(
                        network.bridge(),
                        NetworkOptions.parse(network.options()).mtu(),
                        Views::larger);
            }
        }
        if (bridges.isEmpty()) {
            bridges.put(defaultBridge, OptionalInt.empty());
        }
        return doctor.examine(bridges);
    }

    private static OptionalInt larger(OptionalInt a, OptionalInt b) {
        return a.orElse(0) >= b.orElse(0) ? a : b;
    }

    private List<NetworkRecord> ownNetworks() {
        return state.networks().list("networks/" + host + "/").stream()
                .map(Versioned::value)
                .toList();
    }

    @Override
    public Map<String, Long> repairs() {
        return reconciler.repairs();
    }

    @Override
    public long announcements() {
        return announcer.sent();
    }

    @Override
    public Map<String, Long> gauges() {
        Map<String, Long> gauges = new HashMap<>();
        Set<String> owned = state.endpoints().list("endpoints/" + host + "/").stream()
                .map(e -> e.value().link())
                .collect(Collectors.toSet());
        List<Link> ours = links.list().stream().filter(Link::isOurs).toList();
        gauges.put("links", (long) ours.size());
        gauges.put(
                "links_without_endpoint",
                ours.stream()
                        .filter(l -> l.endpointId().isPresent() && !owned.contains(l.name()))
                        .count());
        gauges.put("networks", (long) state.networks().list("networks/").size());
        gauges.put("endpoints", (long) state.endpoints().list("endpoints/").size());
        gauges.put("claims", (long) state.claims().list("claims/").size());
        return gauges;
    }
}
