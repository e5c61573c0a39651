package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Http;
import io.patchbay.e2e.lab.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code bin/patchbay} of the distribution, on every JDK from 17 on that is installed. */
final class LauncherTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path PROGRAM =
            Path.of(System.getProperty("patchbay.home", ""), "bin", "patchbay").normalize();

    /** Class archives: a daemon that finds none makes one after a while, in the machine's own cache and on its own. */
    @TempDir
    private static Path archives = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void prepare() throws Exception {
        for (Path jdk : jdks()) {
            Process prepare = run(archives.resolve("output"), jdk, "prepare", archives.toString());
            assertThat(prepare.waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(prepare.exitValue())
                    .as(Files.readString(archives.resolve("output")))
                    .isZero();
        }
        try (Stream<Path> made = Files.list(archives)) {
            // the one for etcd takes a network
            assertThat(made.filter(file -> file.toString().endsWith("-embedded.jsa")))
                    .hasSameSizeAs(jdks());
        }
    }

    /** Folders of JDKs, each once whatever its other names are. */
    static List<Path> jdks() throws IOException {
        try (Stream<Path> found = Files.list(Path.of("/usr/lib/jvm"))) {
            return found.filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")) && isNewEnough(jdk))
                    .map(LauncherTest::real)
                    .distinct()
                    .toList();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNewEnough(Path jdk) {
        try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
            return lines.filter(l -> l.startsWith("JAVA_VERSION="))
                    .map(l -> l.replaceAll("[^0-9.]", ""))
                    .anyMatch(v -> Integer.parseInt(v.split("\\.", -1)[0]) >= 17);
        } catch (IOException e) {
            return false;
        }
    }

    private Process start(Path jdk, String... arguments) throws IOException {
        return startInto("output", jdk, arguments);
    }

    /** What it prints goes to a file of that name. */
    private Process startInto(String file, Path jdk, String... arguments) throws IOException {
        return run(folder.resolve(file), jdk, arguments);
    }

    private static Process run(Path output, Path jdk, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--net", PROGRAM.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("PATCHBAY_CACHE", archives.toString());
        return Processes.start(builder);
    }

    private String output() {
        return text(folder.resolve("output"));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void theDaemonServesAndEndsInOrder(Path jdk) throws Exception {
        Path socket = folder.resolve("p.sock");
        Process daemon = start(
                jdk,
                "serve",
                "--socket",
                socket.toString(),
                "--control-socket",
                folder.resolve("c.sock").toString(),
                "--store",
                "embedded:" + folder.resolve("store"),
                "--http",
                "off");
        try {
            Await.until("the launcher ignores SIGHUP on " + jdk, LIMIT, () -> ignoresHangUp(daemon));
            Await.until("the handshake is answered on " + jdk, LIMIT, () -> {
                // a reload at any moment of the start ends nothing
                hangUp(daemon);
                return answers(socket, daemon);
            });
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            hangUp(daemon);
            Await.until("SIGHUP is heard on " + jdk, LIMIT, () -> output().contains("settings read again"));
            assertThat(logLevel(jdk, "debug")).contains("the daemon logs at level debug");
            assertThat(logLevel(jdk, "loud")).contains("log level \"loud\" must be one of error, warn");
            daemon.destroy();
            assertThat(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(daemon.exitValue()).as(output()).isZero();
            assertThat(socket).doesNotExist();
            assertThat(output()).doesNotContainIgnoringCase("warning");
        } finally {
            daemon.destroyForcibly();
        }
    }

    private static boolean ignoresHangUp(Process daemon) {
        return text(Path.of("/proc/" + daemon.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Character.digit(line.charAt(line.length() - 1), 16) & 1) == 1);
    }

    private static void hangUp(Process daemon) {
        try {
            Processes.start(new ProcessBuilder("kill", "-HUP", String.valueOf(daemon.pid())))
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logLevel(Path jdk, String level) throws Exception {
        Process command = startInto(
                "told",
                jdk,
                "log-level",
                level,
                "--control-socket",
                folder.resolve("c.sock").toString());
        assertThat(command.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return Files.readString(folder.resolve("told"));
    }

    private static boolean answers(Path socket, Process daemon) {
        if (!daemon.isAlive()) {
            throw new AssertionError("the daemon ended with " + daemon.exitValue());
        }
        try {
            return Http.post(socket, "/Plugin.Activate", "").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void preparingSaysWhyItCannot() throws Exception {
        Process prepare = start(jdks().get(0), "prepare", "/proc/x");
        assertThat(prepare.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(prepare.exitValue()).isEqualTo(1);
        assertThat(output()).contains("no class archive could be made in /proc/x");
        Process help = start(jdks().get(0), "prepare", "--help");
        assertThat(help.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(help.exitValue()).isZero();
        assertThat(output()).startsWith("Usage: patchbay prepare");
    }

    @Test
    void allMistakesAreToldAtOnceAndTheExitCodeIsThatOfSettings() throws Exception {
        Process daemon = start(jdks().get(0), "serve", "--http", "nonsense", "--bridge", "a/b", "--grace", "0");
        assertThat(daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isEqualTo(78);
        assertThat(output())
                .contains("http = \"nonsense\"")
                .contains("bridge = \"a/b\"")
                .contains("grace = \"0\"");
    }

    @Test
    void aSecondDaemonOnTheSameFilesIsToldSo() throws Exception {
        Path socket = folder.resolve("p.sock");
        String store = "embedded:" + folder.resolve("store");
        Process first = start(
                jdks().get(0),
                "serve",
                "--socket",
                socket.toString(),
                "--store",
                store,
                "--http",
                "off",
                "--control-socket",
                folder.resolve("c.sock").toString());
        try {
            Await.until(
                    "the first is ready",
                    LIMIT,
                    () -> answers(socket, first) && Files.exists(folder.resolve("c.sock")));
            Process second = start(
                    jdks().get(0),
                    "serve",
                    "--socket",
                    folder.resolve("p2.sock").toString(),
                    "--store",
                    store,
                    "--http",
                    "off",
                    "--control-socket",
                    folder.resolve("c2.sock").toString());
            assertThat(second.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isNotZero();
            assertThat(output()).contains(folder.resolve("store").toString()).contains(String.valueOf(first.pid()));
        } finally {
            first.destroy();
            first.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            first.destroyForcibly();
        }
    }
}
