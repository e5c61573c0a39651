package io.patchbay.core.testkit;

import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A clock that a test moves. */
public final class ManualTime implements TimeSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Duration steady = Duration.ZERO;
    private Optional<Runnable> whileWaiting = Optional.empty();

    public synchronized void pass(Duration time) {
        now = now.plus(time);
        steady = steady.plus(time);
    }

    /** Only the wall's clock is set. */
    public synchronized void jump(Duration time) {
        now = now.plus(time);
    }

    /** From now on nobody waits for others in real time; what they do meanwhile is this. */
    public synchronized void whileWaiting(Runnable others) {
        whileWaiting = Optional.of(others);
    }

    @Override
    public boolean await(CountDownLatch latch, Duration limit) throws InterruptedException {
        Optional<Runnable> others = others();
        others.ifPresent(Runnable::run);
        return others.isPresent() ? latch.getCount() == 0 : TimeSource.super.await(latch, limit);
    }

    private synchronized Optional<Runnable> others() {
        return whileWaiting;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Duration steady() {
        return steady;
    }
}
