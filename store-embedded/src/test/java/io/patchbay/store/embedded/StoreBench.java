package io.patchbay.store.embedded;

import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Prints one JSON line: what a commit costs against a bare write of 4 KiB with {@code fdatasync} on the same disk, in
 * turns, with files laid out in advance for both; what many threads get; the longest commit; the files' size; how long
 * opening takes.
 *
 * <p>Usage: {@code StoreBench <empty directory> [commits] [keys]}
 */
final class StoreBench {
    private static final int ROUNDS = 10;
    private static final int BLOCK = 4096;

    private StoreBench() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int commits = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5000;
        int keys = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20_000;
        Path files = directory.resolve("store");
        Turns turns;
        double parallel;
        try (EmbeddedStore store = EmbeddedStore.open(files)) {
            fillWith(store, keys);
            turns = takeTurns(directory.resolve("bare"), store, keys, commits / ROUNDS);
            parallel = parallelPerSecond(store, keys, 8, commits / 8);
        }
        long begun = System.nanoTime();
        EmbeddedStore.open(files).close();
        double reopenMillis = (System.nanoTime() - begun) / 1e6;
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"embedded-commit\",\"commits\":%d,\"keys\":%d,%s,%s,\"ratio_p50\":%.3f,"
                        + "\"bytes_written_per_commit\":%d,\"commits_per_s_8_threads\":%.0f,"
                        + "\"snapshot_file_bytes\":%d,\"open_and_close_ms\":%.1f}%n",
                turns.store.length,
                keys,
                percentiles("store", turns.store),
                percentiles("bare", turns.bare),
                micros(turns.store, 0.5) / micros(turns.bare, 0.5),
                turns.bytesByStore / turns.store.length,
                parallel,
                Files.size(files.resolve(SnapshotFile.NAME)),
                reopenMillis);
    }

    /** Nanoseconds of each write, sorted, and the bytes that the store's commits brought to the disk. */
    private static final class Turns {
        private final long[] bare;
        private final long[] store;
        private final long bytesByStore;

        private Turns(long[] bare, long[] store, long bytesByStore) {
            this.bare = bare;
            this.store = store;
            this.bytesByStore = bytesByStore;
        }
    }

    private static Turns takeTurns(Path bareFile, EmbeddedStore store, int keys, int each) throws IOException {
        long[] bare = new long[each * ROUNDS];
        long[] stored = new long[each * ROUNDS];
        long bytes = 0;
        try (FileChannel channel = layOut(bareFile, each)) {
            for (int round = 0; round < ROUNDS; round++) {
                int from = each * round;
                for (int i = 0; i < each; i++) {
                    bare[from + i] = bareWrite(channel, (long) i * BLOCK);
                }
                long before = bytesWritten();
                for (int i = from; i < from + each; i++) {
                    stored[i] = commit(store, i % keys, "measured " + i);
                }
                bytes += bytesWritten() - before;
            }
        }
        Arrays.sort(bare);
        Arrays.sort(stored);
        return new Turns(bare, stored, bytes);
    }

    private static String percentiles(String name, long[] sorted) {
        return String.format(
                Locale.ROOT,
                "\"%s_p50_us\":%.1f,\"%s_p99_us\":%.1f,\"%s_max_us\":%.1f",
                name,
                micros(sorted, 0.5),
                name,
                micros(sorted, 0.99),
                name,
                micros(sorted, 1));
    }

    private static void fillWith(EmbeddedStore store, int keys) {
        for (int i = 0; i < keys; i += 100) {
            Transaction.Builder builder = Transaction.builder();
            for (int j = i; j < Math.min(keys, i + 100); j++) {
                builder.put(key(j), value("filled " + j));
            }
            store.commit(builder.build());
        }
    }

    private static String key(int i) {
        return "claims/pool-0123456789abcdef/10.77." + i / 250 + "." + i % 250;
    }

    private static Value value(String text) {
        return Value.of(text + " " + "x".repeat(480));
    }

    private static long commit(EmbeddedStore store, int key, String text) {
        Transaction transaction = Transaction.builder()
                .ifPresent(key(key))
                .put(key(key), value(text))
                .build();
        long begun = System.nanoTime();
        store.commit(transaction);
        return System.nanoTime() - begun;
    }

    private static FileChannel layOut(Path file, int blocks) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
        for (int i = 0; i < blocks; i++) {
            channel.write(zeros.clear(), (long) i * BLOCK);
        }
        channel.force(true);
        return channel;
    }

    private static long bareWrite(FileChannel channel, long position) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).putLong(0, System.nanoTime());
        long begun = System.nanoTime();
        channel.write(block, position);
        channel.force(false);
        return System.nanoTime() - begun;
    }

    private static double parallelPerSecond(EmbeddedStore store, int keys, int threads, int each) throws Exception {
        CountDownLatch done = new CountDownLatch(threads);
        long begun = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            int first = t * each;
            new Thread(() -> {
                        for (int i = first; i < first + each; i++) {
                            commit(store, i % keys, "parallel " + i);
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        return 1e9 * threads * each / (System.nanoTime() - begun);
    }

    /** What this process caused to be written to the disk so far. */
    private static long bytesWritten() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .sum();
    }

    private static double micros(long[] sortedNanos, double share) {
        return sortedNanos[(int) Math.min(sortedNanos.length - 1L, Math.round(share * sortedNanos.length))] / 1e3;
    }
}
