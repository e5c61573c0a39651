package io.patchbay.core.cluster;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.HostRecord.Left;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host, as the others see it: its record, and a key under a lease that says that its daemon runs and reaches the
 * store. A lease that was lost is acquired anew. Of two machines with the same host name the second is refused; so is
 * the first when it comes back and the second has taken its place. Also of two that say to be one machine, as a copy
 * with its machine's id does, see {@link Doubles}.
 */
public final class Presence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    /** Bridges and addresses seldom change, and a look at them is a walk over all links. */
    private static final Duration REFRESH = Duration.ofMinutes(1);

    private final State state;
    private final Store store;
    private final String host;
    private final HostSettings settings;
    private final Bridges bridges;
    private final Links links;
    private final TimeSource time;
    private final HostRename rename;
    private final Instant started;
    private final Doubles doubles;
    private final CountDownLatch freed = new CountDownLatch(1);
    private Store.@Nullable Lease lease;
    private Duration nextRefresh = Duration.ZERO;
    private boolean cameBefore;
    private boolean wasKnown;
    private boolean closed;
    private volatile @Nullable String refusal;
    private volatile Supplier<Optional<Left>> left = Optional::empty;
    private volatile Consumer<String> whenForgotten =
            name -> LOG.warn("this host was forgotten while it was away host={}", name);

    Presence(
            State state,
            Store store,
            String host,
            HostSettings settings,
            Bridges bridges,
            Links links,
            TimeSource time,
            HostRename rename) {
        this.state = state;
        this.store = store;
        this.host = host;
        this.settings = settings;
        this.bridges = bridges;
        this.links = links;
        this.time = time;
        this.rename = rename;
        this.started = time.now();
        this.doubles = new Doubles(host, settings.machine(), time);
    }

    /**
     * Called with the host's name when it comes back and finds that an operator had it forgotten: others may have its
     * addresses.
     */
    public void onForgotten(Consumer<String> listener) {
        whenForgotten = listener;
    }

    /** What this host's record says of its findings, for {@code doctor --all} on other hosts; nothing until then. */
    public void tell(Supplier<Optional<Left>> findings) {
        left = findings;
    }

    /** Has the next {@link #tick} bring the record up to date. */
    public synchronized void hasChanged() {
        nextRefresh = Duration.ZERO;
    }

    /**
     * Registers this host. When another machine has the name it waits until that one's lease would have run out, and
     * fails with {@code CONFLICT} if it has not. A store that cannot be reached is no failure here: {@link #tick} goes
     * on trying.
     */
    public void start() {
        state.alive().follow((key, before, after) -> {
            Versioned<HostAlive> either = after != null ? after : before;
            if (either != null && either.value().host().equals(host)) {
                changed(after);
            }
        });
        tick();
        if (refusal == null) {
            return;
        }
        LOG.warn("waiting for the other to go reason=\"{}\"", refusal);
        awaitFreed();
        tick();
        String still = refusal;
        if (still != null) {
            throw new PatchbayException(Kind.CONFLICT, still);
        }
    }

    /**
     * Called with the tables' lock held, so without this one's; before anything else is read of what the other has
     * under the name.
     */
    private void changed(@Nullable Versioned<HostAlive> now) {
        if (now == null) {
            freed.countDown();
        } else if (isAnothers(now.value())) {
            refused(taken(now.value()));
        } else {
            doubles.heard(now).ifPresent(this::refused);
        }
    }

    private boolean isAnothers(HostAlive alive) {
        return !alive.machine().equals(settings.machine());
    }

    private void refused(String sentence) {
        if (!sentence.equals(refusal)) {
            LOG.error("{}", sentence);
        }
        refusal = sentence;
    }

    private void awaitFreed() {
        try {
            // the other one may be this machine before it was installed anew: then its lease runs out in time
            long millis = settings.lease().toMillis() * 6 / 5;
            boolean unused = freed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Says again that this host is alive if that is missing from the store although the lease lives: somebody has
     * deleted it, the store has been restored, or a copy of this machine has come in its place. Costs nothing else;
     * call it every second. Never fails.
     */
    public synchronized void lookForSelf() {
        if (lease != null && refusal == null && isMissing()) {
            LOG.warn("the store does not know any more that this host is alive, telling it again host={}", host);
            tick();
        }
    }

    private boolean isMissing() {
        return state.peek(Ref.alive(host)).filter(doubles::isOwn).isEmpty();
    }

    /**
     * Comes (again) if the lease is not held or not in the store, else brings the record up to date. Never fails; call
     * it every few seconds.
     */
    public synchronized void tick() {
        if (closed) {
            return;
        }
        try {
            if (lease == null || refusal != null || isMissing()) {
                come();
            } else if (time.steady().compareTo(nextRefresh) >= 0) {
                boolean written = refresh();
                nextRefresh = written ? time.steady().plus(REFRESH) : nextRefresh;
            }
        } catch (PatchbayException e) {
            LOG.warn("host not registered host={} reason=\"{}\"", host, e.getMessage());
        }
    }

    private void come() {
        boolean returning = cameBefore || hasEndpointLinks();
        List<String> former = state.peek(Ref.host(host)).isPresent() ? List.of() : rename.sureNames();
        Optional<String> other = state.decide("host " + host, d -> come(d, former));
        if (other.isPresent()) {
            refused(other.get());
            return;
        }
        refusal = null;
        LOG.info(
                "host registered host={} lease_seconds={}",
                host,
                settings.lease().toSeconds());
        if (returning && !wasKnown && former.isEmpty()) {
            unknownHere();
        }
        cameBefore = true;
    }

    /** Whether it was forgotten or came from elsewhere: who was forgotten has put back what it remembers. */
    private void unknownHere() {
        if (cameBefore || !state.peekAll(Refs.endpointsOf(host)).isEmpty()) {
            whenForgotten.accept(host);
        } else {
            LOG.warn(
                    "containers of this host are on the LAN and {} does not know the host: it was renamed, moved from"
                            + " another store or cluster, or forgotten; they stay as they are host={}",
                    store.description(),
                    host);
        }
    }

    private boolean hasEndpointLinks() {
        return links.list().stream()
                .anyMatch(link -> link.isOurs() && link.endpointId().isPresent());
    }

    /** Answers why not; empty when it came. */
    private Optional<String> come(Decision d, List<String> former) {
        Optional<HostAlive> present = d.readOrReplace(Ref.alive(host));
        if (present.filter(this::isAnothers).isPresent()) {
            return Optional.of(taken(present.get()));
        }
        Optional<Versioned<HostAlive>> known = present.flatMap(alive -> d.peek(Ref.alive(host)));
        boolean standing = lease != null;
        if (known.filter(alive -> doubles.yieldsTo(alive, standing, refusal != null))
                .isPresent()) {
            return Optional.of(doubles.taken());
        }
        Store.Lease fresh = store.lease(settings.lease());
        d.whenOver(done -> decided(fresh, done));
        // the decision proves it, the replica might have been late
        wasKnown = d.readOrReplace(Ref.host(host)).isPresent() || d.isUnreadable(Ref.host(host));
        d.put(doubles.alive(known, standing), fresh);
        d.put(record());
        if (!wasKnown) {
            former.forEach(old -> rename.mark(d, old));
        }
        return Optional.empty();
    }

    private void decided(Store.Lease fresh, boolean done) {
        if (!done) {
            fresh.close();
            return;
        }
        giveUp(lease);
        lease = fresh;
        fresh.onLost(reason -> lost(fresh, reason));
    }

    private void lost(Store.Lease gone, String reason) {
        LOG.warn("lease lost, it is acquired anew host={} reason=\"{}\"", host, reason);
        synchronized (this) {
            if (lease == gone) {
                lease = null;
            }
        }
    }

    private String taken(HostAlive other) {
        Optional<HostRecord> record = state.peek(Ref.host(host)).map(Versioned::value);
        return "host name \"" + host + "\" is taken: a daemon on another machine (machine id " + other.machine()
                + record.filter(r -> !r.addresses().isEmpty())
                        .map(r -> ", addresses "
                                + String.join(
                                        ", ",
                                        r.addresses().stream()
                                                .map(Object::toString)
                                                .toList()))
                        .orElse("")
                + record.map(r -> ", started " + r.started()).orElse("")
                + ") has it in " + store.description() + "; give this host a name of its own with --host";
    }

    private HostRecord record() {
        return new HostRecord(
                host,
                settings.machine(),
                settings.boot(),
                settings.version(),
                bridges.addresses(),
                bridges.present(),
                started,
                left.get(),
                Optional.empty(),
                settings.asksEngine(),
                state.peek(Ref.host(host)).map(r -> r.value().unknown()).orElse(Map.of()));
    }

    /** False after a conflict, which is looked at the next time. */
    private boolean refresh() {
        HostRecord now = record();
        return state.attempt(d -> {
            if (d.readOrReplace(Ref.host(host)).filter(now::equals).isEmpty()) {
                d.put(now);
            }
        });
    }

    /** Why this host is not registered although the store can be reached: another machine has its name. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** That a copy of this machine has come in this host's place and was refused, and when; empty if none has. */
    public Optional<String> copy() {
        return doubles.refused();
    }

    /**
     * Fails with {@code CONFLICT} while another machine has this host's name: it would take what is begun here for
     * something of its own that was left behind.
     */
    public void requireName() {
        String sentence = refusal;
        if (sentence != null) {
            throw new PatchbayException(Kind.CONFLICT, "nothing can be started on this machine: " + sentence);
        }
    }

    /** Whether this host holds its lease, as far as it knows. */
    public synchronized boolean isRegistered() {
        return lease != null && refusal == null;
    }

    /** Gives the lease up: the host is away from now on. */
    @Override
    public void close() {
        Store.Lease held;
        synchronized (this) {
            closed = true;
            held = lease;
            lease = null;
        }
        giveUp(held);
    }

    private static void giveUp(Store.@Nullable Lease held) {
        if (held != null) {
            try {
                held.close();
            } catch (PatchbayException e) {
                LOG.debug("lease not given up, it runs out reason=\"{}\"", e.getMessage());
            }
        }
    }
}
