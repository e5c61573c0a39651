package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.ClusterOperations;
import io.patchbay.api.Controls;
import io.patchbay.api.Identity;
import io.patchbay.api.OperatorServer;
import io.patchbay.api.OperatorSettings;
import io.patchbay.api.VertxRuntime;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.store.Store;
import io.patchbay.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(3);
    private Optional<String> typed = Optional.empty();
    private Store store;
    private Driver driver;
    private OperatorServer server;
    private BothWays ways;

    private Driver driver(String host) {
        return driver(host, "machine of " + host);
    }

    private Driver driver(String host, String machine) {
        return PlainDriver.of(host, machine, store, executor);
    }

    @BeforeEach
    void serve() throws IOException {
        ways = new BothWays(folder.resolve("home"), folder.resolve("c.sock"), this::commands, out, err);
        store = EmbeddedStore.open(folder.resolve("store"));
        driver = driver("h1");
        driver.start();
        serve(driver.inspection());
    }

    private void serve(Inspection inspection) {
        server = new OperatorServer(
                vertx,
                OperatorSettings.of(Optional.empty(), Optional.of(folder.resolve("c.sock"))),
                CompletableFuture.completedFuture(inspection),
                new CompletableFuture<PrometheusMeterRegistry>(),
                List::of,
                new Controls(
                        ClusterOperations.on(CompletableFuture.completedFuture(driver.cluster())), Optional.of(ways)),
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
        return ways.run(arguments);
    }

    private Commands commands() {
        ListCommand.Daemon daemon = i -> new ControlClient(folder.resolve("c.sock"), Duration.ofSeconds(10));
        List<Commands.Command> all = new ArrayList<>(ListCommand.all(daemon));
        all.addAll(ClusterCommands.all(daemon, question -> {
            questions.add(question);
            return typed;
        }));
        all.addAll(BookCommands.all(daemon));
        all.add(StatusCommand.command(daemon));
        all.add(EventsCommand.command(daemon, Duration.ofMillis(20)));
        all.add(HistoryCommand.command(daemon, Clock.systemUTC()));
        return Commands.of("1", all, Map.of());
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
        assertThat(ways.done).containsExactly("pools", "claims", "claims");
        assertThat(run("claims", "--host", "h2")).isZero();
        assertThat(out.toString().lines()).as("the heading").hasSize(1);
        assertThat(run("pool", "unreserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20"))
                .isZero();
        assertThat(run("claims", "why", "10.77.0.9", "--segment", "lab", "--json"))
                .isZero();
        assertThat(out.toString()).contains("\"standing\" : \"outside\"");
    }

    @Test
    void theHistoryOfAnAddressIsATable() {
        assertThat(run("history", "10.77.0.9", "--at", "2h")).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("ADDRESS  CONTAINER  MAC");
        assertThat(run("history", "10.77.0.9", "--at", "yesterday")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("\"yesterday\" is no time: give 14:30 (today)");
    }

    @Test
    void theStatusIsOneScreenAndAnExitCode() {
        run("pool", "reserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20");
        assertThat(run("status")).as(out.toString()).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("Patchbay 1 on host h1, store test: ready\n\nHOST  STATUS  LAST SEEN  VERSION")
                .containsPattern("h1 +alive +now +1 ")
                .containsPattern("h1 +fail +bridge +br0 ")
                .containsPattern("\nfail: \\d+, warn: \\d+; 'patchbay doctor --all' says what to do\n$");
        assertThat(run("status", "--json")).isEqualTo(1);
        assertThat(out.toString()).startsWith("{\n").contains("\"ready\" : true");
        server.close();
        assertThat(run("status")).isEqualTo(1);
        assertThat(err.toString()).startsWith("patchbay: no Patchbay daemon is running: ");
    }

    @Test
    void aListShowsTheRowsAndColumnsThatAreWanted() {
        assertThat(run(
                        "hosts",
                        "--filter",
                        "host=h*",
                        "--filter",
                        "status=alive",
                        "--format",
                        "{{.Host}} is {{.Status}}"))
                .isZero();
        assertThat(out.toString()).isEqualTo("h1 is alive\n");
        assertThat(run("hosts", "--filter", "status=dead", "--json")).isZero();
        assertThat(out.toString()).isEqualTo("[ ]\n");
        assertThat(run("hosts", "--filter", "color=red")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).startsWith("patchbay: --filter: there is no column \"color\"; there are host, ");
        assertThat(run("hosts", "--format", "{{.Host}}", "--json")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).isEqualTo("patchbay: --json and --format are two forms of the same, give one\n");
    }

    @Test
    void eventsTellOfHostsThatComeAndGo() {
        assertThat(run("events", "--filter", "subject=h2")).isZero();
        assertThat(out.toString()).isEmpty();
        try (Driver other = driver("h2")) {
            other.start();
            awaitOutput("h2  h2  is alive\n", "events", "--filter", "kind=host", "--filter", "host=h2");
        }
        awaitOutput("h2 ended, or cannot reach the store\n", "events", "--format", "{{.Subject}} {{.What}}");
        assertThat(run("events", "--filter", "host=h2", "--json")).isZero();
        assertThat(out.toString().lines().findFirst().orElseThrow())
                .containsPattern(
                        "^\\{\"number\":\\d+,\"at\":\"[^\"]+\",\"kind\":\"host\",\"host\":\"h2\",\"subject\":\"h2\"");
        assertThat(run("events", "--filter", "color=red")).isEqualTo(Commands.USAGE);
    }

    private void awaitOutput(String text, String... arguments) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (ways.here(arguments).code() != 0 || !out.toString().contains(text)) {
            assertThat(System.nanoTime()).as(text + " in " + out).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** What is new comes while the command runs; it ends when nobody reads, and waits for a daemon that ends. */
    @Test
    void followedEventsComeUntilNobodyReads() throws Exception {
        PipedReader reader = new PipedReader(1 << 16);
        PrintWriter pipe = new PrintWriter(new PipedWriter(reader));
        ListCommand.Daemon daemon = i -> new ControlClient(folder.resolve("c.sock"), Duration.ofSeconds(10));
        Commands commands = Commands.of("1", List.of(EventsCommand.command(daemon, Duration.ofMillis(20))), Map.of());
        Future<Integer> code = executor.submit(() -> commands.run(
                new String[] {"events", "--follow", "--filter", "host=h2", "--format", "{{.Subject}}: {{.What}}"},
                pipe,
                new PrintWriter(err)));
        BufferedReader lines = new BufferedReader(reader);
        try (Driver other = driver("h2")) {
            other.start();
            assertThat(lines.readLine()).isEqualTo("h2: is alive");
        }
        server.close();
        serve(driver.inspection());
        try (Driver other = driver("h2")) {
            other.start();
            assertThat(lines.readLine()).isEqualTo("h2: ended, or cannot reach the store");
            assertThat(lines.readLine()).isEqualTo("h2: is alive");
        }
        lines.close();
        assertThat(code.get(40, TimeUnit.SECONDS)).isZero();
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
            awaitHost("h2");
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

    @Test
    void aHostTakesOverWhatItHadUnderItsOldName() {
        try (Driver before = driver("old", "machine of h1")) {
            before.start();
            awaitHost("old");
            assertThat(run("host", "rename", "old", "h1")).isEqualTo(1);
            assertThat(err.toString()).contains("host \"old\" is alive");
        }
        assertThat(run("host", "rename", "old", "new")).isEqualTo(1);
        assertThat(err.toString()).contains("this host is \"h1\", not \"new\"");
        assertThat(run("host", "rename", "old", "h1")).isZero();
        assertThat(out.toString()).startsWith("host old is h1 now: took over 0 addresses");
        assertThat(run("hosts")).isZero();
        assertThat(out.toString()).doesNotContain("old");
        assertThat(run("host", "rename", "old", "h1")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no host \"old\"");
    }

    /** The store tells of it a moment later. */
    private void awaitHost(String name) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (ways.here("hosts").code() != 0 || !out.toString().contains("\n" + name + " ")) {
            assertThat(System.nanoTime()).as(name + " is heard of").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private String exported() throws IOException {
        assertThat(run("export")).isZero();
        assertThat(err.toString()).isEmpty();
        return Files.writeString(folder.resolve("book.json"), out.toString()).toString();
    }

    @Test
    void theBookIsWrittenAndWhatIsMissingPutIn() throws IOException {
        run("pool", "reserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20", "--note", "the \"blue\" printers");
        String file = exported();
        assertThat(Path.of(file))
                .content()
                .contains("\"host\": \"h1\"", "\n\"pools/default~10.77.0.0_24\": {", "\n\"hosts/h1\": {");
        assertThat(run("import", file)).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "0 records were put in, 1 were there, 2 are of no use here, 0 were left out because of what is"
                                + " told above\n");
        run("pool", "unreserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20");
        assertThat(run("import", "--dry-run", file)).isZero();
        assertThat(out.toString()).startsWith("1 records would be put in, 0 were there");
        assertThat(run("import", file)).isZero();
        assertThat(out.toString()).startsWith("1 records were put in, 0 were there");
        assertThat(run("pools")).isZero();
        assertThat(out.toString()).contains("10.77.0.1-10.77.0.20 (the \"blue\" printers)");
        run("pool", "unreserve", "10.77.0.0/24", "10.77.0.1-10.77.0.20");
        run("pool", "reserve", "10.77.0.0/24", "10.77.0.30");
        assertThat(run("import", file)).isEqualTo(1);
        assertThat(out.toString()).contains("1 were left out");
        assertThat(err.toString())
                .startsWith("patchbay: pools/default~10.77.0.0_24: pool 10.77.0.0/24 is there without these reserved"
                        + " ranges: [10.77.0.1-10.77.0.20]");
    }

    @Test
    void aBookOfManyRecordsGoesInPieceByPiece() throws IOException {
        for (int i = 0; i < 210; i++) {
            driver.cluster()
                    .reserve(
                            "10." + i + ".0.0/24",
                            Optional.empty(),
                            AddressRange.parse("10." + i + ".0.1"),
                            "note ".repeat(40));
        }
        String file = exported();
        for (int i = 0; i < 210; i++) {
            driver.cluster().unreserve("10." + i + ".0.0/24", Optional.empty(), AddressRange.parse("10." + i + ".0.1"));
        }
        assertThat(run("import", file, "--host-only")).isZero();
        assertThat(out.toString()).startsWith("210 records were put in, 0 were there");
        assertThat(driver.inspection().pools()).hasSize(210);
    }

    @Test
    void whatIsNoBookIsRefused() throws IOException {
        Path file = folder.resolve("book.json");
        assertThat(run("import", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("book.json cannot be read");
        for (String text : List.of("[]", "{}", "{\"records\": {\"pools/x\": {}}}", "{\"format\": \"2\"}")) {
            Files.writeString(file, text);
            assertThat(run("import", file.toString())).isEqualTo(1);
            assertThat(err.toString()).contains("is no document of patchbay export");
        }
        Files.writeString(file, "{\"format\": \"patchbay-book-1\", \"records\": {\"a");
        assertThat(run("import", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is not JSON");
        Files.writeString(file, "{\"format\": \"patchbay-book-1\", \"records\": {\"pools/x\": 7}}");
        assertThat(run("import", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("pools/x: this is no record that this version can read");
    }
}
