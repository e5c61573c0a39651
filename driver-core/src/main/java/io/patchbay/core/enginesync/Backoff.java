package io.patchbay.core.enginesync;

import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When what did not work is to be tried again: after 1 s, 2 s, 4 s and so on up to a minute, for each subject apart.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final TimeSource time;
    private final Map<String, Wait> waits = new HashMap<>();

    private record Wait(Duration pause, Duration until) {}

    Backoff(TimeSource time) {
        this.time = time;
    }

    synchronized boolean isDue(String subject) {
        Wait wait = waits.get(subject);
        return wait == null || time.steady().compareTo(wait.until()) >= 0;
    }

    synchronized void failed(String subject) {
        Wait before = waits.get(subject);
        Duration pause = before == null ? FIRST : before.pause().multipliedBy(2);
        if (pause.compareTo(LONGEST) > 0) {
            pause = LONGEST;
        }
        waits.put(subject, new Wait(pause, time.steady().plus(pause)));
    }

    synchronized void worked(String subject) {
        waits.remove(subject);
    }

    synchronized void retainAll(Set<String> subjects) {
        waits.keySet().retainAll(subjects);
    }

    /** Time until the next is due; empty when nothing waits. */
    synchronized Optional<Duration> next() {
        return waits.values().stream()
                .map(Wait::until)
                .min(Duration::compareTo)
                .map(until -> until.minus(time.steady()))
                .map(in -> in.isNegative() ? Duration.ZERO : in);
    }
}
