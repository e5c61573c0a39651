package io.patchbay.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.CommitResult.Committed;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that write themselves and callers that queue. */
class CommitWriterTest {
    @TempDir
    Path temp;

    private static void put(Store store, String key) {
        assertThat(store.commit(Transaction.builder().put(key, Value.of("x")).build()))
                .isInstanceOf(Committed.class);
    }

    @Test
    void interruptedCallerKeepsHisCommitAndClosesTheFileForNobody() {
        try (Store store = EmbeddedStore.open(temp)) {
            Thread.currentThread().interrupt();
            put(store, "a");
            assertThat(Thread.interrupted()).isTrue();
            put(store, "b");
        }
        try (Store store = EmbeddedStore.open(temp)) {
            assertThat(store.list("").entries()).extracting(Store.Entry::key).containsExactly("a", "b");
        }
    }

    @Test
    void manyCallersOverManySegmentsLoseNothing() throws Exception {
        int threads = 4;
        int each = 300;
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try (EmbeddedStore store =
                EmbeddedStore.open(temp, new EmbeddedSettings(1 << 14, 50, EmbeddedSettings.DEFAULT.sealDelay()))) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String prefix = "k" + t + "/";
                done.add(callers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        put(store, prefix + i);
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
            assertThat(store.list("").revision()).isEqualTo((long) threads * each);
        } finally {
            callers.shutdownNow();
        }
        try (Store store = EmbeddedStore.open(temp)) {
            assertThat(store.list("").entries()).hasSize(threads * each);
        }
    }
}
