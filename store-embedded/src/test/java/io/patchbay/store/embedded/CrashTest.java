package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.testkit.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end by kill -9, and processes that want the same directory. */
@NullUnmarked
class CrashTest {
    private static final int THREADS = 3;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedCommitSurvivesKillsAtRandomMoments() {
        Map<String, Long> acknowledged = new HashMap<>();
        Seeds.run(6, random -> {
            List<String> lines = new ArrayList<>();
            try (ChildJvm child = new ChildJvm(List.of(), CrashMain.class, directory.toString(), "" + THREADS)) {
                assertThat(child.line()).isEqualTo("open");
                int until = random.nextInt(1500);
                for (int i = 0; i < until; i++) {
                    lines.add(child.line());
                }
                lines.addAll(child.kill());
            }
            long revision = remember(lines, acknowledged);
            try (EmbeddedStore store = EmbeddedStore.open(directory)) {
                assertThat(store.list("").revision()).isGreaterThanOrEqualTo(revision);
                acknowledged.forEach((thread, count) -> assertKept(store, thread, count));
            }
        });
    }

    /** Takes the whole lines; the kill may have cut the last one. */
    private static long remember(List<String> lines, Map<String, Long> acknowledged) {
        long revision = 0;
        for (String line : lines.subList(0, Math.max(0, lines.size() - 1))) {
            String[] words = line.split(" ", 3);
            if (words.length == 3) {
                acknowledged.merge(words[0], Long.parseLong(words[1]), Math::max);
                revision = Math.max(revision, Long.parseLong(words[2]));
            }
        }
        return revision;
    }

    private static void assertKept(EmbeddedStore store, String thread, long count) {
        long kept = CrashMain.counter(store, thread);
        assertThat(kept).isBetween(count, count + 2);
        for (long i = Math.max(1, kept - CrashMain.KEYS + 1); i <= kept; i++) {
            assertThat(store.get(thread + "/key/" + i % CrashMain.KEYS))
                    .map(entry -> entry.value().text().split(" ", 2)[0])
                    .contains("" + i);
        }
    }

    @Test
    void aSecondProcessIsToldWhoHasTheDirectoryAndAKilledOneHasItNoMore() throws Exception {
        try (ChildJvm child = new ChildJvm(List.of(), CrashMain.class, directory.toString(), "1")) {
            assertThat(child.line()).isEqualTo("open");
            assertThatThrownBy(() -> EmbeddedStore.open(directory))
                    .isInstanceOfSatisfying(
                            PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                    .hasMessageContaining("the store directory " + directory + " is in use by process " + child.pid());
            child.kill();
        }
        EmbeddedStore.open(directory).close();
    }

    @Test
    void aSecondOpeningInTheSameProcessIsRefusedAndLeavesTheFirstLocked() throws Exception {
        EmbeddedStore first = EmbeddedStore.open(directory);
        try {
            assertThatThrownBy(() -> EmbeddedStore.open(directory)).hasMessageContaining("is in use by this process");
            try (ChildJvm child = new ChildJvm(List.of(), CrashMain.class, directory.toString(), "0")) {
                assertThat(child.exitCode()).isEqualTo(1);
            }
        } finally {
            first.close();
        }
        EmbeddedStore.open(directory).close();
    }
}
