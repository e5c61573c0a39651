package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.patchbay.api.RawClient.Response;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A plugin server on a socket of its own, in front of drivers that record. */
final class Served implements AutoCloseable {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final String NETWORK = "492ecaf3854f5433f652c8bc9dfa924942f965811f1ebbd70363902ad5189330";
    static final String ENDPOINT = "d3e4febd3f163110cc23dd41bf72a1fbb703f6a87a378344af9ee6bff5b71fd8";
    static final String IDS = "\"NetworkID\":\"" + NETWORK + "\",\"EndpointID\":\"" + ENDPOINT + "\"";

    final Path socket;
    final RecordingDrivers recorded = new RecordingDrivers();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = VertxRuntime.create();
    private final PluginServer server;

    private Served(PluginSettings settings, CompletableFuture<Drivers> drivers) {
        this.socket = settings.socket();
        this.server = new PluginServer(
                vertx,
                settings,
                drivers,
                () -> "the store at 192.0.2.1:2379",
                new CallMetrics(CompletableFuture.completedFuture(meters)));
        server.start();
    }

    /** With drivers that are there. */
    static Served in(Path directory) {
        return with(PluginSettings.of(directory.resolve("patchbay.sock"), false));
    }

    static Served with(PluginSettings settings) {
        CompletableFuture<Drivers> drivers = new CompletableFuture<>();
        Served served = new Served(settings, drivers);
        drivers.complete(served.recorded.drivers());
        return served;
    }

    /** With drivers that come when the test completes them, or never. */
    static Served waiting(PluginSettings settings, CompletableFuture<Drivers> drivers) {
        return new Served(settings, drivers);
    }

    static PluginSettings settings(Path directory, Duration deadline, int workers, int queue) {
        return new PluginSettings(directory.resolve("patchbay.sock"), deadline, workers, queue, 8 << 20, false);
    }

    /** Refused with a sentence under both of dockerd's keys, on a connection that stays. */
    static void assertRefused(Response response, int status) throws IOException {
        assertThat(response.status()).isEqualTo(status);
        assertThat(json(response).path("Err").asText()).isNotBlank();
        assertThat(json(response).path("Error").asText())
                .isEqualTo(json(response).path("Err").asText());
        assertThat(response.headers()).doesNotContainEntry("connection", "close");
    }

    RawClient client() throws IOException {
        return RawClient.connect(socket);
    }

    /** One call on a connection of its own. */
    Response call(String method, String body) throws IOException {
        try (RawClient client = client()) {
            return client.post("/" + method, body);
        }
    }

    static JsonNode json(Response response) throws IOException {
        return MAPPER.readTree(response.body());
    }

    void stopServer() {
        server.close();
    }

    @Override
    public void close() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
