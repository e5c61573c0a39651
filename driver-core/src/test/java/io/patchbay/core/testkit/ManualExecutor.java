package io.patchbay.core.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs background work when the test says so, in the test's thread; what is repeated runs once each time. */
public final class ManualExecutor extends ScheduledThreadPoolExecutor {
    private final Queue<Runnable> once = new ArrayDeque<>();
    private final List<Runnable> repeated = new ArrayList<>();
    private Duration lastDelay = Duration.ZERO;

    public ManualExecutor() {
        super(1);
    }

    /** Runs what is waiting now, and each repeated thing once; what these add waits for the next time. */
    public void runWaiting() {
        List<Runnable> now;
        synchronized (this) {
            now = new ArrayList<>(once);
            now.addAll(repeated);
            once.clear();
        }
        now.forEach(Runnable::run);
    }

    /** How long the last thing that was to be done later should have waited. */
    public synchronized Duration lastDelay() {
        return lastDelay;
    }

    @Override
    public synchronized void execute(Runnable work) {
        if (isShutdown()) {
            getRejectedExecutionHandler().rejectedExecution(work, this);
        } else {
            once.add(work);
        }
    }

    @Override
    public java.util.concurrent.Future<?> submit(Runnable work) {
        execute(work);
        return new CompletableFuture<>();
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        lastDelay = Duration.of(delay, unit.toChronoUnit());
        execute(work);
        return new Never();
    }

    @Override
    public synchronized ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable work, long initialDelay, long delay, TimeUnit unit) {
        repeated.add(work);
        return new Never();
    }
}
