package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second daemon off a store's directory; the kernel's lock on a file goes with the process, however it ends.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "lock";
    /**
     * The directories this process has locked. The kernel drops a process's lock when the process closes any descriptor
     * of the file, so a second opening in the same process must be refused before the file is touched.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(directory, "this process");
        }
        Path file = real.resolve(FILE);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    OwnerOnly.FILE);
            if (channel.tryLock() == null) {
                throw inUse(directory, holder(channel));
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new DirectoryLock(real, channel);
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            OwnerOnly.closeSuppressing(channel, e);
            throw e;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("[0-9]+") ? "process " + pid : "another process";
    }

    private static PatchbayException inUse(Path directory, String holder) {
        return new PatchbayException(
                Kind.CONFLICT,
                "the store directory " + directory + " is in use by " + holder
                        + ": end that one, or give this one another directory");
    }

    @Override
    public void close() throws IOException {
        HELD.remove(directory);
        channel.close();
    }
}
