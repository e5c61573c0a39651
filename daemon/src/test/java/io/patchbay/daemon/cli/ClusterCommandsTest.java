package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.ClusterOperations;
import io.patchbay.api.Identity;
import io.patchbay.api.OperatorServer;
import io.patchbay.api.OperatorSettings;
import io.patchbay.api.VertxRuntime;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import io.patchbay.daemon.rehearsal.RehearsalLinks;
import io.patchbay.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands through the control socket, to a driver on a store in a folder. */
@Timeout(60)
class ClusterCommandsTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> questions = new ArrayList<>();
    private final Vertx vertx = VertxRuntime.create();
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private Optional<String> typed = Optional.empty();
    private Store store;
    private Driver driver;
    private OperatorServer server;

    private Driver driver(String host) {
        Forwarding forwarding = new Forwarding() {
            @Override
            public Status status(String bridge) {
                return new Status(State.NOT_FILTERED, "nothing is filtered");
            }

            @Override
            public void allow(String bridge) {
                throw new IllegalStateException("nothing is filtered");
            }
        };
        Links links = new RehearsalLinks();
        HostSettings self = new HostSettings("machine of " + host, "", "1", Duration.ofHours(1), Optional.empty());
        DriverSettings settings = new DriverSettings(
                host, "br0", false, List.of(), 0, Duration.ofMinutes(1), Duration.ofMinutes(1), self, List.of(), false);
        return new Driver(
                settings,
                new DriverPorts(store, Optional.empty(), Duration.ZERO, links, forwarding),
                TimeSource.system(),
                RandomGenerator.getDefault(),
                executor);
    }

    @BeforeEach
    void serve() {
        store = EmbeddedStore.open(folder.resolve("store"));
        driver = driver("h1");
        driver.start();
        server = new OperatorServer(
                vertx,
                OperatorSettings.of(Optional.empty(), Optional.of(folder.resolve("c.sock"))),
                CompletableFuture.completedFuture(driver.inspection()),
                new CompletableFuture<PrometheusMeterRegistry>(),
                List::of,
                ClusterOperations.on(CompletableFuture.completedFuture(driver.cluster())),
                new Identity("1", "h1", "test", Instant.EPOCH));
        server.start();
    }

    @AfterEach
    void end() {
        server.close();
        driver.close();
        executor.shutdownNow();
        store.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int run(String... arguments) {
        ListCommand.Daemon daemon = i -> new ControlClient(folder.resolve("c.sock"), Duration.ofSeconds(10));
        List<Commands.Command> all = new ArrayList<>(ListCommand.all(daemon));
        all.addAll(ClusterCommands.all(daemon, question -> {
            questions.add(question);
            return typed;
        }));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.of("1", all).run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void aRangeIsReservedShownExplainedAndGivenBack() {
        assertThat(run("pool", "reserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20", "--note", "printers"))
                .isZero();
        assertThat(out.toString())
                .isEqualTo("reserved 10.77.0.1-10.77.0.20 of pool default~10.77.0.0_24 on every host\n");
        assertThat(run("pools")).isZero();
        assertThat(out.toString()).contains("RESERVED RANGES").contains("10.77.0.1-10.77.0.20 (printers)");
        assertThat(run("claims", "why", "10.77.0.9")).isZero();
        assertThat(out.toString()).contains("reserved range 10.77.0.1-10.77.0.20 (printers)", "only --ip gives it");
        assertThat(run("claims")).isZero();
        assertThat(run("pool", "unreserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20"))
                .isZero();
        assertThat(run("claims", "why", "10.77.0.9", "--segment", "lab", "--json"))
                .isZero();
        assertThat(out.toString()).contains("\"standing\" : \"outside\"");
    }

    @Test
    void aRefusalIsOneSentence() {
        assertThat(run("pool", "reserve", "lan", "10.77.0.1")).isEqualTo(1);
        assertThat(err.toString()).startsWith("patchbay: there is no network \"lan\";");
        assertThat(run("pool", "reserve", "10.77.0.0/24", "10.77")).isEqualTo(1);
        assertThat(err.toString()).contains("range \"10.77\" is none, give FIRST-LAST, an address or a prefix");
        assertThat(run("claims", "why", "lan")).isEqualTo(1);
        assertThat(err.toString()).contains("address \"lan\" is none");
        assertThat(run("host", "forget", "h1", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("host \"h1\" is this host itself");
    }

    @Test
    void aDeadHostIsForgottenOnlyAfterAYes() {
        try (Driver other = driver("h2")) {
            other.start();
            assertThat(run("host", "forget", "h2", "--yes")).isEqualTo(1);
            assertThat(err.toString()).contains("host \"h2\" is alive");
        }
        assertThat(run("hosts")).isZero();
        assertThat(out.toString()).containsPattern("h1 +alive +now").containsPattern("h2 +dead");
        assertThat(run("host", "forget", "h2")).isEqualTo(1);
        assertThat(err.toString()).contains("no terminal", "--yes");
        typed = Optional.of("no");
        assertThat(run("host", "forget", "h2")).isEqualTo(1);
        assertThat(err.toString()).contains("nothing was done");
        assertThat(questions.get(1)).contains("Host h2: it is dead", "holds 0 addresses");
        typed = Optional.of("yes");
        assertThat(run("host", "forget", "h2")).isZero();
        assertThat(out.toString()).startsWith("forgot host h2: freed 0 addresses");
        assertThat(run("hosts")).isZero();
        assertThat(out.toString()).doesNotContain("h2");
    }
}
