package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Store.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A watcher that keeps what it hears, call by call, and checks that calls never overlap. */
public final class RecordingWatcher implements Store.Watcher {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final BlockingQueue<List<Change>> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();

    @Override
    public void resumed() {
        enter();
        resumed.incrementAndGet();
        inside.decrementAndGet();
    }

    @Override
    public void changed(List<Change> changes) {
        enter();
        calls.add(List.copyOf(changes));
        inside.decrementAndGet();
    }

    @Override
    public void lost(String reason) {
        enter();
        losses.add(reason);
        inside.decrementAndGet();
    }

    private void enter() {
        if (inside.incrementAndGet() != 1) {
            overlaps.incrementAndGet();
        }
    }

    /** The next call's changes; fails when none comes. */
    public List<Change> next() throws InterruptedException {
        List<Change> changes = calls.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(changes).as("changes within %s; lost: %s", LIMIT, losses).isNotNull();
        return changes == null ? List.of() : changes;
    }

    /** The changes of the next calls, one list. */
    public List<Change> next(int callCount) throws InterruptedException {
        List<Change> all = new ArrayList<>();
        for (int i = 0; i < callCount; i++) {
            all.addAll(next());
        }
        return all;
    }

    /** The reason given when the watch was lost; fails when it is not lost in time. */
    public String lossReason() throws InterruptedException {
        String reason = losses.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(reason).as("loss within %s", LIMIT).isNotNull();
        return reason == null ? "" : reason;
    }

    /** How often it was told that the watch goes on. */
    public int timesResumed() {
        return resumed.get();
    }

    /** Calls heard and not yet taken. */
    public int pending() {
        return calls.size() + losses.size();
    }

    public int overlaps() {
        return overlaps.get();
    }
}
