package io.patchbay.core.inspect;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.HostFindings;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkList;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What {@code doctor} finds on this host: the bridges of its networks, and what each part of the driver has to say. */
public final class Findings {
    private final State state;
    private final Links links;
    private final Cluster cluster;
    private final String host;
    private final String defaultBridge;
    private final Doctor doctor;
    private final LanFindings lan;
    private final LeftFindings left;
    private final DoctorOfAll ofAll;
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /** A part that has something to say; {@code all} are the links as this look has them. */
    public interface Source {
        List<Finding> findings(Supplier<List<Link>> all);
    }

    public Findings(Inspected parts, Doctor doctor, String defaultBridge, TimeSource time) {
        this.state = parts.state();
        this.links = parts.links();
        this.cluster = parts.cluster();
        this.host = parts.host();
        this.defaultBridge = defaultBridge;
        this.doctor = doctor;
        this.lan = new LanFindings(state, links, host, time);
        this.left = new LeftFindings(() -> look(lan::recent), time);
        this.ofAll = new DoctorOfAll(state, cluster.watch(), host, time);
        sources.add(new HostViews(state, cluster, host)::findings);
        add(new RecordFindings(state, host)::findings);
        add(new Quarantines(state, parts.claims(), host)::findings);
        add(new RangeFindings(state, new RangeViews(state, parts.claims()), host)::findings);
        cluster.presence().tell(left::left);
    }

    public void add(Source source) {
        sources.add(source);
    }

    public void add(Supplier<List<Finding>> findings) {
        add(all -> findings.get());
    }

    /** Looks, and asks the LAN; worst findings first. */
    List<Finding> now() {
        return look(lan::findings);
    }

    List<HostFindings> ofAllHosts() {
        return ofAll.all(now());
    }

    List<HostFindings> left() {
        return ofAll.left(left.left());
    }

    /** Looks for what other hosts are to know of this one; call it every minute. */
    public void lookForOthers() {
        // one that is cut off would say so, and could tell nobody
        if (cluster.seesOthers() && left.look()) {
            cluster.presence().hasChanged();
        }
    }

    private List<Finding> look(Supplier<List<Finding>> ofLan) {
        LinkList all = new LinkList(links);
        List<Finding> findings = new ArrayList<>(doctor.examine(bridges(), endsWithGivenMtu(), all));
        List<Source> more = new ArrayList<>(sources);
        more.add(ignored -> ofLan.get());
        if (!Chores.each("a look for doctor", more, Object::toString, s -> findings.addAll(s.findings(all)))) {
            findings.add(new Finding(
                    "doctor",
                    Severity.WARN,
                    host,
                    "not everything could be looked at",
                    "journalctl -u patchbay tells what failed"));
        }
        return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
    }

    /** Those of this host's networks, each with the largest MTU that one of them asks for. */
    private Map<String, OptionalInt> bridges() {
        Map<String, OptionalInt> bridges = new TreeMap<>();
        for (NetworkRecord network : ownNetworks()) {
            if (!network.ownBridge()) {
                bridges.merge(network.bridge(), NetworkOptions.mtuOf(network.options()), Findings::larger);
            }
        }
        if (bridges.isEmpty()) {
            bridges.put(defaultBridge, OptionalInt.empty());
        }
        return bridges;
    }

    private Set<String> endsWithGivenMtu() {
        Set<String> networks = ownNetworks().stream()
                .filter(n -> NetworkOptions.mtuOf(n.options()).isPresent())
                .map(NetworkRecord::id)
                .collect(Collectors.toSet());
        return state.peekAll(Refs.endpointsOf(host)).stream()
                .filter(e -> networks.contains(e.value().network()))
                .map(e -> e.value().link())
                .collect(Collectors.toSet());
    }

    private static OptionalInt larger(OptionalInt a, OptionalInt b) {
        return a.orElse(0) >= b.orElse(0) ? a : b;
    }

    private List<NetworkRecord> ownNetworks() {
        return state.peekAll(Refs.networksOf(host)).stream()
                .map(Versioned::value)
                .toList();
    }
}
