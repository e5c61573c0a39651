package io.patchbay.core.inspect;

import io.patchbay.core.cluster.HostWatch;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Stay;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Stays;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who had which addresses. What has ended is noted in memory where it is heard of, and written to the store
 * seconds later, many in one transaction, so that no call of dockerd's waits for it. Each host writes what was its own;
 * what was a dead host's the first of those that are alive. That one also removes what is over the limits.
 *
 * <p>While the store is away it waits, a thousand at most. What a daemon has not written when it ends is lost.
 */
public final class StayKeeper {
    private static final Duration PRUNE = Duration.ofMinutes(10);
    private static final int MOST_WAITING = 1000;

    private final State state;
    private final HostWatch watch;
    private final String host;
    private final TimeSource time;
    private final StayLimits limits;
    private final Deque<Stay> waiting = new ArrayDeque<>();
    private final Object writing = new Object();
    private Duration nextPrune = Duration.ZERO;
    private volatile boolean begun;

    public StayKeeper(State state, HostWatch watch, String host, TimeSource time, StayLimits limits) {
        this.state = state;
        this.watch = watch;
        this.host = host;
        this.time = time;
        this.limits = limits;
    }

    /** Follows what ends; call it before the state is started. */
    public void follow() {
        state.endpoints().follow((key, before, after) -> {
            if (begun && before != null && isJoined(before) && !isJoined(after)) {
                ended(before.value());
            }
        });
    }

    /** What is missing from the start has ended at nobody knows what time; call it when the state is started. */
    public void begin() {
        begun = limits.count() > 0;
    }

    private static boolean isJoined(@Nullable Versioned<EndpointRecord> endpoint) {
        return endpoint != null && endpoint.value().state() == EndpointRecord.State.JOINED;
    }

    private void ended(EndpointRecord endpoint) {
        if (!endpoint.host().equals(host) && (watch.isAlive(endpoint.host()) || !isFirst())) {
            return;
        }
        Stay stay = new Stay(
                endpoint.id(),
                endpoint.container(),
                NetworkNames.of(state, endpoint.host(), endpoint.network()),
                endpoint.host(),
                endpoint.addresses().stream().map(cidr -> cidr.address()).toList(),
                endpoint.mac(),
                endpoint.since(),
                time.now());
        synchronized (waiting) {
            waiting.add(stay);
            if (waiting.size() > MOST_WAITING) {
                waiting.remove();
            }
        }
    }

    /** Whether this host does what one does for all. */
    private boolean isFirst() {
        return watch.known().stream()
                .filter(watch::isAlive)
                .findFirst()
                .map(host::equals)
                .orElse(true);
    }

    /** Writes what waits, if the store can be reached; call it every few seconds. Fails like the store. */
    public void write() {
        synchronized (writing) {
            List<Stay> next = next();
            while (!next.isEmpty() && state.stays().isWritable()) {
                List<Stay> over = next.stream().filter(this::isOver).toList();
                if (!over.isEmpty()) {
                    state.stays().add(over);
                }
                forget(next);
                next = next();
            }
            prune();
        }
    }

    private List<Stay> next() {
        synchronized (waiting) {
            return waiting.stream().limit(Stays.AT_ONCE).toList();
        }
    }

    private void forget(List<Stay> written) {
        synchronized (waiting) {
            waiting.removeAll(Set.copyOf(written));
        }
    }

    /** Not when the record is there again: the store had lost it, or it has another host's name now. */
    private boolean isOver(Stay stay) {
        if (stay.host().equals(host)) {
            return !state.isThere(Ref.endpoint(host, stay.endpoint()));
        }
        return state.peekAll(Refs.endpoints()).stream()
                .noneMatch(other -> other.value().id().equals(stay.endpoint()));
    }

    private void prune() {
        if (limits.equals(StayLimits.NONE)
                || time.steady().compareTo(nextPrune) < 0
                || !state.stays().isWritable()
                || !isFirst()) {
            return;
        }
        nextPrune = time.steady().plus(PRUNE);
        int unused = state.stays().prune(time.now().minus(limits.age()), limits.count());
    }
}
