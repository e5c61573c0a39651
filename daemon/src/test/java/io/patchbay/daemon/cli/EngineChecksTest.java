package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineChecksTest {
    @TempDir
    private Path folder;

    private Path proc;
    private Path socket;
    private ServerSocketChannel server;
    private Thread thread;

    @BeforeEach
    void aServerThatShakesHands() throws IOException {
        proc = Files.createDirectories(folder.resolve("proc"));
        socket = folder.resolve("p.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        thread = new Thread(this::shakeHands, "handshake");
        thread.setDaemon(true);
        thread.start();
    }

    private void shakeHands() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    client.read(ByteBuffer.allocate(1000));
                    String body = "{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}";
                    client.write(ByteBuffer.wrap(("HTTP/1.0 200 OK\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException closed) {
            assertThat(server.isOpen()).isFalse();
        }
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        // a thread that is about to accept keeps the socket open until it has seen the end
        server.close();
        thread.join();
    }

    @Test
    void anAbsentSocketFails() throws IOException {
        Files.delete(socket);
        assertThat(finding("plugin-socket"))
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.FAIL))
                .satisfies(f -> assertThat(f.message()).isEqualTo("the plugin socket " + socket + " is absent"));
    }

    @Test
    void aSocketWhereNobodyAnswersFails() throws IOException, InterruptedException {
        close();
        assertThat(finding("plugin-socket").message()).contains("nobody answers");
    }

    @Test
    void aSocketOutsideDockersFolderIsAWarning() {
        assertThat(finding("plugin-socket").severity()).isEqualTo(Severity.OK);
        assertThat(finding("plugin-place").severity()).isEqualTo(Severity.WARN);
    }

    @Test
    void aManagedPluginsSocketIsFound() throws IOException {
        Path plugin = Files.createDirectory(folder.resolve("0123456789abcdef".repeat(4)));
        Files.move(socket, plugin.resolve("p.sock"));
        List<Finding> findings = new EngineChecks(proc, socket).run();
        assertThat(findings)
                .filteredOn(f -> f.check().equals("plugin-socket"))
                .singleElement()
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.OK))
                .satisfies(f -> assertThat(f.subject())
                        .isEqualTo(plugin.resolve("p.sock").toString()));
        assertThat(findings).noneMatch(f -> f.check().equals("plugin-place"));
    }

    @Test
    void withoutEngineThereIsAWarning() {
        assertThat(finding("engine").message()).isEqualTo("no dockerd runs on this host");
    }

    @Test
    void anEngineThatSeesTheSameFileIsWell() throws IOException {
        Path seen = engine().resolve("root" + socket);
        Files.createDirectories(seen.getParent());
        Files.createLink(seen, socket);
        assertThat(finding("engine").severity()).isEqualTo(Severity.OK);
    }

    @Test
    void anEngineInAnotherMountNamespaceFails() throws IOException {
        Files.createDirectories(engine().resolve("root"));
        assertThat(finding("engine"))
                .satisfies(f -> assertThat(f.severity()).isEqualTo(Severity.FAIL))
                .satisfies(f -> assertThat(f.message()).startsWith("dockerd does not see " + socket));
    }

    private Path engine() throws IOException {
        Path engine = Files.createDirectories(proc.resolve("77"));
        Files.writeString(engine.resolve("comm"), "dockerd\n");
        return engine;
    }

    private Finding finding(String check) {
        List<Finding> findings = new EngineChecks(proc, socket)
                .run().stream().filter(f -> f.check().equals(check)).toList();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
