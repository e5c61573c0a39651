package io.patchbay.daemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    private @Nullable ServerSocketChannel server;

    @TempDir
    private Path folder;

    private static DaemonSettings settings(Path control) {
        try {
            return SettingsReader.read(
                            Map.of("control-socket", List.of(control.toString())), List.of(), Map.of(), () -> "h1")
                    .settings();
        } catch (SettingsException e) {
            throw new AssertionError(e);
        }
    }

    private int run(Path control, String... more) {
        String[] words = Stream.concat(Stream.of("doctor"), Stream.of(more)).toArray(String[]::new);
        Commands.Command doctor = DoctorCommand.command(
                invocation -> settings(control), bridge -> List.of(), state -> List.of(), Waiting.UNSEEN);
        return Commands.of("1", List.of(doctor), Map.of()).run(words, new PrintWriter(out), new PrintWriter(out));
    }

    @Test
    void aDaemonThatIsNotThereIsToBeStarted() throws Exception {
        assertThat(run(Files.createDirectory(folder.resolve("run")).resolve("c.sock")))
                .isEqualTo(1);
        assertThat(out.toString()).contains("no Patchbay daemon is running").contains("systemctl start patchbay");
    }

    private static Map<String, Object> finding(String severity, String message) {
        return Map.of(
                "check", "gateway", "severity", severity, "subject", "x", "message", message, "advice", "mend it");
    }

    /** A daemon that answers with that, whatever is asked. */
    private Path answering(String host2) throws Exception {
        Path socket = folder.resolve("c.sock");
        String body = new ObjectMapper()
                .writeValueAsString(Map.of(
                        "hosts",
                        List.of(
                                Map.of(
                                        "host",
                                        "h1",
                                        "status",
                                        "alive",
                                        "self",
                                        false,
                                        "age",
                                        "now",
                                        "findings",
                                        List.of()),
                                Map.of(
                                        "host", "h2",
                                        "status", "dead",
                                        "self", false,
                                        "age", "3h10m ago",
                                        "findings", List.of(finding("ok", "well"), finding(host2, "it is silent"))))));
        ServerSocketChannel listening =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        server = listening;
        Thread answering = new Thread(() -> {
            try (SocketChannel client = listening.accept()) {
                client.read(ByteBuffer.allocate(4096));
                client.write(UTF_8.encode("HTTP/1.1 200 OK\r\nContent-Length: " + body.length()
                        + "\r\nContent-Type: application/json\r\n\r\n" + body));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        answering.setDaemon(true);
        answering.start();
        return socket;
    }

    @AfterEach
    void end() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void ofAllHostsWhatIsNotWellIsShown() throws Exception {
        assertThat(run(answering("fail"), "--all")).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("h1 +alive +now +OK +- +- +nothing was found")
                .containsPattern("h2 +dead +3h10m ago +FAIL +gateway +x +it is silent")
                .contains("  h2 gateway x: mend it")
                .doesNotContain("well");
    }

    @Test
    void oneHostOfAllIsShownAlone() throws Exception {
        assertThat(run(answering("fail"), "--host", "h1")).isZero();
        assertThat(out.toString()).contains("h1").doesNotContain("h2");
    }

    @Test
    void warningsOfOtherHostsAreNoFailure() throws Exception {
        assertThat(run(answering("warn"), "--all")).isZero();
    }
}
