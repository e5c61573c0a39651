package io.patchbay.daemon.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Timers of a port's verbs, by verb and outcome. Until the registry is there nothing is counted: it takes longer to
 * load than the first answers may.
 */
final class VerbTimers {
    static final String OK = "ok";

    private final CompletableFuture<? extends MeterRegistry> registry;
    private final String name;
    private final String description;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    VerbTimers(CompletableFuture<? extends MeterRegistry> registry, String name, String description) {
        this.registry = registry;
        this.name = name;
        this.description = description;
    }

    <T> T time(String verb, Supplier<T> work) {
        return time(verb, work, result -> OK);
    }

    void run(String verb, Runnable work) {
        time(verb, () -> {
            work.run();
            return OK;
        });
    }

    /** Runs {@code work}; its outcome is told from the result, or is the failure's kind. */
    <T> T time(String verb, Supplier<T> work, Function<T, String> outcome) {
        long start = System.nanoTime();
        String told = "internal";
        try {
            CrashPoint.pass("before", name, verb);
            T result = work.get();
            CrashPoint.pass("after", name, verb);
            told = outcome.apply(result);
            return result;
        } catch (PatchbayException e) {
            told = e.kind().name().toLowerCase(Locale.ROOT);
            throw e;
        } finally {
            record(verb, told, System.nanoTime() - start);
        }
    }

    private void record(String verb, String outcome, long nanos) {
        @Nullable MeterRegistry meters = registry.isCompletedExceptionally() ? null : registry.getNow(null);
        if (meters != null) {
            timers.computeIfAbsent(
                            verb + '/' + outcome,
                            key -> Timer.builder(name)
                                    .description(description)
                                    .tag("verb", verb)
                                    .tag("outcome", outcome)
                                    .register(meters))
                    .record(Duration.ofNanos(nanos));
        }
    }
}
