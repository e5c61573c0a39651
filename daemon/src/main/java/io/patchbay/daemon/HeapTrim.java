package io.patchbay.daemon;

import java.time.Duration;

/**
 * Gives memory back when a burst of calls is over: the JVM grows its heap for the garbage of a burst and then, with
 * nothing to do, keeps it for ever. It collects once when the heap has grown and next to nothing has been allocated for
 * a while.
 */
final class HeapTrim {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final long MIB = 1 << 20;

    /** What looking and a call now and then allocate between two looks. */
    private static final long IDLE = MIB;

    private static final long GROWN = 8 * MIB;

    private long usedBefore;
    private long sizeAfter;

    HeapTrim(long sizeAfter) {
        this.sizeAfter = sizeAfter;
    }

    static void start() {
        Thread thread = new Thread(HeapTrim::run, "heap-trim");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("SystemGc")
    private static void run() {
        Runtime runtime = Runtime.getRuntime();
        HeapTrim trim = new HeapTrim(0);
        try {
            while (true) {
                Thread.sleep(PAUSE.toMillis());
                long size = runtime.totalMemory();
                if (trim.isDue(size, size - runtime.freeMemory())) {
                    System.gc();
                    trim.trimmed(runtime.totalMemory());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called at each look with the heap's size and what of it is used. */
    boolean isDue(long size, long used) {
        boolean idle = used >= usedBefore && used - usedBefore < IDLE;
        usedBefore = used;
        return idle && size - sizeAfter >= GROWN;
    }

    void trimmed(long size) {
        sizeAfter = size;
        usedBefore = Long.MAX_VALUE;
    }
}
