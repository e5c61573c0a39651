package io.patchbay.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of dockerd's calls. The registry may come later than the first calls (the Prometheus one takes a
 * tenth of a second to load); they are counted then.
 */
public final class CallMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final CompletionStage<? extends MeterRegistry> registry;

    public CallMetrics(CompletionStage<? extends MeterRegistry> registry) {
        this.registry = registry;
    }

    void answered(String method, @Nullable Kind failure, long nanos) {
        registry.thenAccept(meters -> {
            timer(meters, method, failure == null ? "ok" : "failed").record(Duration.ofNanos(nanos));
            if (failure != null) {
                failures(meters, method, failure).increment();
            }
        });
    }

    void gauges(IntSupplier inFlight, IntSupplier queued) {
        registry.thenAccept(meters -> {
            Gauge.builder("patchbay.calls.in.flight", inFlight, IntSupplier::getAsInt)
                    // a gauge holds what it asks weakly, and nobody else holds this
                    .strongReference(true)
                    .description("Calls of dockerd that are not finished, "
                            + "waiting ones and those past their deadline included")
                    .register(meters);
            Gauge.builder("patchbay.calls.queued", queued, IntSupplier::getAsInt)
                    .strongReference(true)
                    .description("Calls of dockerd that wait for a worker")
                    .register(meters);
        });
    }

    private static Timer timer(MeterRegistry meters, String method, String outcome) {
        return Timer.builder("patchbay.calls")
                .description("Time from a call's last byte to its answer")
                .tag("method", method)
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private static Counter failures(MeterRegistry meters, String method, Kind kind) {
        return Counter.builder("patchbay.call.failures")
                .description("Calls answered with an error")
                .tag("method", method)
                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
