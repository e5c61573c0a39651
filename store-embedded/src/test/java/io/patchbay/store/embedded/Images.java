package io.patchbay.store.embedded;

import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Directories as a killed process would have left them, made by copying the files of a running store. */
final class Images {
    /** Seals at once: everything committed is known to be acknowledged. */
    static final EmbeddedSettings SEALING = new EmbeddedSettings(1 << 16, 50, Duration.ZERO);
    /** Never seals but at closing. */
    static final EmbeddedSettings UNSEALED = new EmbeddedSettings(1 << 16, 50, Duration.ofDays(1));

    private Images() {}

    /** Commits enough for some snapshots and a part of a log, and copies the directory while the store is open. */
    static List<Store.Entry> make(Path from, Path image, EmbeddedSettings settings) throws IOException {
        try (EmbeddedStore store = EmbeddedStore.open(from, settings)) {
            for (int i = 0; i < 400; i++) {
                put(store, "claims/pool/10.77.0." + i % 60, "value " + i + " " + "x".repeat(i));
            }
            long last = put(store, "claims/last", "the last acknowledged commit");
            awaitQuiet(from, settings, last);
            copy(from, image);
            return store.list("").entries();
        }
    }

    /** Waits until the snapshot thread and the seal have nothing more to do. */
    private static void awaitQuiet(Path from, EmbeddedSettings settings, long last) throws IOException {
        Map<String, byte[]> before = Map.of();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!(logs(from).size() == 1
                && (settings.equals(UNSEALED) || isSealed(from, last))
                && same(before, bytes(from)))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the store did not come to rest: " + logs(from));
            }
            before = bytes(from);
        }
    }

    /** The content of the only log file. */
    static byte[] log(Path directory) throws IOException {
        return Files.readAllBytes(logs(directory).get(0));
    }

    /** Where the zeros of the only log file begin. */
    static int end(Path directory) throws IOException {
        byte[] log = log(directory);
        int end = log.length;
        while (end > 0 && log[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** Whether what follows this place in the only log file is a seal. */
    static boolean isSealAt(Path directory, int place) throws IOException {
        int at = (place + Frame.ALIGNMENT - 1) / Frame.ALIGNMENT * Frame.ALIGNMENT;
        ByteBuffer log = ByteBuffer.wrap(log(directory));
        return log.getInt(at) == Frame.MAGIC && log.getInt(at + 16) == 0;
    }

    static boolean isSealed(Path from, long last) throws IOException {
        byte[] seal = new byte[12];
        ByteBuffer.wrap(seal).putLong(last);
        byte[] log = log(from);
        for (int at = LogSegment.HEADER_BYTES; at < log.length; at += Frame.ALIGNMENT) {
            if (ByteBuffer.wrap(log).getInt(at) == Frame.MAGIC && Arrays.equals(log, at + 8, at + 20, seal, 0, 12)) {
                return true;
            }
        }
        return false;
    }

    static long put(Store store, String key, String value) {
        return ((CommitResult.Committed) store.commit(
                        Transaction.builder().put(key, Value.of(value)).build()))
                .revision();
    }

    static List<Path> logs(Path directory) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "commits-*.log")) {
            List<Path> files = new java.util.ArrayList<>();
            found.forEach(files::add);
            files.sort(null);
            return files;
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : files(from)) {
            Files.copy(file, to.resolve(nameOf(file)), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The content of every file but the lock, by name. */
    static Map<String, byte[]> bytes(Path directory) throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        for (Path file : files(directory)) {
            byte[] content = read(file);
            if (content != null && !nameOf(file).equals("lock")) {
                all.put(nameOf(file), content);
            }
        }
        return all;
    }

    private static byte @Nullable [] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (java.nio.file.NoSuchFileException e) {
            return null;
        }
    }

    static boolean same(Map<String, byte[]> one, Map<String, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), other.get(e.getKey())));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.filter(Files::isRegularFile).collect(Collectors.toList());
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
