package io.patchbay.core.testkit;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Runs a test on random inputs that can be had again: a failure names its seed, and {@code PATCHBAY_SEED=<seed>} in the environment runs that
 * seed only.
 */
public final class Seeds {
    private static final String VARIABLE = "PATCHBAY_SEED";

    private Seeds() {}

    /** Runs {@code round} this often, each time on a generator of its own. */
    public static void run(int rounds, Round round) {
        String replay = System.getenv(VARIABLE);
        if (replay != null) {
            runOne(Long.parseLong(replay), round);
            return;
        }
        for (int i = 0; i < rounds; i++) {
            runOne(ThreadLocalRandom.current().nextLong(), round);
        }
    }

    private static void runOne(long seed, Round round) {
        try {
            round.run(new Random(seed));
        } catch (Throwable e) {
            throw new AssertionError("failed on seed " + seed + "; " + VARIABLE + "=" + seed + " repeats it: " + e, e);
        }
    }

    /** One run of the test. */
    @FunctionalInterface
    public interface Round {
        void run(RandomGenerator random) throws Exception;
    }
}
