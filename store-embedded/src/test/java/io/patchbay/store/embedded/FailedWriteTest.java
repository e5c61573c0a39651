package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits that the disk refused: not acknowledged, not seen, and not back after a restart. */
@NullUnmarked
class FailedWriteTest {
    @TempDir
    Path directory;

    private void run(String then) throws Exception {
        try (ChildJvm child = new ChildJvm(List.of(), FailedWriteMain.class, directory.toString(), then)) {
            assertThat(child.line()).isEqualTo(then.equals("die") ? "failed" : "passed");
            child.kill();
        }
    }

    private void assertOpensWith(String... keys) {
        try (Store store = EmbeddedStore.open(directory, Images.UNSEALED)) {
            assertThat(store.list("").entries()).extracting(Store.Entry::key).containsExactly(keys);
            assertThat(store.list("").revision()).isEqualTo(keys.length);
        }
    }

    @Test
    void theNextCommitTakesThePlaceOfOneThatFailed() throws Exception {
        run("go on");
        assertOpensWith("first", "second", "third");
    }

    @Test
    void aCrashAfterAFailedCommitLosesAndAddsNothing() throws Exception {
        run("die");
        assertOpensWith("first", "second");
    }

    @Test
    void aCommitThatFailedIsWipedAsSoonAsTheDiskTakesSomethingAgain() throws Exception {
        run("wait");
        assertOpensWith("first", "second");
    }

    @Test
    void whatIsReadAtOpeningIsBroughtToTheDiskBeforeItCounts() throws Exception {
        try (Store store = EmbeddedStore.open(directory, Images.UNSEALED)) {
            Images.put(store, "first", "x");
        }
        Path log = Images.logs(directory).get(0);
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(log, before);
        try (Store store = EmbeddedStore.open(directory, Images.UNSEALED)) {
            assertThat(Files.getLastModifiedTime(log)).isGreaterThan(before);
            assertThat(store.get("first")).isPresent();
        }
    }
}
