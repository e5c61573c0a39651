package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException.Kind;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bounded pool that does calls, each with a deadline. A call holds its place until its last thread is done with it,
 * so a driver that is stuck fills the places and further calls are refused at once instead of piling up.
 */
final class Calls {
    private final Vertx vertx;
    private final CompletableFuture<Drivers> drivers;
    private final Supplier<String> waitingFor;
    private final Duration deadline;
    private final int places;
    private final ThreadPoolExecutor workers;
    private final AtomicInteger taken = new AtomicInteger();
    private final Set<Call> waiting = ConcurrentHashMap.newKeySet();

    Calls(Vertx vertx, PluginSettings settings, CompletableFuture<Drivers> drivers, Supplier<String> waitingFor) {
        this.vertx = vertx;
        this.drivers = drivers;
        this.waitingFor = waitingFor;
        this.deadline = settings.deadline();
        this.places = settings.workers() + settings.queue();
        this.workers = new ThreadPoolExecutor(
                1,
                settings.workers(),
                30,
                TimeUnit.SECONDS,
                new Handoff(),
                Threads.named("patchbay-call"),
                Handoff::whenAllAreBusy);
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Hands a task to a thread that waits for one: otherwise the executor makes a new thread, and only when it may make
     * no more the task waits. The number of places bounds how many do.
     */
    private static final class Handoff extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        private static void whenAllAreBusy(Runnable task, ThreadPoolExecutor workers) {
            if (workers.isShutdown()) {
                throw new RejectedExecutionException("shut down");
            }
            ((Handoff) workers.getQueue()).put(task);
        }
    }

    /** From now on waiting calls go on when the driver is there. */
    void start() {
        var unused = drivers.whenComplete((connected, failure) -> waiting.forEach(this::proceed));
    }

    /** Does the call some time before its deadline and replies once, on any thread. */
    void submit(Route route, byte[] body, Consumer<Answer> reply) {
        if (taken.incrementAndGet() > places) {
            taken.decrementAndGet();
            reply.accept(Answer.failed(
                    Kind.UNAVAILABLE,
                    route.method() + " was refused: " + places + " calls are already under way, try again later"));
            return;
        }
        long[] timer = new long[1];
        Call call = new Call(
                route,
                body,
                answer -> {
                    vertx.cancelTimer(timer[0]);
                    reply.accept(answer);
                },
                taken::decrementAndGet);
        timer[0] = vertx.setTimer(deadline.toMillis(), id -> expire(call));
        if (route instanceof Route.Immediate) {
            execute(call, drivers.isCompletedExceptionally() ? null : drivers.getNow(null));
        } else {
            waiting.add(call);
            if (drivers.isDone()) {
                proceed(call);
            }
        }
    }

    private void expire(Call call) {
        call.expire(deadline.toMillis() + " ms", waiting.remove(call) ? waitingFor.get() : "");
    }

    private void proceed(Call call) {
        if (!waiting.remove(call)) {
            return;
        }
        if (drivers.isCompletedExceptionally()) {
            String why = drivers.handle((connected, failure) -> String.valueOf(failure.getMessage()))
                    .join();
            call.refuse(Kind.UNAVAILABLE, "the driver did not start: " + why);
        } else {
            execute(call, drivers.join());
        }
    }

    private void execute(Call call, @Nullable Drivers connected) {
        try {
            workers.execute(call.task(connected));
        } catch (RejectedExecutionException e) {
            call.refuse(Kind.UNAVAILABLE, "the daemon is being stopped");
        }
    }

    int inFlight() {
        return taken.get();
    }

    int queued() {
        return workers.getQueue().size();
    }

    /** Interrupts what still runs; nothing of it is waited for. */
    void stop() {
        workers.shutdownNow();
    }
}
