package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.endpoint.KnownEndpoints;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.link.Link;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.work.Chores;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What operators see, read from the local replica; see {@link Inspection}. */
public final class Views implements Inspection {
    private final Inspected parts;
    private final State state;
    private final Cluster cluster;
    private final Findings findings;
    private final HostViews hosts;
    private final AddressStory story;
    private final RangeViews ranges;
    private final PoolViews pools;
    private volatile Supplier<List<String>> services = List::of;
    private final Events events;
    private final Supplier<StoreHealth> store;

    public Views(Inspected parts, Findings findings, Events events, Supplier<StoreHealth> store) {
        this.store = store;
        this.parts = parts;
        this.state = parts.state();
        this.cluster = parts.cluster();
        this.findings = findings;
        this.events = events;
        this.hosts = new HostViews(state, cluster, parts.host());
        this.story = new AddressStory(
                state, parts.claims().machines(), parts.claims().quarantine(), cluster, parts.host());
        this.ranges = new RangeViews(state, parts.claims());
        this.pools = new PoolViews(state, parts.claims(), ranges);
    }

    Findings findings() {
        return findings;
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
                .sorted(ClaimViews.ORDER)
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
        return findings.now();
    }

    @Override
    public List<HostFindings> doctorOfAll() {
        return findings.ofAllHosts();
    }

    @Override
    public List<HostFindings> lastFindings() {
        return findings.left();
    }

    @Override
    public FoundClaims find(String text, int most) {
        return new ClaimSearch(state, text).first(most);
    }

    @Override
    public BookPage book(Optional<String> after) {
        boolean complete = state.contact().map(Contact::isOnline).orElse(true);
        return new BookPage(
                state.book().page(after).stream()
                        .map(entry -> new BookEntry(entry.key(), entry.json()))
                        .toList(),
                complete);
    }

    @Override
    public StayViewList history(String subject, Optional<Instant> at) {
        return new StayViews(state).of(subject, at);
    }

    @Override
    public List<QuarantineView> quarantine() {
        return parts.claims().quarantine().all().stream().map(Quarantines::view).toList();
    }

    @Override
    public List<StoreHealth.Member> storeMembers() {
        return store.get().remote().map(StoreHealth.Remote::members).orElse(List.of());
    }

    @Override
    public List<EventView> events(long after) {
        return events.after(after);
    }

    @Override
    public Map<String, Long> repairs() {
        return parts.reconciler().repairs();
    }

    @Override
    public long announcements() {
        return parts.announcer().sent();
    }

    @Override
    public List<ConflictView> conflicts() {
        return parts.conflicts().conflicts();
    }

    @Override
    public List<DhcpServerView> dhcpServers() {
        return parts.conflicts().dhcpServers();
    }

    @Override
    public long defences() {
        return parts.conflicts().defences();
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
        gauges.put("picture_age_seconds", Math.max(0, state.pictureAge().toSeconds()));
        gauges.put("store_histories", state.histories());
        gauges.put("networks", (long) state.peekAll(Refs.networks()).size());
        gauges.put("endpoints", (long) state.peekAll(Refs.endpoints()).size());
        return gauges;
    }

    private void countLinks(Map<String, Long> gauges) {
        Set<String> owned = KnownEndpoints.links(state, parts.host());
        List<Link> ours = parts.links().list().stream().filter(Link::isOurs).toList();
        gauges.put("links", (long) ours.size());
        gauges.put(
                "links_without_endpoint",
                ours.stream()
                        .filter(l -> l.endpointId().isPresent() && !owned.contains(l.name()))
                        .count());
    }
}
