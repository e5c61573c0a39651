package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when the next round of work with the engine is, in one thread of its own. A round that fails is tried again
 * after a second, two, four, up to half a minute.
 */
final class EngineTimer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineTimer.class);
    private static final int LONGEST_PAUSE = 30;

    private final Engine engine;
    private final Supplier<Duration> work;
    private final TimeSource time;
    private final ScheduledExecutorService executor;
    private final Object lock = new Object();
    private Optional<Chores.Planned> next = Optional.empty();
    private Duration nextDue = Duration.ZERO;
    private boolean begun;
    private boolean closed;
    private boolean answered;
    private int failures;
    private volatile @Nullable String trouble;

    /** {@code work} is a round; it answers when the next is due. */
    EngineTimer(Engine engine, Supplier<Duration> work, TimeSource time, ScheduledExecutorService executor) {
        this.engine = engine;
        this.work = work;
        this.time = time;
        this.executor = executor;
    }

    /** Nothing is done before. */
    void begin() {
        synchronized (lock) {
            begun = true;
        }
    }

    /** The next round is then, or as planned if that is sooner. */
    void wake(Duration in) {
        synchronized (lock) {
            Duration due = time.steady().plus(in);
            boolean sooner = next.isPresent() && nextDue.compareTo(due) <= 0;
            if (!begun || closed || sooner) {
                return;
            }
            next.ifPresent(Chores.Planned::callOff);
            next = Chores.after(executor, in, "a round of work with the engine", this::round);
            nextDue = due;
            closed = next.isEmpty();
        }
    }

    private void round() {
        synchronized (lock) {
            next = Optional.empty();
        }
        // whatever happens, there is a next one
        Duration in = Duration.ofSeconds(LONGEST_PAUSE);
        try {
            in = work.get();
            worked();
        } catch (RuntimeException e) {
            in = failed(e);
        } finally {
            wake(in);
        }
    }

    private void worked() {
        if (trouble != null) {
            LOG.info("the engine answers again engine=\"{}\"", engine.description());
        }
        answered = true;
        failures = 0;
        trouble = null;
    }

    private Duration failed(RuntimeException e) {
        String reason = String.valueOf(e.getMessage());
        if (!answered && e instanceof PatchbayException) {
            // the daemon starts before dockerd, which needs it
            LOG.info("waiting for the engine reason=\"{}\"", reason);
        } else if (!reason.equals(trouble)) {
            LOG.warn("work with the engine failed, tried again reason=\"{}\"", reason);
        }
        if (!(e instanceof PatchbayException)) {
            LOG.error("work with the engine failed", e);
        }
        trouble = reason;
        int pause = Math.min(LONGEST_PAUSE, 1 << Math.min(failures, 5));
        failures++;
        return Duration.ofSeconds(pause);
    }

    /** Why the last round did not succeed; empty when it did or none has been. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            next.ifPresent(Chores.Planned::callOff);
        }
    }
}
