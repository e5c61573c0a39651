package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.link.FakeLinks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkRemoverTest {
    private static final int THREADS = 3;
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    private final LinkRemover remover = new LinkRemover(new FakeLinks(), pool);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    /** As when many containers are fenced at once: whoever waits is a thread of the pool itself. */
    @Test
    void moreThatWaitThanThereAreThreadsAreDone() {
        List<CompletableFuture<Void>> removals = new ArrayList<>();
        for (int i = 0; i < 4 * THREADS; i++) {
            String name = "pb-" + i;
            removals.add(CompletableFuture.runAsync(
                    () -> {
                        remover.begin(List.of(name + "c"));
                        remover.remove(List.of(name));
                    },
                    pool));
        }
        assertThat(CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(40));
    }

    @Test
    void whatNobodyHasBegunYetIsDoneByWhoWaitsForIt() {
        LinkRemover without = new LinkRemover(new FakeLinks(), task -> {});
        without.begin(List.of("pb-1"));
        assertThat(CompletableFuture.runAsync(() -> without.remove(List.of("pb-1"))))
                .succeedsWithin(Duration.ofSeconds(40));
    }
}
