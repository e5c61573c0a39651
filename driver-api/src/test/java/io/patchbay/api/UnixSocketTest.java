package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixSocketTest {
    @TempDir
    Path directory;

    @Test
    void theDirectoryIsMadeAndTheFileIsForItsOwnerAlone() throws IOException {
        try (Served served = Served.in(directory.resolve("run/docker/plugins"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(served.socket)))
                    .isEqualTo("rw-------");
            try (var files = Files.list(served.socket.getParent())) {
                assertThat(files).containsExactly(served.socket);
            }
        }
        try (var files = Files.list(directory.resolve("run/docker/plugins"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void c24_aStaleSocketIsReplaced() throws IOException {
        Path socket = directory.resolve("patchbay.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (Served served = Served.in(directory)) {
            assertThat(served.call("Plugin.Activate", "").status()).isEqualTo(200);
        }
    }

    @Test
    void aSecondServerIsRefusedAndTheFirstGoesOn() throws IOException {
        try (Served first = Served.in(directory)) {
            UnixSocket second = new UnixSocket(first.socket);
            assertThatThrownBy(second::prepare)
                    .isInstanceOf(PatchbayException.class)
                    .hasMessage("another process is listening on " + first.socket + "; only one daemon can serve it");
            second.remove();
            assertThat(first.call("Plugin.Activate", "").status()).isEqualTo(200);
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("patchbay.sock"), "precious");
        assertThatThrownBy(() -> new UnixSocket(file).prepare())
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("is taken by a file that is not a socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aSocketThatAnotherProcessPutThereMeanwhileStays() throws IOException {
        try (Served first = Served.in(directory);
                ServerSocketChannel later = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.delete(first.socket);
            later.bind(UnixDomainSocketAddress.of(first.socket));
            first.stopServer();
            assertThat(first.socket).exists();
        }
    }

    @Test
    void aPathTheKernelCannotTakeIsAClearError() {
        Path tooLong = directory.resolve("x".repeat(120));
        assertThatThrownBy(() -> new UnixSocket(tooLong).prepare())
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("the kernel takes at most 107");
    }
}
