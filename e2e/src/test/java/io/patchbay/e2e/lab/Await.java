package io.patchbay.e2e.lab;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for something that is to happen, looking often, and fails with what was seen last. A limit says how long a
 * thing may take on an ordinary machine; a slow or busy one is given {@value #PATIENCE} times as much. Between two
 * looks it rests twice as long as the first took, for a look at three hosts would keep a processor from what it waits
 * for.
 */
public final class Await {
    private static final long LOOK_NANOS = 20_000_000;
    private static final long FAR_LOOK_NANOS = 100_000_000;
    private static final long LONGEST_REST_NANOS = 5_000_000_000L;

    private static final int PATIENCE = 10;

    private Await() {}

    /** Waits until the condition holds; {@code what} completes "after 5 s it is not so that ...". */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "");
    }

    /** The same, adding to the failure what {@code seen} tells. */
    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> seen) {
        until(what, limit, LOOK_NANOS, condition, seen);
    }

    /** The same for what takes a while to look at: of several hosts, with programs. */
    public static void untilFarAndWide(String what, Duration limit, BooleanSupplier condition, Supplier<String> seen) {
        until(what, limit, FAR_LOOK_NANOS, condition, seen);
    }

    private static void until(
            String what, Duration limit, long pause, BooleanSupplier condition, Supplier<String> seen) {
        long deadline = System.nanoTime() + PATIENCE * limit.toNanos();
        long look = System.nanoTime();
        while (!holds(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("after " + PATIENCE * limit.toMillis() + " ms it is not so that " + what
                        + "; seen: " + seen.get());
            }
            rest(pause, look);
            look = System.nanoTime();
        }
    }

    private static void rest(long atLeast, long begun) {
        long took = System.nanoTime() - begun;
        LockSupport.parkNanos(Math.max(atLeast, Math.min(2 * took, LONGEST_REST_NANOS)));
    }

    /** What does not hold yet because a daemon that starts does not answer yet is waited for too. */
    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Repeats an assertion until it holds, and somebody answers; after the limit its last failure is thrown. */
    public static void untilAsserted(Duration limit, Runnable assertion) {
        long deadline = System.nanoTime() + PATIENCE * limit.toNanos();
        while (true) {
            long look = System.nanoTime();
            try {
                assertion.run();
                return;
            } catch (AssertionError | UncheckedIOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                rest(LOOK_NANOS, look);
            }
        }
    }
}
