package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening unix socket, from nothing to mode 0600 to nothing. It is bound in a directory that only we
 * can enter and moved into place when its mode is set, so there is no moment in which another user could connect,
 * whatever the umask.
 */
final class UnixSocket {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    /** sun_path has 108 bytes with the terminating zero (unix(7)). */
    private static final int LONGEST_PATH = 107;

    private final Path path;
    private final Path nursery;
    private @Nullable Object identity;

    UnixSocket(Path path) {
        this.path = path.toAbsolutePath();
        this.nursery = directoryOf(this.path)
                .resolve(".pb" + ProcessHandle.current().pid() + "-" + Integer.toHexString(this.path.hashCode()));
    }

    private static Path directoryOf(Path path) {
        Path directory = path.getParent();
        if (directory == null) {
            throw new PatchbayException(Kind.INVALID, "socket path " + path + " has no directory");
        }
        return directory;
    }

    /** Makes room and returns where to bind. */
    Path prepare() {
        checkLength(path);
        Path bindAt = nursery.resolve("s");
        checkLength(bindAt);
        try {
            Files.createDirectories(directoryOf(path));
            removeStale();
            removeNursery();
            Files.createDirectory(
                    nursery, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return bindAt;
        } catch (IOException e) {
            throw new PatchbayException(Kind.UNAVAILABLE, "socket " + path + " cannot be made: " + describe(e), e);
        }
    }

    private static void checkLength(Path path) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "socket path " + path + " has " + length + " bytes, the kernel takes at most " + LONGEST_PATH);
        }
    }

    private void removeStale() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "socket path " + path + " is taken by a file that is not a socket; it is left as it is");
        }
        if (answers()) {
            throw new PatchbayException(
                    Kind.CONFLICT, "another process is listening on " + path + "; only one daemon can serve it");
        }
        Files.deleteIfExists(path);
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** To be called when the socket is bound. */
    void publish() {
        Path bound = nursery.resolve("s");
        try {
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
            identity = identityOf(bound);
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            removeNursery();
        } catch (IOException e) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE, "socket " + path + " cannot be put in place: " + describe(e), e);
        }
    }

    /** Removes the file unless another process has meanwhile put its own there. */
    void remove() throws IOException {
        if (identity != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity.equals(identityOf(path))) {
            Files.deleteIfExists(path);
        }
        removeNursery();
    }

    private static @Nullable Object identityOf(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private void removeNursery() throws IOException {
        Files.deleteIfExists(nursery.resolve("s"));
        Files.deleteIfExists(nursery);
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
