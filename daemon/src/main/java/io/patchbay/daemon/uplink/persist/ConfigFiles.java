package io.patchbay.daemon.uplink.persist;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files of the host's network configuration. Each is written under another name, synced and renamed; a
 * failure of the disk is a {@code DISK}.
 */
public final class ConfigFiles {
    private ConfigFiles() {}

    /** Null where there is none; one that is no UTF-8 is an {@code INVALID}. */
    static @Nullable String text(String path) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(Path.of(path))))
                    .toString();
        } catch (NoSuchFileException e) {
            return null;
        } catch (CharacterCodingException e) {
            throw new PatchbayException(PatchbayException.Kind.INVALID, path + " is no text in UTF-8", e);
        } catch (IOException e) {
            throw disk(path, "read", e);
        }
    }

    /** Paths of what is neither as before nor as it is to be: somebody else has changed it. */
    public static List<String> foreign(List<FileChange> changes) {
        List<String> found = new ArrayList<>();
        for (FileChange change : changes) {
            String now = text(change.path());
            if (!Objects.equals(now, change.before()) && !Objects.equals(now, change.after())) {
                found.add(change.path());
            }
        }
        return found;
    }

    /** Makes all files as they are to be, what is so already too; where one is foreign it is a {@code CONFLICT}. */
    public static void put(List<FileChange> changes) {
        List<String> foreign = foreign(changes);
        if (!foreign.isEmpty()) {
            throw new PatchbayException(
                    PatchbayException.Kind.CONFLICT,
                    String.join(", ", foreign) + " has been changed meanwhile, so nothing is written");
        }
        changes.forEach(ConfigFiles::put);
    }

    private static void put(FileChange change) {
        String after = change.after();
        if (Objects.equals(text(change.path()), after)) {
            return;
        }
        Path file = Path.of(change.path());
        if (after == null) {
            remove(file);
        } else {
            write(file, after, change.mode());
        }
    }

    /** Copies of what is there before the changes, by their paths below {@code folder}. */
    public static void copy(List<FileChange> changes, Path folder) {
        for (FileChange change : changes) {
            String before = change.before();
            if (before != null) {
                write(folder.resolve(change.path().substring(1)), before, FileChange.FOR_ROOT);
            }
        }
    }

    private static void write(Path named, String text, String mode) {
        try {
            Path file = Files.isSymbolicLink(named) ? named.toRealPath() : named;
            Path folder = Objects.requireNonNull(file.getParent());
            Files.createDirectories(folder);
            Set<PosixFilePermission> permissions =
                    Files.exists(file) ? Files.getPosixFilePermissions(file) : PosixFilePermissions.fromString(mode);
            // no manager reads a name that begins with a dot
            Path made = folder.resolve("." + file.getFileName() + ".patchbay");
            Files.deleteIfExists(made);
            try (FileChannel out = FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(FileChange.FOR_ROOT));
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                Files.setPosixFilePermissions(made, permissions);
                out.force(true);
            } catch (IOException e) {
                Files.deleteIfExists(made);
                throw e;
            }
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
        } catch (IOException e) {
            throw disk(named.toString(), "written", e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            sync(Objects.requireNonNull(file.getParent()));
        } catch (IOException e) {
            throw disk(file.toString(), "removed", e);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static PatchbayException disk(String path, String what, IOException e) {
        return new PatchbayException(
                PatchbayException.Kind.DISK, path + " cannot be " + what + ": " + e.getMessage(), e);
    }
}
