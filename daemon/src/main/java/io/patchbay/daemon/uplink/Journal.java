package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder in which stands what must be undone, and what was taken: on disk before anything is done, so that any
 * later process can. One trial at a time. A failure of the disk is a {@code DISK}.
 */
final class Journal {
    private static final String TRIAL = "trial.json";
    private static final String TAKEN = ".taken.json";
    private static final String PERSISTED = ".persisted.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    Journal(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** What is tried now. */
    Optional<Trial> trial() {
        return read(folder.resolve(TRIAL), Trial.class);
    }

    void write(Trial trial) {
        write(TRIAL, trial);
    }

    /** Nothing is to be undone any more. */
    void end() {
        remove(TRIAL);
    }

    List<Taken> taken() {
        return all(TAKEN, Taken.class);
    }

    private <T> List<T> all(String ending, Class<T> type) {
        List<T> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ending)) {
            files.forEach(file -> read(file, type).ifPresent(all::add));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw disk("read", e);
        }
        return all;
    }

    void keep(Taken taken) {
        write(taken.bridge() + TAKEN, taken);
    }

    void forget(String bridge) {
        remove(bridge + TAKEN);
    }

    /** What stands in the host's network configuration, whatever boot wrote it. */
    List<Persisted> persisted() {
        return all(PERSISTED, Persisted.class);
    }

    void keep(Persisted persisted) {
        write(persisted.bridge() + PERSISTED, persisted);
    }

    void forgetPersisted(String bridge) {
        remove(bridge + PERSISTED);
    }

    /** The folder for copies of what was in the host's network configuration before. They stay for a person to see. */
    Path copies(String bridge) {
        return folder.resolve(bridge + ".before");
    }

    /** Says that the watchdog of this trial is there. */
    void arm(String trial) {
        write("watched.json", trial);
    }

    boolean isArmed(String trial) {
        return read(folder.resolve("watched.json"), String.class)
                .filter(trial::equals)
                .isPresent();
    }

    /** Held by whoever changes something here or in the kernel; gone with its process. */
    Optional<AutoCloseable> tryLock() {
        make();
        try {
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return Optional.of(channel);
                }
            } catch (OverlappingFileLockException e) {
                // another thread of this process has it
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw disk("locked", e);
        }
    }

    private void make() {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw disk("made", e);
        }
    }

    private <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw disk("read", e);
        }
    }

    private void write(String name, Object what) {
        make();
        Path file = folder.resolve("." + name + ".new");
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(what));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            sync();
        } catch (IOException e) {
            throw disk("written", e);
        }
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
            if (Files.isDirectory(folder)) {
                sync();
            }
        } catch (IOException e) {
            throw disk("written", e);
        }
    }

    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private PatchbayException disk(String what, IOException e) {
        return new PatchbayException(
                PatchbayException.Kind.DISK, folder + " cannot be " + what + ": " + e.getMessage(), e);
    }
}
