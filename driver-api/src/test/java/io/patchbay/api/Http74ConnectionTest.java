package io.patchbay.api;

import static io.patchbay.api.Served.ENDPOINT;
import static io.patchbay.api.Served.IDS;
import static io.patchbay.api.Served.NETWORK;
import static io.patchbay.api.Served.assertRefused;
import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The conformance list's cases about connections and bodies, by number. */
class Http74ConnectionTest extends ServedDriver {
    @Test
    void c20_aConnectionIsKeptAndHasNoTimer() throws IOException {
        assertThat(Listener.options().getIdleTimeout()).isZero();
        assertThat(Listener.options().getReadIdleTimeout()).isZero();
        assertThat(Listener.options().getWriteIdleTimeout()).isZero();
        served.close();
        // the only timer of the server's is a call's deadline: a connection that idles past it, and past a call that
        // expired on it, must still serve
        Duration deadline = Duration.ofMillis(50);
        CompletableFuture<Drivers> never = new CompletableFuture<>();
        try (Served quick = Served.waiting(Served.settings(directory, deadline, 4, 4), never);
                RawClient idle = quick.client();
                RawClient other = quick.client()) {
            assertThat(idle.post("/NetworkDriver.Leave", "{" + IDS + "}").body())
                    .contains("waited 50 ms");
            for (int i = 0; i < 4; i++) {
                assertThat(other.post("/NetworkDriver.Leave", "{" + IDS + "}").body())
                        .contains("waited 50 ms");
            }
            assertThat(idle.isQuiet()).isTrue();
            assertThat(idle.post("/Plugin.Activate", "").status()).isEqualTo(200);
            assertThat(idle.post("/Plugin.Activate", "").headers()).doesNotContainKey("connection");
        }
    }

    @Test
    void c21_aBodyOfAMebibyteIsAccepted() throws IOException {
        StringBuilder ports = new StringBuilder("[");
        while (ports.length() < 1 << 20) {
            ports.append(ports.length() > 1 ? "," : "")
                    .append("{\"Proto\":6,\"IP\":\"\",\"Port\":80,"
                            + "\"HostIP\":\"\",\"HostPort\":8080,\"HostPortEnd\":8080}");
        }
        Response response = served.call(
                "NetworkDriver.CreateEndpoint",
                "{" + IDS + ",\"Interface\":{},\"Options\":{\"com.docker.network.portmap\":" + ports
                        + "],\"k\":\"v\"}}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).path("Interface").path("MacAddress").asText())
                .isEqualTo(RecordingDrivers.DERIVED.toString());
        assertThat(String.valueOf(served.recorded.seen.peek())).contains("{k=v}");
    }

    @Test
    void c21_aBodyOverTheLimitIs413AndTheConnectionLives() throws IOException {
        try (RawClient client = served.client()) {
            byte[] head = ("POST /NetworkDriver.CreateEndpoint HTTP/1.1\r\nHost: \r\nContent-Length: " + (9 << 20)
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8);
            client.send(head);
            client.send(new byte[9 << 20]);
            assertRefused(client.read(), 413);
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
        }
        assertThat(served.recorded.seen).isEmpty();
    }

    @Test
    void c22_aHundredConnectionsAtOnce() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(served.client());
            }
            for (RawClient client : clients) {
                client.sendPost("/NetworkDriver.EndpointOperInfo", "{" + IDS + "}");
            }
            for (RawClient client : clients) {
                assertThat(json(client.read()).path("Value").path("link").asText())
                        .isEqualTo("pb0123456789");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertThat(served.recorded.seen).hasSize(100);
    }

    @Test
    void c23_aSlowClientBlocksNobody() throws IOException {
        byte[] request =
                RawClient.request("/NetworkDriver.Leave", "{" + IDS + "}").getBytes(StandardCharsets.UTF_8);
        try (RawClient slow = served.client();
                RawClient brisk = served.client()) {
            for (byte b : request) {
                slow.send(new byte[] {b});
                assertThat(brisk.post("/NetworkDriver.EndpointOperInfo", "{" + IDS + "}")
                                .status())
                        .isEqualTo(200);
            }
            assertThat(slow.read().body()).isEqualTo("{}");
        }
    }

    @Test
    void c23_pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (RawClient client = served.client()) {
            client.send(RawClient.request("/NetworkDriver.Leave", "{" + IDS + "}")
                    + RawClient.request("/Plugin.Activate", "")
                    + RawClient.request("/NetworkDriver.NoSuch", "{}")
                    + RawClient.request("/NetworkDriver.EndpointOperInfo", "{" + IDS + "}"));
            assertThat(client.read().body()).isEqualTo("{}");
            assertThat(client.read().body()).contains("Implements");
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.read().body()).contains("Value");
        }
        assertThat(served.recorded.seen).contains(new RecordingDrivers.EndpointCall("leave", NETWORK, ENDPOINT));
    }

    @Test
    void c23_chunkedBodiesAreRead() throws IOException {
        try (RawClient client = served.client()) {
            client.send("POST /NetworkDriver.DeleteNetwork HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\n");
            for (String chunk : List.of("{\"Net", "workID\":\"abcdef\"", "}", "")) {
                client.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
            }
            assertThat(client.read().body()).isEqualTo("{}");
        }
        assertThat(served.recorded.seen).containsExactly(new RecordingDrivers.Named("deleteNetwork", "abcdef"));
    }
}
