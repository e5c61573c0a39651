package io.patchbay.core.testkit;

import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that a test moves. */
public final class ManualTime implements TimeSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Duration steady = Duration.ZERO;

    public synchronized void pass(Duration time) {
        now = now.plus(time);
        steady = steady.plus(time);
    }

    /** Only the wall's clock is set. */
    public synchronized void jump(Duration time) {
        now = now.plus(time);
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
