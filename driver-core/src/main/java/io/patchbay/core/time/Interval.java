package io.patchbay.core.time;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Has something done for each subject at most once in a while. For any thread. */
public final class Interval<K> {
    private final Duration pause;
    private final TimeSource time;
    private final Map<K, Duration> last = new HashMap<>();

    public Interval(Duration pause, TimeSource time) {
        this.pause = pause;
        this.time = time;
    }

    /** Whether it was not done lately. */
    public synchronized boolean isDue(K subject) {
        Duration before = last.get(subject);
        return before == null || time.steady().minus(before).compareTo(pause) >= 0;
    }

    /** It is done now. */
    public synchronized void begin(K subject) {
        last.put(subject, time.steady());
    }

    /** Whether it is due; then it is done now. */
    public synchronized boolean beginIfDue(K subject) {
        boolean due = isDue(subject);
        if (due) {
            begin(subject);
        }
        return due;
    }

    /** Forgets when it was done for these subjects. */
    public synchronized void forget(Predicate<K> subjects) {
        last.keySet().removeIf(subjects);
    }

    /** Forgets for whom it is due anyway. */
    public synchronized void forgetDue() {
        last.keySet().removeIf(this::isDue);
    }
}
