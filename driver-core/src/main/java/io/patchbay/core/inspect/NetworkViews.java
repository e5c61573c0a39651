package io.patchbay.core.inspect;

import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The table of networks: what each host has, and what it should have and has not. */
final class NetworkViews {
    private final State state;
    private final RangeViews ranges;

    NetworkViews(State state, RangeViews ranges) {
        this.state = state;
        this.ranges = ranges;
    }

    List<NetworkView> all() {
        Map<String, Long> endpoints = state.peekAll(Refs.endpoints()).stream()
                .collect(Collectors.groupingBy(
                        e -> e.value().host() + "/" + e.value().network(), Collectors.counting()));
        Map<Ref<ReplicationBlocker>, ReplicationBlocker> missing = new HashMap<>();
        state.peekAll(Refs.blockers())
                .forEach(
                        h -> missing.put(Ref.blocker(h.value().host(), h.value().name()), h.value()));
        List<NetworkView> views = new ArrayList<>();
        for (Versioned<NetworkRecord> network : state.peekAll(Refs.networks())) {
            NetworkRecord n = network.value();
            Optional<ReplicationBlocker> blocker = n.name().map(name -> missing.remove(Ref.blocker(n.host(), name)));
            views.add(
                    view(n, endpoints.getOrDefault(n.host() + "/" + n.id(), 0L).intValue(), blocker));
        }
        missing.values().forEach(h -> views.add(missing(h)));
        views.addAll(awaited(views));
        return views;
    }

    /**
     * What dead hosts do not have yet: they cannot say so themselves. A config-only network has no records, so nothing
     * is known of it.
     */
    private List<NetworkView> awaited(List<NetworkView> known) {
        Set<Ref<ReplicationBlocker>> told = known.stream()
                .flatMap(n -> n.name().stream().map(name -> Ref.blocker(n.host(), name)))
                .collect(Collectors.toSet());
        List<Definition> definitions = state.peekAll(Refs.definitions()).stream()
                .map(Versioned::value)
                .filter(d -> d.isPresent() && !d.plan().traits().configOnly())
                .toList();
        List<NetworkView> awaited = new ArrayList<>();
        for (Versioned<HostRecord> record : state.peekAll(Refs.hosts())) {
            String host = record.value().host();
            if (isDead(host)) {
                definitions.stream()
                        .filter(d -> !told.contains(Ref.blocker(host, d.name())))
                        .map(d -> missing(awaited(d, host)))
                        .forEach(awaited::add);
            }
        }
        return awaited;
    }

    private boolean isDead(String host) {
        return !state.isThere(Ref.alive(host));
    }

    private static ReplicationBlocker awaited(Definition d, String host) {
        return new ReplicationBlocker(
                d.name(),
                host,
                ReplicationBlocker.Kind.PENDING,
                Optional.empty(),
                "network " + d.name() + " is not on host " + host + ", which is dead; it is made there when " + host
                        + " is back, unless its daemon runs with --replicate off",
                d.since(),
                Map.of());
    }

    private NetworkView view(NetworkRecord n, int endpoints, Optional<ReplicationBlocker> blocker) {
        return new NetworkView(
                n.id(),
                n.name(),
                n.host(),
                n.bridge(),
                n.subnets().stream().map(s -> s.subnet().toString()).toList(),
                ranges.of(n),
                gateways(n),
                n.internal(),
                mtu(n),
                endpoints,
                blocker.map(NetworkViews::word).orElseGet(() -> replication(n)),
                blocker.map(ReplicationBlocker::reason).or(() -> whyStillThere(n)),
                n.since().toString());
    }

    private static String word(ReplicationBlocker blocker) {
        return blocker.kind().name().toLowerCase(Locale.ROOT);
    }

    private String replication(NetworkRecord n) {
        if (n.generation().isEmpty() || n.name().isEmpty()) {
            return "local";
        }
        if (state.isUnreadable(Ref.definition(n.name().get()))) {
            return "unreadable";
        }
        Optional<Definition> definition =
                state.peek(Ref.definition(n.name().get())).map(Versioned::value).filter(Definition::isPresent);
        if (definition.isEmpty()) {
            return "removing";
        }
        return definition.get().host().equals(n.host()) ? "defined" : "replica";
    }

    private Optional<String> whyStillThere(NetworkRecord n) {
        return replication(n).equals("removing") && isDead(n.host())
                ? Optional.of("network " + NetworkNames.of(n) + " is still on host " + n.host()
                        + ", which is dead; it is removed there when " + n.host() + " is back")
                : Optional.empty();
    }

    private NetworkView missing(ReplicationBlocker h) {
        Optional<Definition> definition = state.peek(Ref.definition(h.name())).map(Versioned::value);
        return new NetworkView(
                "",
                Optional.of(h.name()),
                h.host(),
                "",
                definition.map(Definition::subnets).orElse(List.of()),
                List.of(),
                List.of(),
                definition.map(d -> d.plan().traits().internal()).orElse(false),
                Optional.empty(),
                0,
                word(h),
                Optional.of(h.reason()),
                h.since().toString());
    }

    private List<String> gateways(NetworkRecord network) {
        return network.subnets().stream()
                .flatMap(s ->
                        s
                                .gateway(s.pool()
                                        .flatMap(pool -> state.peek(Ref.pool(pool)))
                                        .map(Versioned::value))
                                .stream())
                .map(Object::toString)
                .toList();
    }

    private static Optional<Integer> mtu(NetworkRecord network) {
        OptionalInt mtu = NetworkOptions.mtuOf(network.options());
        return mtu.isPresent() ? Optional.of(mtu.getAsInt()) : Optional.empty();
    }
}
