package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.RawClient.Response;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OperatorServerTest {
    @TempDir
    Path directory;

    private final CountDownLatch stuck = new CountDownLatch(1);
    private ServedOperators served;

    private List<Operation> operations() {
        Operation.Work greet = arguments -> switch (arguments.required("name")) {
            case "nobody" -> throw new PatchbayException(Kind.NOT_FOUND, "there is nobody");
            case "taken" -> throw new PatchbayException(Kind.CONFLICT, "it is taken");
            case "away" -> throw new PatchbayException(Kind.UNAVAILABLE, "the store is away");
            case "bad" -> throw new PatchbayException(Kind.INVALID, "that is no name");
            case "slow" -> {
                stuck();
                yield Map.of();
            }
            default ->
                Map.of(
                        "message",
                        "hello " + arguments.required("name") + arguments.list("others") + arguments.texts("options"));
        };
        return List.of(new Operation("/v1/greet", Duration.ofMillis(300), greet));
    }

    private void stuck() {
        try {
            stuck.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anOperationIsAPostOfJsonAnsweredWithJson() throws IOException {
        Response done = served.post("/v1/greet", "{\"name\":\"anna\",\"others\":[\"b\"],\"options\":{\"k\":\"v\"}}");
        assertThat(done.status()).as(done.body()).isEqualTo(200);
        assertThat(done.body()).isEqualTo("{\"message\":\"hello anna[b]{k=v}\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "bad,400,that is no name",
        "nobody,404,there is nobody",
        "taken,409,it is taken",
        "away,503,the store is away",
        "slow,503,/v1/greet was not ready within 300 ms"
    })
    void anOperationThatFailsSaysASentence(String name, int status, String sentence) throws IOException {
        Response refused = served.post("/v1/greet", "{\"name\":\"" + name + "\"}");
        stuck.countDown();
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.body()).isEqualTo("{\"error\":\"" + sentence + "\"}");
    }

    @Test
    void anOperationRefusesWhatItDoesNotUnderstand() throws IOException {
        assertThat(served.post("/v1/greet", "").body()).contains("/v1/greet: the body is");
        assertThat(served.post("/v1/greet", "{}").body()).contains("field name is missing");
        assertThat(served.post("/v1/greet", "{\"name\":[]}").body())
                .contains("field name is an array, it must be a string");
        assertThat(served.post("/v1/greet", "{\"name\":\"a\",\"others\":[[]]}").body())
                .contains("others[0] is an array");
        assertThat(served.post("/v1/greet", "{\"name\":\"" + "x".repeat(70_000) + "\"}")
                        .status())
                .isEqualTo(413);
        assertThat(served.get("/v1/greet").status()).isEqualTo(405);
        assertThat(served.get("/v1/greet").headers()).containsEntry("allow", "POST");
    }

    @Test
    void overTcpNothingIsDone() throws IOException {
        try (RawClient tcp = served.overTcp()) {
            Response refused = tcp.post("/v1/greet", "{\"name\":\"anna\"}");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("/v1/greet is served on the control socket only");
            assertThat(tcp.get("/healthz").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9877", "127.0.0.1", "[::1]:9877", "host-a", "Host-A:9877", "10.77.0.2:1", ""})
    void overTcpThisHostsNamesAreServed(String host) throws IOException {
        assertThat(healthOverTcp("Host: " + host + "\r\n").status()).isEqualTo(200);
    }

    @Test
    void overTcpNoNameAtAllIsServed() throws IOException {
        assertThat(healthOverTcp("").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:9877", "localhost.evil.example", "[::1", "host-a.evil.example"})
    void overTcpANameOfSomebodyElsesIs421(String host) throws IOException {
        Response refused = healthOverTcp("Host: " + host + "\r\n");
        assertThat(refused.status()).isEqualTo(421);
        assertThat(refused.body()).contains("ask for localhost, an address or host-a");
        try (RawClient control = RawClient.connect(served.socket())) {
            control.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(control.read().status()).isEqualTo(200);
        }
    }

    private Response healthOverTcp(String headers) throws IOException {
        try (RawClient tcp = served.overTcp()) {
            tcp.send("GET /healthz HTTP/1.1\r\n" + headers + "\r\n");
            return tcp.read();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz/", "/%68ealthz", "/v1/../healthz", "//healthz", "/v1/greet/"})
    void aPathThatOnlyMeansAnotherIsUnknown(String path) throws IOException {
        assertThat(served.get(path).status()).isEqualTo(404);
        assertThat(served.post(path, "{\"name\":\"anna\"}").status()).isEqualTo(404);
    }

    @BeforeEach
    void serve() {
        served = ServedOperators.in(directory, operations());
    }

    @AfterEach
    void end() {
        served.close();
    }

    @Test
    void healthIsAnsweredWithoutADriver() throws IOException {
        assertThat(served.get("/healthz").body()).isEqualTo("ok: patchbay 0.1.0 on host-a answers\n");
    }

    @Test
    void readinessSaysOneSentencePerCheck() throws IOException {
        served.checks.set(List.of(new ReadinessCheck("store", true, "the store answers")));
        assertThat(served.get("/readyz").status()).isEqualTo(503);
        assertThat(served.get("/readyz").body())
                .isEqualTo("FAIL driver: the driver waits for its store\nok   store: the store answers\n");
        served.inspection.complete(new FixedInspection());
        assertThat(served.get("/readyz").status()).isEqualTo(200);
        served.checks.set(List.of(new ReadinessCheck("store", false, "no answer from 192.0.2.1:2379")));
        assertThat(served.get("/readyz").status()).isEqualTo(503);
        assertThat(served.get("/readyz").body()).contains("FAIL store: no answer from 192.0.2.1:2379\n");
    }

    @Test
    void theStatusIsTheClusterAtAGlance() throws IOException {
        served.checks.set(List.of(new ReadinessCheck("store", true, "the store answers")));
        assertThat(served.view("/v1/status").toString())
                .isEqualTo("{\"version\":\"0.1.0\",\"host\":\"host-a\","
                        + "\"store\":\"embedded:/var/lib/patchbay\","
                        + "\"ready\":false,\"checks\":[{\"check\":\"driver\",\"ready\":false,"
                        + "\"message\":\"the driver waits for its store\"},"
                        + "{\"check\":\"store\",\"ready\":true,\"message\":\"the store answers\"}],"
                        + "\"hosts\":[],\"ranges\":[],\"members\":[],\"findings\":[]}");
        served.inspection.complete(new FixedInspection());
        JsonNode status = served.view("/v1/status");
        assertThat(status.path("ready").asBoolean()).isTrue();
        assertThat(status.path("hosts")).isEqualTo(served.view("/v1/hosts").path("hosts"));
        assertThat(status.path("ranges").path(0).path("network").asText()).isEqualTo("lan");
        assertThat(status.path("members").toString())
                .isEqualTo("[{\"endpoint\":\"https://h1:2379\",\"role\":\"leads\",\"latencyMicros\":2000,"
                        + "\"problem\":\"\"}]");
        assertThat(status.path("findings"))
                .isEqualTo(served.view("/v1/doctor?all=true").path("hosts"))
                .isNotEmpty();
    }

    @Test
    void aDriverThatDidNotStartIsNamed() throws IOException {
        served.inspection.completeExceptionally(new PatchbayException(Kind.CONFLICT, "/var/lib/patchbay is in use"));
        assertThat(served.get("/readyz").body())
                .contains("FAIL driver: the driver did not start: /var/lib/patchbay is in use");
        assertThat(served.get("/v1/pools").status()).isEqualTo(503);
        assertThat(served.get("/v1/pools").body()).contains("/var/lib/patchbay is in use");
    }

    @Test
    void metricsArePrometheusText() throws IOException {
        assertThat(served.get("/metrics").status()).isEqualTo(503);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CallMetrics calls = new CallMetrics(served.metrics);
        calls.answered("NetworkDriver.Join", Kind.CONFLICT, 3_000_000);
        calls.gauges(() -> 4, () -> 2);
        served.metrics.complete(registry);
        Response response = served.get("/metrics");
        assertThat(response.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(response.body())
                .contains("patchbay_calls_seconds_count{method=\"NetworkDriver.Join\",outcome=\"failed\"} 1")
                .contains("patchbay_calls_seconds_bucket{method=\"NetworkDriver.Join\",outcome=\"failed\",le=\"0.005\"}"
                        + " 1")
                .contains("patchbay_call_failures_total{kind=\"conflict\",method=\"NetworkDriver.Join\"} 1.0")
                .contains("patchbay_calls_in_flight 4.0")
                .contains("patchbay_calls_queued 2.0");
    }

    @Test
    void viewsHaveStableNames() throws IOException {
        served.inspection.complete(new FixedInspection());
        assertThat(served.view("/v1/networks").path("networks").get(0).toString())
                .isEqualTo("{\"id\":\"n1\",\"name\":\"lan\",\"host\":\"host-a\",\"bridge\":\"br0\","
                        + "\"subnets\":[\"10.77.0.0/24\"],"
                        + "\"ranges\":[{\"network\":\"lan\",\"pool\":\"p0\","
                        + "\"range\":\"10.77.0.1-10.77.0.9\",\"size\":\"9\",\"used\":3,\"reserved\":\"1\","
                        + "\"held\":1,\"spare\":2,\"quarantined\":0,\"free\":\"3\"}],"
                        + "\"gateways\":[\"10.77.0.254\"],\"internal\":false,\"mtu\":1400,\"endpoints\":2,"
                        + "\"replication\":\"defined\",\"reason\":null,\"since\":\"s\"}");
        assertThat(served.view("/v1/endpoints").path("endpoints").get(0).toString())
                .isEqualTo("{\"id\":\"e1\",\"network\":\"n1\",\"networkName\":\"lan\",\"container\":\"web\","
                        + "\"host\":\"host-a\",\"addresses\":[\"10.77.0.5/24\"],"
                        + "\"mac\":\"02:50:0a:4d:00:05\",\"link\":\"pb1\","
                        + "\"state\":\"joined\",\"sandbox\":null,\"since\":\"s\"}");
        assertThat(served.view("/v1/pools").path("pools").get(0).toString())
                .isEqualTo("{\"pool\":\"p1\",\"subnet\":\"fd77::/64\",\"segment\":\"default\","
                        + "\"ranges\":[],\"gateways\":[],\"users\":1,"
                        + "\"reservedRanges\":[{\"range\":\"fd77::1\",\"note\":\"printers\"}],"
                        + "\"size\":\"18446744073709551615\","
                        + "\"used\":1,\"reserved\":0,\"held\":0,\"spare\":0,\"quarantined\":0,"
                        + "\"free\":\"9\",\"rangeUse\":[]}");
        assertThat(served.view("/v1/claims").path("claims").get(0).toString())
                .isEqualTo("{\"pool\":\"p1\",\"address\":\"fd77::5\",\"kind\":\"endpoint\","
                        + "\"state\":\"bound\",\"host\":\"host-a\","
                        + "\"endpoint\":\"e1\",\"container\":\"web\",\"mac\":null,\"since\":\"s\"}");
    }

    @Test
    void viewsOfTheHostHaveStableNames() throws IOException {
        served.inspection.complete(new FixedInspection());
        assertThat(served.view("/v1/doctor").path("findings").get(0).toString())
                .isEqualTo("{\"check\":\"bridge-uplink\",\"severity\":\"fail\",\"subject\":\"br0\",\"message\":\"no"
                        + " uplink\",\"advice\":\"ip link set eth0 master br0\"}");
        assertThat(served.view("/v1/hosts").path("hosts").get(0).toString())
                .isEqualTo("{\"host\":\"host-b\",\"status\":\"dead\",\"self\":false,"
                        + "\"version\":\"0.1.0\",\"bridges\":[\"br0\"],"
                        + "\"uplinks\":[\"eth0\"],\"addresses\":[\"10.77.0.12/24\"],"
                        + "\"networks\":1,\"endpoints\":2,\"claims\":3,"
                        + "\"answering\":1,\"lastSeen\":\"12m ago\",\"missedSeconds\":720,\"started\":\"s\"}");
        assertThat(served.view("/v1/history?of=web&at=1970-01-01T00:00:00Z").toString())
                .isEqualTo("{\"complete\":true,\"history\":[{\"addresses\":[\"10.77.0.5\"],\"container\":\"web\","
                        + "\"mac\":\"02:50:0a:4d:00:05\",\"network\":\"lan\",\"host\":\"host-a\",\"endpoint\":\"e1\","
                        + "\"from\":\"1970-01-01T00:00:00Z\",\"to\":\"1970-01-01T00:00:01Z\"}]}");
        assertThat(served.view("/v1/claims/why?address=10.77.0.9&segment=lab").toString())
                .isEqualTo("{\"message\":[\"nobody holds 10.77.0.9: it is"
                        + " free\"],\"addresses\":[{\"address\":\"10.77.0.9\","
                        + "\"pool\":\"lab\",\"standing\":\"free\",\"claim\":null,\"message\":\"nobody holds"
                        + " 10.77.0.9: it is free\"}]}");
        assertThat(served.view("/v1/events?after=6").path("events").toString())
                .isEqualTo("[{\"number\":7,\"at\":\"s\",\"kind\":\"host\",\"host\":\"host-b\",\"subject\":\"host-b\","
                        + "\"message\":\"is alive\"}]");
        assertThat(served.view("/v1/events?after=7").path("events")).isEmpty();
        JsonNode version = served.view("/v1/version");
        assertThat(version.path("version").asText()).isEqualTo("0.1.0");
        assertThat(version.path("host").asText()).isEqualTo("host-a");
        assertThat(version.path("started").asText()).isEqualTo("2026-11-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void nothingCanBeChanged(String method) throws IOException {
        for (String path : List.of("/metrics", "/healthz", "/readyz", "/v1/networks", "/v1/version")) {
            try (RawClient client = RawClient.connect(served.socket())) {
                client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
                Response response = client.read();
                assertThat(response.status()).isEqualTo(405);
                assertThat(response.headers()).containsEntry("allow", "GET, HEAD");
                assertThat(client.get("/healthz").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aQueryThatIsWrongIs400() throws IOException {
        served.inspection.complete(new FixedInspection());
        assertThat(served.get("/v1/history").status()).isEqualTo(400);
        assertThat(served.get("/v1/history?of=web&at=noon").body()).contains("at \\\"noon\\\" is no time such as");
        assertThat(served.get("/v1/claims/why").status()).isEqualTo(400);
        assertThat(served.get("/v1/events?after=x").status()).isEqualTo(400);
        assertThat(served.get("/v1/claims/why?address=10.77.0").status()).isEqualTo(400);
        assertThat(served.get("/v1/claims/why?address=10.77.0").body()).contains("address \\\"10.77.0\\\" is none");
    }

    @Test
    void headHasTheLengthAndNoBody() throws IOException {
        int length = served.get("/healthz").body().length();
        try (RawClient client = RawClient.connect(served.socket())) {
            client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.read(false).headers()).containsEntry("content-length", String.valueOf(length));
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownPathIs404AndNamesTheKnownOnes() throws IOException {
        assertThat(served.get("/v1/nothing").status()).isEqualTo(404);
        assertThat(served.get("/v1/nothing").body()).contains("/healthz", "/metrics", "/v1/doctor");
    }

    @Test
    void tcpAndSocketAnswerTheSame() throws IOException {
        try (RawClient tcp = served.overTcp()) {
            assertThat(tcp.get("/healthz").body())
                    .isEqualTo(served.get("/healthz").body());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(served.socket())))
                .isEqualTo("rw-------");
    }

    @Test
    void aStuckDriverDoesNotStopHealth() throws IOException {
        served.inspection.complete(new FixedInspection() {
            @Override
            public List<Finding> doctor() {
                stuck();
                return List.of();
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                Response late = served.get("/v1/doctor");
                assertThat(late.status()).isEqualTo(503);
                assertThat(late.body()).contains("/v1/doctor was not ready within 2000 ms");
            }
            assertThat(served.get("/healthz").status()).isEqualTo(200);
        } finally {
            stuck.countDown();
        }
    }
}
