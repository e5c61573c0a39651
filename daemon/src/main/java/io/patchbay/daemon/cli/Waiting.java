package io.patchbay.daemon.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a person that something still goes on: from the second second on, each second, on one line of the terminal,
 * which is empty again when it is over.
 *
 * @param terminal takes what is written there; orders to the terminal included
 * @param pause how long nothing is told
 */
public record Waiting(Consumer<String> terminal, Duration pause) {
    /** Where nobody looks. */
    public static final Waiting UNSEEN = new Waiting(text -> {}, Duration.ofDays(1));

    /** Something that takes a while. */
    interface Work<A, E extends Exception> {
        A perform() throws E;
    }

    /** Performs it, and tells how long it has taken so far. */
    <A, E extends Exception> A during(Work<A, E> work) throws E {
        if (equals(UNSEEN)) {
            return work.perform();
        }
        CountDownLatch over = new CountDownLatch(1);
        Thread teller = new Thread(() -> tell(over), "waiting");
        teller.setDaemon(true);
        teller.start();
        try {
            return work.perform();
        } finally {
            over.countDown();
            join(teller);
        }
    }

    private void tell(CountDownLatch over) {
        String line = "";
        long told = 0;
        while (!isOver(over)) {
            told++;
            line = "waiting for the daemon, " + pause.multipliedBy(told).toSeconds() + " s";
            terminal.accept("\r" + line);
        }
        if (!line.isEmpty()) {
            terminal.accept("\r" + " ".repeat(line.length()) + "\r");
        }
    }

    private boolean isOver(CountDownLatch over) {
        try {
            return over.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** What is printed next must not be overwritten. */
    private static void join(Thread teller) {
        try {
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
