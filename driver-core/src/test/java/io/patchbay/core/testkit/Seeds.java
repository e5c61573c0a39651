package io.patchbay.core.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Runs a test on made-up inputs, the same ones each time, so that chance does not decide whether a build passes. Their
 * seeds come from the names of the test's class and method, so that each test has its own.
 *
 * <p>{@code -Dpatchbay.seeds=new} takes fresh ones, any other word there further fixed ones. A failure names its seed,
 * and {@code PATCHBAY_SEED=<seed>} in the environment runs that seed only.
 */
public final class Seeds {
    private static final String VARIABLE = "PATCHBAY_SEED";
    private static final String SERIES = System.getProperty("patchbay.seeds", "");

    private Seeds() {}

    /** Runs {@code round} this often, each time on a generator of its own. */
    public static void run(int rounds, Round round) {
        for (long seed : seeds(caller(), rounds)) {
            runOne(seed, round);
        }
    }

    /**
     * As {@link #run}, on every processor; the rounds must have nothing in common. After a failure no further one is
     * begun.
     */
    public static void runInParallel(int rounds, Round round) {
        long[] seeds = seeds(caller(), rounds);
        AtomicInteger next = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(i -> new Thread(() -> runSome(seeds, next, failures, round), "seeds " + i))
                .toList();
        threads.forEach(Thread::start);
        threads.forEach(Seeds::join);
        Throwable first = failures.poll();
        if (first != null) {
            failures.forEach(first::addSuppressed);
            throw new AssertionError(first.getMessage(), first);
        }
    }

    private static String caller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getClassName().equals(Seeds.class.getName()))
                        .map(frame -> frame.getClassName() + '#' + frame.getMethodName())
                        .findFirst()
                        .orElseThrow());
    }

    private static long[] seeds(String test, int count) {
        String only = System.getenv(VARIABLE);
        return only == null ? seeds(SERIES, test, count) : new long[] {Long.parseLong(only)};
    }

    /** Those of a series of this name, of which {@code new} is another each time. */
    static long[] seeds(String series, String test, int count) {
        RandomGenerator source = series.equals("new") ? ThreadLocalRandom.current() : new Random(hash(series + test));
        return source.longs(count).toArray();
    }

    private static long hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
    }

    private static void runSome(long[] seeds, AtomicInteger next, Queue<Throwable> failures, Round round) {
        for (int i = next.getAndIncrement(); i < seeds.length && failures.isEmpty(); i = next.getAndIncrement()) {
            try {
                runOne(seeds[i], round);
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
