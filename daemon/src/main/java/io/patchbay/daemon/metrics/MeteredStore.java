package io.patchbay.daemon.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A store whose verbs are timed as {@code patchbay_store_seconds}. */
public final class MeteredStore implements Store {
    private final Store store;
    private final VerbTimers timers;

    public MeteredStore(Store store, CompletableFuture<? extends MeterRegistry> registry) {
        this.store = store;
        this.timers = new VerbTimers(registry, "patchbay.store", "Time the store takes, by verb and outcome");
    }

    @Override
    public Snapshot read(List<String> keys) {
        return timers.time("get", () -> store.read(keys));
    }

    @Override
    public Snapshot list(String prefix) {
        return timers.time("list", () -> store.list(prefix));
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        return timers.time(
                "commit",
                () -> store.commit(transaction),
                result -> result instanceof CommitResult.Conflict ? "conflict" : VerbTimers.OK);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        return timers.time("watch", () -> store.watch(prefix, fromRevision, watcher));
    }

    @Override
    public Lease lease(Duration ttl) {
        return timers.time("lease", () -> store.lease(ttl));
    }

    @Override
    public String description() {
        return store.description();
    }

    @Override
    public StoreHealth health() {
        return store.health();
    }

    @Override
    public void close() {
        store.close();
    }
}
