package io.patchbay.core.driver;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that nobody waits for; one that fails is logged. */
final class Background {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private final Executor executor;

    Background(Executor executor) {
        this.executor = executor;
    }

    /** Begins {@code work} in another thread, if the daemon is not being stopped. */
    void begin(String what, Runnable work) {
        try {
            executor.execute(() -> guarded(what, work));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} not begun, the daemon is being stopped", what);
        }
    }

    static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed reason=\"{}\"", what, e.getMessage());
        }
    }
}
