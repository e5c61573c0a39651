package io.patchbay.core.inspect;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.cluster.HostWatch;
import io.patchbay.core.endpoint.KnownEndpoints;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.HostView;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.HostRecord.HostBridge;
import io.patchbay.core.record.Owner;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hosts of the cluster, as this one sees them. */
final class HostViews {
    /** Names of links in one sentence. */
    private static final int SHOWN = 3;

    private final State state;
    private final HostWatch watch;
    private final Cluster cluster;
    private final String self;

    HostViews(State state, Cluster cluster, String self) {
        this.state = state;
        this.watch = cluster.watch();
        this.cluster = cluster;
        this.self = self;
    }

    List<HostView> hosts() {
        Map<String, Long> claims = claims();
        Map<String, Long> networks = count(state.peekAll(Refs.networks()), n -> n.host());
        Map<String, Long> endpoints = count(state.peekAll(Refs.endpoints()), e -> e.host());
        TreeSet<String> names = new TreeSet<>(watch.known());
        names.addAll(claims.keySet());
        return names.stream()
                .map(name -> host(
                        name,
                        networks.getOrDefault(name, 0L),
                        endpoints.getOrDefault(name, 0L),
                        claims.getOrDefault(name, 0L)))
                .toList();
    }

    /** Addresses that a host's containers hold: no gateway or aux address, which is all hosts', and no spare. */
    private Map<String, Long> claims() {
        Map<String, Long> claims = new TreeMap<>();
        for (Versioned<Claim> claim : state.peekAll(Refs.claims())) {
            boolean taken = claim.value().isForContainers() && !claim.value().isSpare();
            if (taken && claim.value().owner() instanceof Owner.OfHost host) {
                claims.merge(host.name(), 1L, Long::sum);
            }
        }
        return claims;
    }

    private static <T> Map<String, Long> count(List<Versioned<T>> records, Function<T, String> host) {
        return records.stream().map(Versioned::value).collect(Collectors.groupingBy(host, Collectors.counting()));
    }

    private HostView host(String name, long networks, long endpoints, long claims) {
        Optional<HostRecord> record = state.peek(Ref.host(name)).map(Versioned::value);
        List<HostBridge> bridges = record.map(HostRecord::bridges).orElse(List.of());
        Optional<Duration> missed = watch.missedFor(name);
        return new HostView(
                name,
                watch.isAlive(name) ? "alive" : "dead",
                name.equals(self),
                record.map(HostRecord::version),
                bridges.stream().map(HostBridge::name).toList(),
                bridges.stream().flatMap(b -> b.uplinks().stream()).distinct().toList(),
                record.map(HostRecord::addresses).orElse(List.of()).stream()
                        .map(Object::toString)
                        .toList(),
                networks,
                endpoints,
                claims,
                cluster.deadHosts().answering(name),
                watch.missedText(name).map(text -> text + " ago").orElse("now"),
                missed.map(Duration::toSeconds),
                record.map(r -> r.started().toString()));
    }

    /** Hosts that are dead and hold addresses; another machine with this host's name; containers nobody knows of. */
    List<Finding> findings(Supplier<List<Link>> all) {
        List<Finding> findings = new ArrayList<>();
        boolean seen = cluster.seesOthers();
        List<HostView> hosts = hosts();
        if (seen) {
            hosts.stream().filter(HostViews::isDeadAndHolds).map(this::dead).forEach(findings::add);
        } else {
            findings.add(new Finding(
                    "dead-host",
                    Severity.WARN,
                    "cluster",
                    "this host is cut off from the store, so it does not know which of the others are alive",
                    "mend this host's way to the store; have no other host forgotten because of what is seen from"
                            + " here"));
        }
        ofTheName().forEach(findings::add);
        if (findings.isEmpty()) {
            long alive = hosts.stream().filter(h -> h.status().equals("alive")).count();
            findings.add(new Finding(
                    "dead-host",
                    Severity.OK,
                    "cluster",
                    alive + " of " + hosts.size() + " hosts are alive, no dead one holds an address",
                    ""));
        }
        if (seen) {
            unknownLinks(all.get()).ifPresent(findings::add);
        }
        return findings;
    }

    /** That another machine has this host's name, or one that wanted it was refused. */
    private List<Finding> ofTheName() {
        Optional<Finding> taken = cluster.presence()
                .refusal()
                .map(sentence -> new Finding(
                        "host-name",
                        Severity.FAIL,
                        self,
                        sentence,
                        "set --host (or PATCHBAY_HOST) to a name that no other host has, and restart the daemon"));
        Optional<Finding> copied = cluster.presence()
                .copy()
                .map(sentence -> new Finding(
                        "host-name",
                        Severity.WARN,
                        self,
                        sentence,
                        "end the second one; on a copy remove --state-dir, make /etc/machine-id anew and choose another"
                                + " host name"));
        return Stream.concat(taken.stream(), copied.stream()).toList();
    }

    private static boolean isDeadAndHolds(HostView host) {
        return host.status().equals("dead") && host.claims() > 0;
    }

    private Finding dead(HostView host) {
        return new Finding(
                "dead-host",
                Severity.WARN,
                host.host(),
                "host " + host.host() + " is dead, last seen " + host.lastSeen() + ", and holds " + host.claims()
                        + " addresses"
                        + (host.answering() == 0 ? "" : ", of which " + host.answering() + " answer on the LAN"),
                "start its daemon again, or free them: patchbay host forget " + host.host()
                        + (cluster.formerNames().contains(host.host()) ? "; " + renaming(host.host()) : ""));
    }

    /** Containers of this host that the store does not know: it is another's, or this host had another name. */
    private Optional<Finding> unknownLinks(List<Link> all) {
        List<String> unknown = LinksInUse.unknown(all, KnownEndpoints.links(state, self)).stream()
                .map(Link::name)
                .toList();
        if (unknown.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                "unknown-link",
                Severity.FAIL,
                self,
                "the store does not know " + unknown.size() + " links that containers of this host use: "
                        + String.join(", ", unknown.subList(0, Math.min(unknown.size(), SHOWN)))
                        + (unknown.size() > SHOWN ? ", ..." : "")
                        + "; they stay as they are, and an address of theirs is kept only where the store has its claim"
                        + " under this host's name",
                waysOut(unknown)));
    }

    private String waysOut(List<String> unknown) {
        return state.peekAll(Refs.endpoints()).stream()
                .map(Versioned::value)
                .filter(endpoint -> !endpoint.host().equals(self) && unknown.contains(endpoint.link()))
                .map(endpoint -> "host " + endpoint.host() + " has them: " + renaming(endpoint.host()))
                .findFirst()
                .orElse("if --host, --cluster or --store was changed, change it back and restart the daemon, or bring"
                        + " the records over with patchbay export and patchbay import; or stop these containers");
    }

    private String renaming(String old) {
        return "if it is this machine under its old name, patchbay host rename " + old + " " + self;
    }
}
