package io.patchbay.api;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with a name a person finds in a stack dump; none of them keeps the process alive. */
final class Threads {
    private Threads() {}

    /** So many at most, each as long as it has work; so much work waits, and more is refused. */
    static ThreadPoolExecutor pool(String prefix, int most, int queue) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most, most, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), named(prefix));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
