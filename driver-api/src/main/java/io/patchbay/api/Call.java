package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way: decoded and done by a worker, answered once, by the worker or by its deadline, whichever is
 * first.
 */
final class Call {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    private enum State {
        WAITING,
        RUNNING,
        DONE
    }

    private final Route route;
    private final byte[] body;
    private final Consumer<Answer> reply;
    private final Runnable whenGone;
    private final long startNanos = System.nanoTime();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable Drivers drivers;
    private volatile String subject = "";
    private final FutureTask<Void> task = new FutureTask<>(this::work, null);

    /**
     * Makes a call that nobody works on yet.
     *
     * @param reply gets the answer, once
     * @param whenGone runs once when no thread will touch the call any more, which after a deadline is later than the
     *     answer
     */
    Call(Route route, byte[] body, Consumer<Answer> reply, Runnable whenGone) {
        this.route = route;
        this.body = body;
        this.reply = reply;
        this.whenGone = whenGone;
    }

    /** What a worker thread runs. */
    Runnable task(@Nullable Drivers drivers) {
        this.drivers = drivers;
        return task;
    }

    private void work() {
        if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
            return;
        }
        Answer answer = perform();
        state.set(State.DONE);
        // before the answer: whoever has it may call again at once and must find the place free
        whenGone.run();
        if (answered.compareAndSet(false, true)) {
            deliver(answer);
        } else {
            LOG.info(
                    "late result dropped method={}{} ms={} result={}",
                    route.method(),
                    subject,
                    millis(),
                    answer.failure() == null ? "ok" : Log.clean(answer.message()));
        }
    }

    /** Whatever is thrown becomes an answer: a call without one would hang dockerd for ever. */
    private Answer perform() {
        try {
            Fields request = Fields.of(body);
            subject = subjectOf(request);
            return Answer.ok(Json.write(answer(request)));
        } catch (WireException e) {
            return Answer.refused(e.status(), route.method() + ": " + e.getMessage());
        } catch (PatchbayException e) {
            if (e.kind() == Kind.INTERNAL) {
                LOG.error("method={}{} failed inside the driver", route.method(), subject, e);
            }
            return Answer.failed(e.kind(), String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            LOG.error("method={}{} failed inside the driver", route.method(), subject, e);
            return Answer.failed(
                    Kind.INTERNAL,
                    route.method() + " failed inside the driver with "
                            + e.getClass().getSimpleName() + "; the daemon's log has the details");
        }
    }

    private Map<String, Object> answer(Fields request) {
        Drivers connected = drivers;
        if (route instanceof Route.Driven driven && connected != null) {
            return driven.call().answer(connected, request);
        }
        if (route instanceof Route.Immediate immediate) {
            return immediate.call().answer(connected, request);
        }
        throw new IllegalStateException(route.method() + " was started without a driver");
    }

    /** The deadline has passed: an answer now, and an end to the work if it listens to interrupts. */
    void expire(String deadline, String waitingFor) {
        boolean neverRan = state.compareAndSet(State.WAITING, State.DONE);
        if (answered.compareAndSet(false, true)) {
            deliver(
                    waitingFor.isEmpty()
                            ? Answer.failed(
                                    Kind.TIMEOUT, route.method() + " was not done within its deadline of " + deadline)
                            : Answer.failed(
                                    Kind.UNAVAILABLE,
                                    route.method() + " waited " + deadline + " for the driver, which still waits for "
                                            + waitingFor));
        }
        task.cancel(true);
        if (neverRan) {
            whenGone.run();
        }
    }

    /** Ends a call that no worker will get. */
    void refuse(Kind kind, String message) {
        if (state.compareAndSet(State.WAITING, State.DONE)) {
            if (answered.compareAndSet(false, true)) {
                deliver(Answer.failed(kind, message));
            }
            whenGone.run();
        }
    }

    private void deliver(Answer answer) {
        Kind failure = answer.failure();
        if (failure == null) {
            LOG.debug("method={}{} ms={}", route.method(), subject, millis());
        } else {
            LOG.warn(
                    "method={}{} kind={} ms={} message=\"{}\"",
                    route.method(),
                    subject,
                    failure,
                    millis(),
                    Log.clean(answer.message()));
        }
        reply.accept(answer);
    }

    private static String subjectOf(Fields request) {
        StringBuilder subject = new StringBuilder();
        Map.of("NetworkID", "network", "EndpointID", "endpoint", "PoolID", "pool")
                .forEach((field, word) -> request.text(field)
                        .ifPresent(id ->
                                subject.append(' ').append(word).append('=').append(Log.clean(id))));
        return subject.toString();
    }

    private long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
