package io.patchbay.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Counter;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.testkit.Await;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rules in deploy/prometheus, in a Prometheus that reads what this daemon's collectors say. */
@NullUnmarked
@Timeout(120)
class AlertsTest {
    private static final Path RULES = Path.of("../deploy/prometheus/patchbay.rules.yml");
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Meters meters = new Meters("0.1.0");
    private volatile boolean bad = true;
    private HttpServer daemon;
    private Process prometheus;
    private int port;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                Files.isExecutable(PROMETHEUS) || "true".equals(System.getenv("CI")), PROMETHEUS + " is not installed");
        Inspection wrong = new AllWrong();
        Inspection well = new EmptyInspection(List.of());
        StateCollector worst = new StateCollector(
                wrong, () -> Map.of("br0", new Forwarding.Status(Forwarding.State.DROPPED, "dropped")));
        StateCollector best = new StateCollector(well, Map::of);
        meters.add(() -> (bad ? worst : best).collect());
        meters.add(new EtcdCollector(() -> etcd(bad)));
        Counter failures = Counter.builder("patchbay.call.failures")
                .tag("method", "NetworkDriver.Join")
                .tag("kind", "internal")
                .register(meters.registry());
        daemon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        daemon.createContext("/metrics", exchange -> {
            if (bad) {
                failures.increment();
            }
            byte[] text = meters.registry().scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        daemon.start();
        prometheus = run();
    }

    private Process run() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // how long something must be wrong is promtool's to test
        Files.writeString(folder.resolve("rules.yml"), Files.readString(RULES).replaceAll("(?m)^( +for:).*", "$1 0s"));
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
                rule_files: [rules.yml]
                scrape_configs:
                  - job_name: patchbay
                    static_configs: [{targets: ["127.0.0.1:%d", "127.0.0.1:1"]}]
                """.formatted(
                        daemon.getAddress().getPort()));
        return new ProcessBuilder(
                        PROMETHEUS.toString(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        if (daemon != null) {
            daemon.stop(0);
        }
        meters.close();
    }

    @Test
    void eachAlertFiresAndEndsWithWhatWasWrong() throws IOException {
        Set<String> all = Pattern.compile("(?m)^ +- alert: (\\w+)$")
                .matcher(Files.readString(RULES))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(all).hasSizeGreaterThan(15);
        Await.until("each of " + all + " fires", LIMIT, () -> firing().equals(all));
        bad = false;
        // the other target stays away, and the calls that failed were in the last five minutes
        Await.until("all others end", LIMIT, () -> firing().equals(Set.of("PatchbayDaemonDown", "PatchbayCallsFail")));
    }

    private Set<String> firing() {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/alerts"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            Set<String> names = new TreeSet<>();
            for (JsonNode alert :
                    new ObjectMapper().readTree(answer.body()).path("data").path("alerts")) {
                if (alert.path("state").asText().equals("firing")) {
                    names.add(alert.path("labels").path("alertname").asText());
                }
            }
            return names;
        } catch (IOException e) {
            return Set.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
    }

    private static StoreHealth etcd(boolean away) {
        StoreHealth.Remote remote = new StoreHealth.Remote(
                "http://h1:2379",
                Map.of(),
                0,
                0,
                away ? Duration.ofSeconds(15) : Duration.ZERO,
                0,
                List.of(),
                List.of());
        return new StoreHealth(!away, Instant.EPOCH, Optional.empty(), Optional.of(remote));
    }

    /** Where everything is wrong that there is an alert for. */
    private static final class AllWrong extends EmptyInspection {
        AllWrong() {
            super(List.of("web"));
        }

        private static RangeUse use(long used, long quarantined, long free) {
            return new RangeUse(
                    BigInteger.valueOf(used + quarantined + free),
                    used,
                    0,
                    0,
                    BigInteger.ZERO,
                    quarantined,
                    BigInteger.valueOf(free));
        }

        @Override
        public List<RangeView> ranges() {
            return List.of(
                    new RangeView("full", "p", "10.77.0.0/24", "s", "10.77.0.1-10.77.0.9", use(9, 0, 0)),
                    new RangeView("nearly", "p", "10.77.0.0/24", "s", "10.77.0.11-10.77.0.50", use(39, 0, 1)));
        }

        @Override
        public List<PoolView> pools() {
            return List.of(new PoolView(
                    "p", "10.77.0.0/24", "s", List.of(), List.of(), 1, List.of(), use(10, 2, 5), List.of()));
        }

        @Override
        public List<NetworkView> networks() {
            return List.of(StateCollectorTest.network("br0"));
        }

        @Override
        public List<HostView> hosts() {
            return List.of(new HostView(
                    "h2",
                    "dead",
                    false,
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    1,
                    1,
                    1,
                    1,
                    "1h ago",
                    Optional.of(3600L),
                    Optional.empty()));
        }

        @Override
        public List<ConflictView> conflicts() {
            return List.of(new ConflictView("p", "10.77.0.5", "h1", "02:aa:00:00:00:01", "h1"));
        }

        @Override
        public List<DhcpServerView> dhcpServers() {
            return List.of(new DhcpServerView("10.77.0.1", Optional.empty(), "10.77.0.5", "p", "h1"));
        }

        @Override
        public Map<String, Long> gauges() {
            return Map.of(
                    "networks_hindered", 1L,
                    "host_name_taken", 1L,
                    "links_without_endpoint", 1L,
                    "own_disk_failing", 1L,
                    "picture_age_seconds", 700L,
                    "store_unreadable_records", 1L);
        }
    }
}
