package io.patchbay.core.testkit;

import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Runs a test on random inputs that can be had again: a failure names its seed, and {@code PATCHBAY_SEED=<seed>} in the
 * environment runs that seed only.
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

    /**
     * As {@link #run}, on every processor; the rounds must have nothing in common. After a failure no further one is
     * begun.
     */
    public static void runInParallel(int rounds, Round round) {
        if (System.getenv(VARIABLE) != null) {
            run(1, round);
            return;
        }
        AtomicInteger left = new AtomicInteger(rounds);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(i -> new Thread(() -> runSome(left, failures, round), "seeds " + i))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(Seeds::join);
        Throwable first = failures.poll();
        if (first != null) {
            failures.forEach(first::addSuppressed);
            throw new AssertionError(first.getMessage(), first);
        }
    }

    private static void runSome(AtomicInteger left, Queue<Throwable> failures, Round round) {
        while (failures.isEmpty() && left.getAndDecrement() > 0) {
            try {
                runOne(ThreadLocalRandom.current().nextLong(), round);
            } catch (Throwable e) {
                failures.add(e);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
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
