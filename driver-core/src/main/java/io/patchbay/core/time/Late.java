package io.patchbay.core.time;

import java.time.Duration;

/**
 * Whether it is too late for what was to be said or concluded now: the process was frozen or starved meanwhile, the
 * world went on, and what was true may be no more.
 */
public final class Late {
    /** More than a busy machine makes one wait, less than it takes to give an address to another. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private Late() {}

    /** Both are steady times. */
    public static boolean isLate(Duration due, Duration now) {
        return now.minus(due).compareTo(LIMIT) > 0;
    }
}
