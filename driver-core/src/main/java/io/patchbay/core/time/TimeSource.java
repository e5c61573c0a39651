package io.patchbay.core.time;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time, as core is given it: the wall's for people, a steady one for waiting. */
public interface TimeSource {
    /** What the clock on the wall says, in milliseconds; may jump. */
    Instant now();

    /** Time since some fixed point in this process; never jumps. */
    Duration steady();

    /** Waits until the latch is open, at most as long; whether it is. */
    default boolean await(CountDownLatch latch, Duration limit) throws InterruptedException {
        return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public Instant now() {
                return Instant.now().truncatedTo(ChronoUnit.MILLIS);
            }

            @Override
            public Duration steady() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
    }
}
