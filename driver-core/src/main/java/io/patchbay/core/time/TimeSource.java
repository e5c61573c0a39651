package io.patchbay.core.time;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time, as core is given it: the wall's for people, a steady one for waiting. */
public interface TimeSource {
    /** What the clock on the wall says, in milliseconds; may jump. */
    Instant now();

    /** Time since some fixed point in this process; never jumps. */
    Duration steady();

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
