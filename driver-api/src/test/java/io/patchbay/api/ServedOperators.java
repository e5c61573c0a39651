package io.patchbay.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.RawClient.Response;
import io.patchbay.core.inspect.Inspection;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A server for operators, of host {@code host-a}, and what tests ask of it. What it shows is there when the test
 * completes it.
 */
final class ServedOperators implements AutoCloseable {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final CompletableFuture<Inspection> inspection = new CompletableFuture<>();
    final CompletableFuture<PrometheusMeterRegistry> metrics = new CompletableFuture<>();
    final AtomicReference<List<ReadinessCheck>> checks = new AtomicReference<>(List.of());
    final OperatorServer server;
    private final Vertx vertx = VertxRuntime.create();
    private final @Nullable Path socket;

    /** One that does not listen yet. */
    ServedOperators(OperatorSettings settings, List<Operation> operations) {
        Identity identity =
                new Identity("0.1.0", "host-a", "embedded:/var/lib/patchbay", Instant.parse("2026-11-01T00:00:00Z"));
        this.socket = settings.socket().orElse(null);
        this.server = new OperatorServer(
                vertx,
                settings,
                inspection,
                metrics,
                checks::get,
                new Controls(operations, Optional.empty()),
                identity);
    }

    /** One that listens on any port of loopback and on a socket, and has two seconds for an answer. */
    static ServedOperators in(Path directory, List<Operation> operations) {
        ServedOperators served = new ServedOperators(
                new OperatorSettings(
                        Optional.of(ANY_PORT),
                        Optional.of(directory.resolve("run/patchbay.sock")),
                        Duration.ofSeconds(2)),
                operations);
        served.server.start();
        return served;
    }

    Path socket() {
        return Objects.requireNonNull(socket);
    }

    RawClient overTcp() throws IOException {
        return RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    }

    Response get(String path) throws IOException {
        try (RawClient client = RawClient.connect(socket())) {
            return client.get(path);
        }
    }

    Response post(String path, String body) throws IOException {
        try (RawClient client = RawClient.connect(socket())) {
            return client.post(path, body);
        }
    }

    /** What is answered, which must be a JSON object. */
    JsonNode view(String path) throws IOException {
        Response response = get(path);
        if (response.status() != 200
                || !"application/json".equals(response.headers().get("content-type"))) {
            throw new AssertionError(path + " was answered with " + response);
        }
        return Served.json(response);
    }

    @Override
    public void close() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
