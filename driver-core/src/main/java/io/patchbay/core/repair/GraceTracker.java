package io.patchbay.core.repair;

import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What looks wrong, and since when. Calls of dockerd are under way at any time, so a thing is acted on only when it has
 * looked wrong in each round for a while. Not thread-safe.
 */
public final class GraceTracker {
    private final TimeSource time;
    private final Map<String, Duration> firstSeen = new HashMap<>();

    public GraceTracker(TimeSource time) {
        this.time = time;
    }

    /** Begins to look at everything once; a round that is not ended has forgotten nothing. */
    public Round round() {
        return new Round();
    }

    /** One look at everything. */
    public final class Round {
        private final Set<String> seen = new HashSet<>();

        private Round() {}

        /**
         * Says that the thing looks wrong; true when it has, without a round in which it did not, for the grace time.
         */
        public boolean isOverdue(String what, Duration grace) {
            seen.add(what);
            Duration since = firstSeen.computeIfAbsent(what, w -> time.steady());
            return time.steady().minus(since).compareTo(grace) >= 0;
        }

        /** Forgets what looked well. */
        public void end() {
            firstSeen.keySet().retainAll(seen);
        }
    }
}
