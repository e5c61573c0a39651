package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files: who may read them, how large they become, what restarts leave of them. */
@NullUnmarked
class FilesTest {
    private static final EmbeddedSettings SMALL = new EmbeddedSettings(1 << 16, 100, Duration.ofMillis(5));

    @TempDir
    Path temp;

    @Test
    void onlyTheOwnerMayReadTheFilesAndTheDirectoryMade() throws Exception {
        Path directory = temp.resolve("lib/patchbay");
        try (Store store = EmbeddedStore.open(directory, SMALL)) {
            for (int i = 0; i < 300; i++) {
                Images.put(store, "a", "x".repeat(1000));
            }
        }
        // closed, because the snapshot's thread makes, renames and deletes files beside the commits
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(Images.bytes(directory)).containsKey(SnapshotFile.NAME);
        for (String name : Images.bytes(directory).keySet()) {
            assertThat(mode(directory.resolve(name))).as(name).isEqualTo("rw-------");
        }
        assertThat(mode(directory.resolve("lock"))).isEqualTo("rw-------");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void theFilesOfRewrittenKeysStayBounded() throws Exception {
        try (Store store = EmbeddedStore.open(temp, SMALL)) {
            for (int i = 0; i < 6000; i++) {
                Images.put(store, "claims/" + i % 100, i + "x".repeat(400));
            }
        }
        long live = 100 * 480;
        assertThat(Images.logs(temp)).hasSizeLessThanOrEqualTo(2);
        assertThat(Files.size(temp.resolve(SnapshotFile.NAME))).isLessThan(live);
    }

    @Test
    void manyRestartsKeepEntriesAndRevisions() {
        long revision = 0;
        for (int i = 1; i <= 40; i++) {
            try (Store store = EmbeddedStore.open(temp, SMALL)) {
                assertThat(store.list("").revision()).isEqualTo(revision);
                assertThat(store.list("").entries()).hasSize(i - 1);
                revision = Images.put(store, "k/" + i, "x".repeat(3000));
            }
        }
    }

    @Test
    void commitsThatComeTogetherShareAFrame() throws Exception {
        int threads = 8;
        int each = 100;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Store store = EmbeddedStore.open(temp, new EmbeddedSettings(1 << 20, 2000, Duration.ofDays(1)))) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String name = "t" + thread;
                running.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        Images.put(store, name, "" + i);
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
            assertThat(store.list("").revision()).isEqualTo((long) threads * each);
            assertThat(frames()).isLessThan(threads * each / 2);
        } finally {
            pool.shutdownNow();
        }
    }

    private int frames() throws Exception {
        List<Frame> frames = new ArrayList<>();
        try (LogSegment segment = LogSegment.open(Images.logs(temp).get(0))) {
            segment.read(frames::add);
        }
        return frames.size();
    }

    @Test
    void aTransactionLargerThanALogFileIsCommitted() {
        Transaction.Builder large = Transaction.builder();
        for (int i = 0; i < Transaction.MAX_OPERATIONS; i++) {
            large.put("k/" + i, Value.of(new byte[10_000]));
        }
        try (Store store = EmbeddedStore.open(temp, SMALL)) {
            Images.put(store, "before", "x");
            store.commit(large.build());
            Images.put(store, "after", "x");
        }
        try (Store store = EmbeddedStore.open(temp, SMALL)) {
            assertThat(store.list("").entries()).hasSize(Transaction.MAX_OPERATIONS + 2);
        }
    }
}
