package io.patchbay.core.state;

import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * How long to wait before this host tries to catch up with the store again, and the attempt that waits: half a second
 * at first, twice as long after each attempt, half a minute at most, or what {@code -Dpatchbay.longest-pause=SECONDS}
 * says. A store that was online for less than that has not been well, so the pause goes on to grow. Guarded by the
 * link's lock.
 */
final class CatchUpPause {
    static final Duration FIRST = Duration.ofMillis(500);

    /** Tests that take the store away again and again set another. */
    static final Duration LONGEST = Duration.ofSeconds(Integer.getInteger("patchbay.longest-pause", 30));

    private final ScheduledExecutorService executor;
    private final Runnable attempt;
    private Duration next = FIRST;
    private Optional<Chores.Planned> planned = Optional.empty();
    private boolean closed;

    CatchUpPause(ScheduledExecutorService executor, Runnable attempt) {
        this.executor = executor;
        this.attempt = attempt;
    }

    /**
     * Plans an attempt, unless one is; {@code soon} where it costs nothing, after the shortest pause. So it is where
     * the store does what it is asked and has another history: hosts wait for each other until all have looked.
     */
    void plan(boolean soon) {
        if (planned.isEmpty() && !closed) {
            planned = Chores.after(executor, soon ? FIRST : grown(), "an attempt to reach the store", attempt);
        }
    }

    private Duration grown() {
        Duration now = next;
        Duration doubled = now.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return now;
    }

    /** The attempt has begun. */
    void begun() {
        planned = Optional.empty();
    }

    /** None is needed. */
    void callOff() {
        planned.ifPresent(Chores.Planned::callOff);
        planned = Optional.empty();
    }

    /** The host was online for so long. */
    void wasOnline(Duration time) {
        if (time.compareTo(LONGEST) >= 0) {
            next = FIRST;
        }
    }

    /** No attempt is made any more. */
    void close() {
        closed = true;
    }
}
