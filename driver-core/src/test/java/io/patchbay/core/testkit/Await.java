package io.patchbay.core.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a limit. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private Await() {}

    /** Returns as soon as the condition holds; fails naming what was waited for after forty seconds. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, LIMIT, condition);
    }

    /** The same with another limit. */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        if (!holds(limit, condition)) {
            throw new AssertionError("waited " + limit.toSeconds() + " s in vain for " + what);
        }
    }

    /** Whether the condition comes to hold within the limit. */
    static boolean holds(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        return true;
    }
}
