package io.patchbay.core.state;

import java.time.Duration;

/**
 * How long to wait before this host tries to catch up with the store again: half a second at first, twice as long after
 * each attempt, half a minute at most. A store that was near for less than that has not been well, so the pause goes on
 * to grow. Guarded by the link's lock.
 */
final class CatchUpPause {
    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration next = FIRST;

    /** The pause before the next attempt; the one behind it is longer. */
    Duration next() {
        Duration now = next;
        Duration doubled = now.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return now;
    }

    /** The store was near for so long. */
    void wasNear(Duration time) {
        if (time.compareTo(LONGEST) >= 0) {
            next = FIRST;
        }
    }
}
