package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.endpoint.KnownEndpoints;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What operators see, read from the local replica; see {@link Inspection}. */
public final class Views implements Inspection {
    private final State state;
    private final Links links;
    private final Reconciler reconciler;
    private final Announcer announcer;
    private final Doctor doctor;
    private final Cluster cluster;
    private final HostViews hosts;
    private final AddressStory story;
    private final String host;
    private final String defaultBridge;
    private final RecordFindings records;
    private final Quarantines quarantines;
    private final LanFindings lan;
    private final DoctorOfAll ofAll;
    private final LeftFindings left;
    private final RangeViews ranges;
    private final PoolViews pools;
    private final List<Supplier<List<Finding>>> further = new CopyOnWriteArrayList<>();
    private volatile Supplier<List<String>> services = List::of;
    private final ConflictViews conflicts;
    private final Events events;

    public Views(
            State state,
            Claims claims,
            Links links,
            Reconciler reconciler,
            Announcer announcer,
            Doctor doctor,
            Cluster cluster,
            ConflictViews conflicts,
            Events events,
            String host,
            String defaultBridge,
            TimeSource time) {
        this.state = state;
        this.links = links;
        this.reconciler = reconciler;
        this.announcer = announcer;
        this.doctor = doctor;
        this.cluster = cluster;
        this.conflicts = conflicts;
        this.events = events;
        this.hosts = new HostViews(state, cluster, links, host);
        this.story = new AddressStory(state, claims.machines(), claims.quarantine(), cluster, host);
        this.host = host;
        this.defaultBridge = defaultBridge;
        this.records = new RecordFindings(state, host);
        this.quarantines = new Quarantines(state, claims, host);
        this.lan = new LanFindings(state, links, host, time);
        this.ofAll = new DoctorOfAll(state, cluster.watch(), host, time);
        this.left = new LeftFindings(() -> doctor(lan::lately), time);
        cluster.presence().tell(left::left);
        this.ranges = new RangeViews(state, claims);
        this.pools = new PoolViews(state, claims, ranges);
        add(new RangeFindings(state, ranges, host)::findings);
    }

    /** Adds findings to those of {@link #doctor}. */
    public void add(Supplier<List<Finding>> findings) {
        further.add(findings);
    }

    /** Where to ask for {@link #servicesWithoutAnsweringVip}; until then there are none. */
    public void askForServices(Supplier<List<String>> source) {
        services = source;
    }

    @Override
    public List<NetworkView> networks() {
        return new NetworkViews(state, ranges).all();
    }

    @Override
    public List<EndpointView> endpoints() {
        return state.peekAll(Refs.endpoints()).stream()
                .map(Versioned::value)
                .map(e -> new EndpointView(
                        e.id(),
                        e.network(),
                        NetworkNames.of(state, e.host(), e.network()),
                        e.container(),
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
        return pools.all();
    }

    @Override
    public List<RangeView> ranges() {
        return ranges.all();
    }

    @Override
    public List<ClaimView> claims() {
        return state.peekAll(Refs.claims()).stream()
                .map(Versioned::value)
                .sorted((a, b) -> a.pool().compareTo(b.pool()) != 0
                        ? a.pool().compareTo(b.pool())
                        : a.address().compareTo(b.address()))
                .map(c -> ClaimViews.of(state, c))
                .toList();
    }

    @Override
    public List<HostView> hosts() {
        return hosts.hosts();
    }

    @Override
    public List<AddressView> why(IpAddress address, Optional<String> segment) {
        return story.tell(address, segment);
    }

    @Override
    public long freedOfDeadHosts() {
        return cluster.deadHosts().freed();
    }

    @Override
    public List<Finding> doctor() {
        return doctor(lan::findings);
    }

    @Override
    public List<HostFindings> doctorOfAll() {
        return ofAll.all(doctor());
    }

    /** Looks for what other hosts are to know of this one; call it every minute. */
    public void lookForOthers() {
        // one that is cut off would say so, and could tell nobody
        if (cluster.seesOthers() && left.look()) {
            cluster.presence().hasChanged();
        }
    }

    private List<Finding> doctor(Supplier<List<Finding>> ofLan) {
        Map<String, OptionalInt> bridges = new TreeMap<>();
        for (NetworkRecord network : ownNetworks()) {
            if (!network.ownBridge()) {
                bridges.merge(network.bridge(), NetworkOptions.mtuOf(network.options()), Views::larger);
            }
        }
        if (bridges.isEmpty()) {
            bridges.put(defaultBridge, OptionalInt.empty());
        }
        List<Finding> findings = new ArrayList<>(doctor.examine(bridges, endsWithGivenMtu()));
        findings.addAll(hosts.findings());
        findings.addAll(records.findings());
        findings.addAll(quarantines.findings());
        List<Supplier<List<Finding>>> more = new ArrayList<>(further);
        more.add(ofLan);
        if (!Chores.each("a look for doctor", more, Object::toString, f -> findings.addAll(f.get()))) {
            findings.add(new Finding(
                    "doctor",
                    Severity.WARN,
                    host,
                    "not everything could be looked at",
                    "journalctl -u patchbay tells what failed"));
        }
        return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
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

    @Override
    public BookPage book(Optional<String> after) {
        boolean complete = state.contact().map(Contact::near).orElse(true);
        return new BookPage(
                state.book().page(after).stream()
                        .map(entry -> new BookEntry(entry.key(), entry.json()))
                        .toList(),
                complete);
    }

    @Override
    public List<EventView> events(long after) {
        return events.after(after);
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
    public List<ConflictView> conflicts() {
        return conflicts.conflicts();
    }

    @Override
    public List<DhcpServerView> dhcpServers() {
        return conflicts.dhcpServers();
    }

    @Override
    public long defences() {
        return conflicts.defences();
    }

    @Override
    public List<String> servicesWithoutAnsweringVip() {
        return services.get();
    }

    @Override
    public Map<String, Long> gauges() {
        Map<String, Long> gauges = new HashMap<>();
        Chores.guarded("counting links", () -> countLinks(gauges));
        gauges.put("networks_hindered", (long) state.peekAll(Refs.blockers()).size());
        gauges.put("host_name_taken", cluster.presence().refusal().isPresent() ? 1L : 0L);
        gauges.put("own_disk_failing", state.diskProblem().isPresent() ? 1L : 0L);
        gauges.put("store_unreadable_records", (long) state.unreadable().size());
        gauges.put("store_rebuilding", state.isRebuilding() ? 1L : 0L);
        gauges.put("store_histories", state.histories());
        gauges.put("networks", (long) state.peekAll(Refs.networks()).size());
        gauges.put("endpoints", (long) state.peekAll(Refs.endpoints()).size());
        return gauges;
    }

    private void countLinks(Map<String, Long> gauges) {
        Set<String> owned = KnownEndpoints.links(state, host);
        List<Link> ours = links.list().stream().filter(Link::isOurs).toList();
        gauges.put("links", (long) ours.size());
        gauges.put(
                "links_without_endpoint",
                ours.stream()
                        .filter(l -> l.endpointId().isPresent() && !owned.contains(l.name()))
                        .count());
    }
}
