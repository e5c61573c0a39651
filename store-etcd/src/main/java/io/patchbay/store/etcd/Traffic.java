package io.patchbay.store.etcd;

import io.patchbay.core.store.StoreHealth.RoundTrips;
import io.patchbay.core.store.StoreHealth.Verb;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes to etcd and comes back. */
final class Traffic {
    private final Map<Verb, Sum> sums = new ConcurrentHashMap<>();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder watchRestarts = new LongAdder();

    private static final class Sum {
        final LongAdder count = new LongAdder();
        final LongAdder nanos = new LongAdder();
    }

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

    Map<Verb, RoundTrips> roundTrips() {
        Map<Verb, RoundTrips> all = new HashMap<>();
        sums.forEach((verb, sum) -> all.put(verb, new RoundTrips(sum.count.sum(), Duration.ofNanos(sum.nanos.sum()))));
        return all;
    }

    long conflicts() {
        return conflicts.sum();
    }

    long retries() {
        return retries.sum();
    }

    long watchRestarts() {
        return watchRestarts.sum();
    }
}
