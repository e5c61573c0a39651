package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.Arguments;
import io.patchbay.api.Controls;
import io.patchbay.api.Identity;
import io.patchbay.api.Operation;
import io.patchbay.api.OperatorServer;
import io.patchbay.api.OperatorSettings;
import io.patchbay.api.VertxRuntime;
import io.patchbay.core.inspect.Inspection;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code patchbay network create}, to a daemon that only writes down what it is asked for. */
@Timeout(60)
class NetworkCommandsTest {
    private static final String AS_PROPOSED =
            "lan [10.77.0.0/24] [10.77.0.224/27] [10.77.0.1] {io.patchbay.ra=accept} Optional.empty";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Vertx vertx = VertxRuntime.create();
    private final List<String> questions = new ArrayList<>();
    private final List<String> made = new CopyOnWriteArrayList<>();
    private final List<String> proposed = new CopyOnWriteArrayList<>();
    private Optional<String> typed = Optional.empty();
    private OperatorServer server;

    @BeforeEach
    void serve() {
        server = new OperatorServer(
                vertx,
                OperatorSettings.of(Optional.empty(), Optional.of(folder.resolve("c.sock"))),
                new CompletableFuture<Inspection>(),
                new CompletableFuture<PrometheusMeterRegistry>(),
                List::of,
                new Controls(
                        List.of(
                                Operation.of("/v1/network/propose", this::propose),
                                Operation.of("/v1/network/create", this::make)),
                        Optional.empty()),
                new Identity("1", "h1", "test", Instant.EPOCH));
        server.start();
    }

    @AfterEach
    void end() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Map<String, Object> propose(Arguments a) {
        proposed.add(a.required("name") + " bridge " + a.text("bridge").orElse("-") + " noDhcp " + a.flag("noDhcp"));
        return Map.of(
                "message", List.of("subnet 10.77.0.0/24: this host has 10.77.0.11/24 on br0", "docker network create"),
                "subnets", List.of("10.77.0.0/24"),
                "ranges", List.of("10.77.0.224/27"),
                "gateways", List.of("10.77.0.1"),
                "options", Map.of("io.patchbay.ra", "accept"));
    }

    private Map<String, Object> make(Arguments a) {
        made.add(a.required("name") + " " + a.list("subnets") + " " + a.list("ranges") + " " + a.list("gateways") + " "
                + a.texts("options") + " " + a.text("bridge"));
        return Map.of("message", List.of("network lan made: 1", "the same by hand: docker network create ..."));
    }

    private int run(String... arguments) {
        ListCommand.Daemon daemon = i -> new ControlClient(folder.resolve("c.sock"), Duration.ofSeconds(10));
        List<Commands.Command> all = NetworkCommands.all(daemon, question -> {
            questions.add(question);
            return typed;
        });
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.of("1", all, Map.of()).run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void whatIsFoundOutIsMadeAfterAYes() {
        typed = Optional.of("yes");
        assertThat(run("network", "create", "lan", "--bridge", "br0")).isZero();
        assertThat(proposed).containsExactly("lan bridge br0 noDhcp false");
        assertThat(questions).containsExactly("Make network lan? Type yes: ");
        assertThat(made).containsExactly(AS_PROPOSED);
        assertThat(out.toString())
                .contains("subnet 10.77.0.0/24: this host has", "network lan made: 1", "the same by hand: docker");
    }

    @Test
    void withYesNobodyIsAsked() {
        assertThat(run("network", "create", "lan", "--yes", "--no-dhcp")).isZero();
        assertThat(proposed).containsExactly("lan bridge - noDhcp true");
        assertThat(questions).isEmpty();
        assertThat(made).containsExactly(AS_PROPOSED);
    }

    @Test
    void withoutAYesNothingIsMade() {
        assertThat(run("network", "create", "lan")).isEqualTo(1);
        assertThat(err.toString()).contains("no terminal to ask on; give --yes");
        typed = Optional.of("no");
        assertThat(run("network", "create", "lan")).isEqualTo(1);
        assertThat(err.toString()).contains("nothing was made");
        assertThat(made).isEmpty();
    }

    @Test
    void whatIsSaidIsMadeUnasked() {
        assertThat(run("network", "create", "lan", "--subnet", "10.78.0.0/24", "--bridge", "br7"))
                .isZero();
        assertThat(proposed).isEmpty();
        assertThat(made).containsExactly("lan [10.78.0.0/24] [] [] {} Optional[br7]");
        assertThat(run("network", "create", "lan", "--internal")).isEqualTo(1);
        assertThat(err.toString()).contains("say --subnet");
    }

    @Test
    void withJsonThereIsOneDocument() {
        assertThat(run("network", "create", "lan", "--yes", "--json")).isZero();
        assertThat(out.toString()).startsWith("{").contains("network lan made: 1");
        assertThat(err.toString()).contains("this host has 10.77.0.11/24 on br0");
    }
}
