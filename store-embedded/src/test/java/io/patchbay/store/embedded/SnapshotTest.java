package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that could not be written, and what a crash leaves beside one. */
@NullUnmarked
class SnapshotTest {
    private static final EmbeddedSettings SMALL = new EmbeddedSettings(1 << 14, 100, Duration.ofMillis(5));

    @TempDir
    Path directory;

    private Store.Snapshot commitOverSomeSegments() {
        try (Store store = EmbeddedStore.open(directory, SMALL)) {
            for (int i = 0; i < 200; i++) {
                Images.put(store, "k/" + i % 70, i + "x".repeat(400));
            }
            return store.list("");
        }
    }

    private void assertOpensWith(Store.Snapshot expected) {
        try (Store store = EmbeddedStore.open(directory, SMALL)) {
            assertThat(store.list("")).isEqualTo(expected);
        }
    }

    /** A folder with something in it, where the next snapshot would be written. */
    private Path obstacle() throws Exception {
        return Files.createFile(Files.createDirectory(directory.resolve(SnapshotFile.NAME + ".new"))
                .resolve("something"));
    }

    @Test
    void aSnapshotThatCannotBeWrittenLosesNothing() throws Exception {
        commitOverSomeSegments();
        byte[] earlier = Files.readAllBytes(directory.resolve(SnapshotFile.NAME));
        Path obstacle = obstacle();
        Store.Snapshot expected = commitOverSomeSegments();
        assertThat(Images.logs(directory)).hasSizeGreaterThan(2);
        assertThat(directory.resolve(SnapshotFile.NAME)).hasBinaryContent(earlier);
        assertOpensWith(expected);
        Files.delete(obstacle);
        assertOpensWith(expected);
        assertThat(Images.logs(directory)).hasSize(1);
        assertOpensWith(expected);
    }

    @Test
    void commitsAfterAFailedSnapshotAreThereWhenTheNextOneSucceeds() throws Exception {
        Store.Snapshot expected;
        try (Store store = EmbeddedStore.open(directory, SMALL)) {
            Path obstacle = obstacle();
            for (int i = 0; i < 400; i++) {
                if (i == 200) {
                    Files.delete(obstacle);
                }
                Images.put(store, "k/" + i, "x".repeat(400));
            }
            expected = store.list("");
        }
        assertThat(Images.logs(directory)).hasSizeLessThanOrEqualTo(2);
        assertOpensWith(expected);
    }

    @Test
    void aSnapshotCutOffInItsMakingIsReplacedByTheNextOne() throws Exception {
        Store.Snapshot expected = commitOverSomeSegments();
        Path aside = directory.resolve(SnapshotFile.NAME + ".new");
        byte[] whole = Files.readAllBytes(directory.resolve(SnapshotFile.NAME));
        Files.write(aside, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertOpensWith(expected);
        commitOverSomeSegments();
        assertThat(aside).doesNotExist();
    }

    @Test
    void aLogThatTheSnapshotMadeSuperfluousIsNoDamageAndGoes() throws Exception {
        Path obstacle = obstacle();
        Store.Snapshot expected = commitOverSomeSegments();
        List<Path> logs = Images.logs(directory);
        byte[] oldest = Files.readAllBytes(logs.get(0));
        Files.delete(obstacle);
        assertOpensWith(expected);
        // the deletion of one log reached the disk and that of an older one did not
        Files.write(logs.get(0), oldest);
        assertOpensWith(expected);
        assertThat(Images.logs(directory)).hasSize(1).doesNotContain(logs.get(0));
    }
}
