package io.patchbay.core.work;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that nobody waits for, so that nobody hears of its failure: it is logged, and ends neither the next turn nor
 * what comes behind it. An executor forgets for good what has thrown once, and tells nobody; so nothing is given to
 * one but through here. {@code what} names the work in the log.
 */
public final class Chores {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

    private Chores() {}

    /** What is to be done and may still be called off; what is being done goes on. */
    public interface Planned {
        void callOff();
    }

    /** Begins the work in another thread, if the daemon is not being stopped. */
    public static void begin(Executor executor, String what, Runnable work) {
        try {
            Runnable once = () -> guarded(what, work);
            executor.execute(once);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} not begun, the daemon is being stopped", what);
        }
    }

    /** Does the work once, after a while; empty when the daemon is being stopped. */
    public static Optional<Planned> after(
            ScheduledExecutorService executor, Duration pause, String what, Runnable work) {
        try {
            Runnable once = () -> guarded(what, work);
            Future<?> turn = executor.schedule(once, pause.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(() -> turn.cancel(false));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} not begun, the daemon is being stopped", what);
            return Optional.empty();
        }
    }

    /** Does the work again and again. The same failure in each turn is said once. */
    public static Planned every(
            ScheduledExecutorService executor, Duration first, Duration pause, String what, Runnable work) {
        Turns turns = new Turns(what, work);
        try {
            Future<?> all =
                    executor.scheduleWithFixedDelay(turns, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
            return () -> all.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} not begun, the daemon is being stopped", what);
            return () -> {};
        }
    }

    /** Does the work on each item; one that fails keeps none of the others. True when all succeeded. */
    @SuppressWarnings("IllegalCatch")
    public static <T> boolean each(
            String what, Iterable<? extends T> items, Function<T, ?> name, Consumer<? super T> work) {
        boolean all = true;
        for (T item : items) {
            // without a lambda for each: every record that is read at a start comes by here
            try {
                work.accept(item);
            } catch (Throwable e) {
                tell(what + " " + name.apply(item), e);
                all = false;
            }
        }
        return all;
    }

    /** Does the work here and now; false when it failed, which is logged. */
    public static boolean guarded(String what, Runnable work) {
        Optional<Throwable> failure = failure(work);
        failure.ifPresent(e -> tell(what, e));
        return failure.isEmpty();
    }

    @SuppressWarnings("IllegalCatch")
    private static Optional<Throwable> failure(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (Throwable e) {
            return Optional.of(e);
        }
    }

    private static void tell(String what, Throwable e) {
        if (e instanceof RuntimeException && e.getMessage() != null) {
            LOG.warn("{} failed reason=\"{}\"", what, e.getMessage());
            LOG.debug("{} failed", what, e);
        } else {
            LOG.error("{} failed", what, e);
        }
    }

    /** Work that is done in turns, one at a time. */
    private static final class Turns implements Runnable {
        private final String what;
        private final Runnable work;
        private String told = "";

        Turns(String what, Runnable work) {
            this.what = what;
            this.work = work;
        }

        @Override
        public synchronized void run() {
            Optional<Throwable> failure = failure(work);
            String now = failure.map(Throwable::toString).orElse("");
            if (!now.equals(told)) {
                failure.ifPresent(e -> tell(what, e));
                told = now;
            }
        }
    }
}
