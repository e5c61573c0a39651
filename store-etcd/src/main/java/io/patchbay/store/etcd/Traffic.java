package io.patchbay.store.etcd;

import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.StoreHealth.RoundTrips;
import io.patchbay.core.store.StoreHealth.Verb;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what goes to etcd and comes back, and how far behind its own commits this process hears the store; that only
 * while something watches everything.
 */
final class Traffic {
    private static final int MOST_UNHEARD = 4096;

    private final Map<Verb, Sum> sums = new ConcurrentHashMap<>();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder watchRestarts = new LongAdder();
    private final Deque<Commit> unheard = new ArrayDeque<>();
    private long heard;
    private int watches;

    private static final class Sum {
        final LongAdder count = new LongAdder();
        final LongAdder nanos = new LongAdder();
    }

    private record Commit(long revision, long nanos) {}

    void roundTrip(String verb, boolean answered, long nanos) {
        Sum sum = sums.computeIfAbsent(new Verb(verb, answered ? "ok" : "failed"), key -> new Sum());
        sum.count.increment();
        sum.nanos.add(nanos);
    }

    void conflict() {
        conflicts.increment();
    }

    void retry() {
        retries.increment();
    }

    void watchRestart() {
        watchRestarts.increment();
    }

    synchronized void watching() {
        watches++;
    }

    synchronized void watchEnded() {
        watches--;
        if (watches == 0) {
            unheard.clear();
        }
    }

    /** Something was written at this revision, of which a watch will tell. */
    synchronized void committed(long revision) {
        if (watches > 0 && revision > heard && unheard.size() < MOST_UNHEARD) {
            unheard.add(new Commit(revision, System.nanoTime()));
        }
    }

    /** Everything up to this revision was handed over. */
    synchronized void heard(long revision) {
        heard = Math.max(heard, revision);
        unheard.removeIf(commit -> commit.revision() <= heard);
    }

    private synchronized Duration lag() {
        long now = System.nanoTime();
        return unheard.stream()
                .map(commit -> Duration.ofNanos(now - commit.nanos()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** All of it, for a store that uses this endpoint and knows these to be open to anybody. */
    StoreHealth.Remote counted(String endpoint, List<String> open, List<StoreHealth.Member> members) {
        Map<Verb, RoundTrips> all = new HashMap<>();
        sums.forEach((verb, sum) -> all.put(verb, new RoundTrips(sum.count.sum(), Duration.ofNanos(sum.nanos.sum()))));
        return new StoreHealth.Remote(
                endpoint, all, conflicts.sum(), retries.sum(), lag(), watchRestarts.sum(), open, members);
    }
}
