package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.CommandLine;
import io.patchbay.api.Controls;
import io.patchbay.api.Identity;
import io.patchbay.api.OperatorServer;
import io.patchbay.api.OperatorSettings;
import io.patchbay.api.VertxRuntime;
import io.patchbay.core.inspect.Inspection;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code patchbay-ask}: what it has the daemon do, and what it leaves to a process of its own. */
@Timeout(60)
class AskProgramTest {
    private static final AskProgram.Printed DONE = new AskProgram.Printed(3, "shown\n", "told\n");

    @TempDir
    private Path folder;

    private final Vertx vertx = VertxRuntime.create();
    private final List<CommandLine.Request> requests = new CopyOnWriteArrayList<>();
    private Work work = (out, err) -> {
        print(out, "shown\n");
        print(err, "told\n");
        return 3;
    };
    private AskProgram program;
    private OperatorServer server;

    /** What a command does here. */
    private interface Work {
        int run(OutputStream out, OutputStream err);
    }

    private final class Commands implements CommandLine {
        @Override
        public String build() {
            return AskProgram.BUILD;
        }

        @Override
        public Optional<IntSupplier> prepare(Request request, OutputStream out, OutputStream err) {
            requests.add(request);
            return request.words().contains("local") ? Optional.empty() : Optional.of(() -> work.run(out, err));
        }
    }

    @BeforeEach
    void serve() throws IOException {
        program = new AskProgram(folder.resolve("home"), folder.resolve("c.sock"));
        server = server("c.sock");
    }

    private OperatorServer server(String socket) {
        OperatorServer made = new OperatorServer(
                vertx,
                OperatorSettings.of(Optional.empty(), Optional.of(folder.resolve(socket))),
                new CompletableFuture<Inspection>(),
                new CompletableFuture<PrometheusMeterRegistry>(),
                List::of,
                new Controls(List.of(), Optional.of(new Commands())),
                new Identity("1", "h1", "test", Instant.EPOCH));
        made.start();
        return made;
    }

    @AfterEach
    void end() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void print(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AskProgram.Printed alone(String words) {
        return new AskProgram.Printed(AskProgram.ALONE, "yes: " + words + "\n", "");
    }

    @Test
    void theDaemonPrintsAndDecidesHowItEnds() {
        assertThat(program.run(Map.of("PATCHBAY_COLUMNS", "72"), "pools", "--filter", "pool=a b", ""))
                .isEqualTo(DONE);
        assertThat(program.run()).isEqualTo(DONE);
        assertThat(program.run(Map.of("PATCHBAY_COLUMNS", "wide", "PATCHBAY_CACHE", "/x"), "pools"))
                .isEqualTo(DONE);
        assertThat(requests)
                .containsExactly(
                        new CommandLine.Request(List.of("pools", "--filter", "pool=a b", ""), 72, false),
                        new CommandLine.Request(List.of(), 0, false),
                        new CommandLine.Request(List.of("pools"), 0, false));
    }

    @Test
    void whatIsNotAsUsualIsLeftToAProcessOfItsOwn() {
        assertThat(program.run("claims", "--config", "/x")).isEqualTo(alone("claims --config /x"));
        assertThat(program.run("claims", "--control-socket=/x")).isEqualTo(alone("claims --control-socket=/x"));
        assertThat(program.run("history", "caf\u00e9").code()).isEqualTo(AskProgram.ALONE);
        assertThat(program.run("x".repeat(20000)).code()).isEqualTo(AskProgram.ALONE);
        assertThat(program.run(Map.of("PATCHBAY_STORE", "etcd:a"), "claims")).isEqualTo(alone("claims"));
        assertThat(requests).isEmpty();
        assertThat(program.run("local")).isEqualTo(alone("local"));
    }

    @Test
    void anotherBuildIsNotAsked() throws IOException {
        Files.writeString(folder.resolve("home/lib/build-id"), "b2\n");
        assertThat(program.run("claims")).isEqualTo(alone("claims"));
        assertThat(requests).isEmpty();
    }

    @Test
    void aDaemonThatIsAwayIsNotWaitedFor() {
        server.close();
        assertThat(program.run("claims")).isEqualTo(alone("claims"));
    }

    @Test
    void theSocketIsTheOneOfTheSettings() throws IOException {
        server.close();
        server = server("other.sock");
        Files.writeString(
                program.settings(), "# control-socket = /nowhere\\\n  control-socket : " + folder + "/other.sock \n");
        assertThat(program.run("claims")).isEqualTo(DONE);
        for (String strange : List.of("control-socket=/x\ncontrol-socket=/y\n", "host=a\\\nb\n", "control-socket\n")) {
            Files.writeString(program.settings(), strange);
            assertThat(program.run("claims")).as(strange).isEqualTo(alone("claims"));
        }
    }

    @Test
    void aFailureBeforeAWordIsLeftAndOneInTheMiddleIsTold() {
        work = (out, err) -> {
            throw new IllegalStateException("too long a list");
        };
        assertThat(program.run("claims")).isEqualTo(alone("claims"));
        work = (out, err) -> {
            print(out, "half");
            throw new IllegalStateException("in the middle");
        };
        assertThat(program.run("claims"))
                .isEqualTo(new AskProgram.Printed(
                        1, "half", "patchbay: the daemon ended before its answer was complete\n"));
    }

    @Test
    void aLongAnswerIsWhole() {
        String text = "0123456789abcdef\n".repeat(100_000);
        work = (out, err) -> {
            print(out, text);
            return 0;
        };
        assertThat(program.run("claims")).isEqualTo(new AskProgram.Printed(0, text, ""));
    }
}
