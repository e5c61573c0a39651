package io.patchbay.core.repair;

import io.patchbay.core.endpoint.Endpoints;
import io.patchbay.core.endpoint.KnownEndpoints;
import io.patchbay.core.endpoint.Liveness;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.ClaimEnd;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Life;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is kept of this host with what its kernel has, and repairs what a crash left between two steps. What
 * looks wrong must look wrong for a while first: calls of dockerd are under way at any time. Each repair has a name and
 * is counted.
 */
public final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /**
     * How long things are let be, by this process's steady clock.
     *
     * @param hold how long a released address is kept for its host
     * @param grace how long something has to look wrong before it is taken for left behind
     */
    public record Times(Duration hold, Duration grace) {
        /**
         * dockerd binds an address it asked for within milliseconds, and releases it within milliseconds of deleting
         * the endpoint; a claim costs nothing.
         */
        Duration claimGrace() {
            return grace.multipliedBy(2);
        }
    }

    private final State state;
    private final String host;
    private final Networks networks;
    private final Endpoints endpoints;
    private final Links links;
    private final TimeSource time;
    private final Times times;
    private final Map<String, GraceTracker> tracker = new HashMap<>();
    private final Map<String, Long> repairs = new TreeMap<>();
    private final Set<String> told = new HashSet<>();
    private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();

    public Reconciler(
            State state,
            String host,
            Networks networks,
            Endpoints endpoints,
            Links links,
            TimeSource time,
            Times times) {
        this.state = state;
        this.host = host;
        this.networks = networks;
        this.endpoints = endpoints;
        this.links = links;
        this.time = time;
        this.times = times;
        for (Repair repair : Repair.values()) {
            repairs.put(repair.name(), 0L);
        }
    }

    /**
     * One round; a failure of one step is logged and does not keep the others from being looked at. {@code all} links
     * are as the round sees them.
     */
    public synchronized void run(Supplier<List<Link>> all) {
        boolean online = !state.isAway();
        // a daemon that has started while the store is away may lack its latest endpoints
        step("links", online, round -> sweepLinks(all, round));
        step("endpoints", true, round -> sweepEndpoints(all, round));
        step("endpoints' claims", online, this::sweepEndpointClaims);
        step("claims", online, round -> sweepClaims(all, round));
    }

    /** A step that failed, or is not taken, has not seen everything: what it did not come to has not become well. */
    private void step(String name, boolean wanted, Consumer<GraceTracker.Round> step) {
        GraceTracker.Round round =
                tracker.computeIfAbsent(name, n -> new GraceTracker(time)).round();
        if (wanted && Chores.guarded("reconciliation of " + name, () -> step.accept(round))) {
            round.end();
        }
    }

    /** Has {@code listener} told of each repair from now on; it must be quick. */
    public void listen(BiConsumer<String, String> listener) {
        listeners.add(listener);
    }

    /** Counts a repair, one of its own or another's. */
    public void repaired(Repair repair, String subject) {
        repaired(repair.name(), subject);
    }

    /** Counts a repair that somebody has asked for, by the name of what disagreed. */
    public synchronized void repaired(String repair, String subject) {
        repairs.merge(repair, 1L, Long::sum);
        listeners.forEach(listener -> listener.accept(repair, subject));
        LOG.warn("repaired repair={} subject={}", repair, subject);
    }

    private void sweepLinks(Supplier<List<Link>> look, GraceTracker.Round round) {
        Set<String> owned = KnownEndpoints.links(state, host);
        Set<String> bridges = networks.bridges();
        List<String> gone = new ArrayList<>();
        List<Link> all = look.get();
        for (Link link : all) {
            boolean orphan = link.isOurs()
                    && !LinksInUse.isInUse(link, all)
                    && (link.isBridge()
                            ? !bridges.contains(link.name())
                            : !owned.contains(link.name()) && !owned.contains(hostEndOf(link.name())));
            if (orphan && round.isOverdue("link " + link.index() + " " + link.name(), times.grace())) {
                gone.add(link.name());
                repaired(link.isBridge() ? Repair.BRIDGE_WITHOUT_NETWORK : Repair.LINK_WITHOUT_ENDPOINT, link.name());
            }
        }
        if (!gone.isEmpty() && !Chores.guarded("deletion of links", () -> links.delete(gone))) {
            // all at once is quicker, and one that is refused is no reason to keep the others
            Chores.each("deletion of link", gone, name -> name, name -> links.delete(List.of(name)));
        }
        LinksInUse.unknown(all, owned).forEach(link -> tellUnknown(link, round));
    }

    /**
     * What the store does not know is no proof that nobody needs it: this host may have another name, cluster or store.
     */
    private void tellUnknown(Link link, GraceTracker.Round round) {
        String what = "unknown link " + link.index() + " " + link.name();
        if (round.isOverdue(what, times.grace()) && told.add(what)) {
            LOG.warn(
                    "a container uses a link that the store does not know, it is left as it is link={} host={};"
                            + " 'patchbay doctor' says what to do",
                    link.name(),
                    host);
        }
    }

    /** A container end that lies about belongs to the host end it is named after. */
    private static String hostEndOf(String name) {
        return name.endsWith("c") ? name.substring(0, name.length() - 1) : name;
    }

    private void sweepEndpoints(Supplier<List<Link>> all, GraceTracker.Round round) {
        Map<String, Link> byName =
                all.get().stream().collect(Collectors.toMap(Link::name, Function.identity(), (a, b) -> a));
        Chores.each("a look at endpoint", endpoints.all(), EndpointRecord::id, endpoint -> {
            Optional<Link> link = Optional.ofNullable(byName.get(endpoint.link()));
            Liveness liveness = Liveness.of(endpoint, link, time.now());
            if (liveness != Liveness.ALIVE && round.isOverdue("endpoint " + endpoint.id(), times.grace())) {
                endpoints.finish(endpoint);
                repaired(
                        liveness == Liveness.WITHOUT_LINK
                                ? Repair.ENDPOINT_WITHOUT_LINK
                                : Repair.ENDPOINT_OUT_OF_SANDBOX,
                        endpoint.id());
            }
        });
    }

    /** A person gave this host up while it could not be reached, or the store has lost the claim. */
    private void sweepEndpointClaims(GraceTracker.Round round) {
        Chores.each("a look at the claims of endpoint", endpoints.all(), EndpointRecord::id, endpoint -> {
            boolean wrong = !endpoints.hasItsClaims(endpoint);
            if (wrong && round.isOverdue("claims of " + endpoint.id(), times.grace())) {
                boolean kept = endpoints.reclaim(endpoint);
                repaired(kept ? Repair.ENDPOINT_WITHOUT_CLAIM : Repair.ENDPOINT_LOST_ADDRESS, endpoint.id());
            }
        });
    }

    private void sweepClaims(Supplier<List<Link>> all, GraceTracker.Round round) {
        Set<String> known = new HashSet<>(KnownEndpoints.ids(state, host));
        // whose record was lost, of a container that lives
        known.addAll(LinksInUse.endpoints(all.get()));
        Chores.each(
                "a look at claim",
                state.peekAll(Refs.claims()),
                claim -> Ref.of(claim.value()),
                claim -> look(claim, known, round));
    }

    private void look(Versioned<Claim> claim, Set<String> known, GraceTracker.Round round) {
        Claim c = claim.value();
        if (!c.isOf(host)) {
            return;
        }
        String what = "claim " + c.pool() + " " + c.address() + " " + claim.revision();
        if (c.isHeld() && !c.isFixed() && round.isOverdue(what, times.hold())) {
            drop(claim);
        }
        wrong(c.life(), known).ifPresent(repair -> dropOverdue(claim, what, repair, round));
    }

    /** What would be repaired if it stayed so; the reserve is kept elsewhere. */
    private static Optional<Repair> wrong(Life life, Set<String> known) {
        return life.map(new Life.Cases<>(
                shared -> Optional.empty(),
                asked -> Optional.of(Repair.CLAIM_NEVER_BOUND),
                bound -> known.contains(bound.endpoint())
                        ? Optional.empty()
                        : Optional.of(Repair.CLAIM_WITHOUT_ENDPOINT),
                releasing -> Optional.of(Repair.CLAIM_NEVER_RELEASED),
                held -> Optional.empty(),
                spare -> Optional.empty()));
    }

    private void dropOverdue(Versioned<Claim> claim, String what, Repair repair, GraceTracker.Round round) {
        if (round.isOverdue(what, times.claimGrace()) && drop(claim)) {
            repaired(repair, claim.value().address().toString());
        }
    }

    private boolean drop(Versioned<Claim> claim) {
        try {
            return ClaimEnd.drop(state, claim, time.now());
        } catch (PatchbayException e) {
            LOG.warn("claim not dropped address={} reason=\"{}\"", claim.value().address(), e.getMessage());
            return false;
        }
    }

    /** What has been repaired since start, by name. */
    public synchronized Map<String, Long> repairs() {
        Map<String, Long> byName = new TreeMap<>();
        repairs.forEach((repair, count) -> byName.put(repair.toLowerCase(java.util.Locale.ROOT), count));
        return byName;
    }
}
