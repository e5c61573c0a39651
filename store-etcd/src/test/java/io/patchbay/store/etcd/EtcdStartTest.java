package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first connection of a program, which takes long on a busy machine. */
@NullUnmarked
class EtcdStartTest {
    private static final EtcdLimits HASTY = new EtcdLimits(
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofMillis(1500),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofSeconds(10),
            Duration.ofHours(1));

    @TempDir
    Path folder;

    @Test
    void aFirstConnectionThatTakesLongIsWaitedForAndNotBegunAnew() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1);
                Proxy proxy = new Proxy(etcd.endpoint(0))) {
            proxy.cut();
            try (EtcdStore store = Stores.open(List.of(proxy.endpoint()), "start", HASTY)) {
                CompletableFuture<Boolean> read =
                        CompletableFuture.supplyAsync(() -> store.get("a").isPresent());
                Await.until("more attempts than a call has time for", () -> attempts(store) > 5 || read.isDone());
                assertThat(read).isNotDone();
                assertThat(store.health().problem()).isEmpty();
                int connections = proxy.connections();
                proxy.mend();
                assertThat(read).succeedsWithin(Duration.ofSeconds(40)).isEqualTo(false);
                assertThat(connections).isEqualTo(1);
            }
        }
    }

    private static long attempts(EtcdStore store) {
        return store.health().remote().orElseThrow().roundTrips().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals("range"))
                .mapToLong(entry -> entry.getValue().count())
                .sum();
    }

    @Test
    void whereNobodyListensACallTakesNoLongerThanUsual() throws Exception {
        try (EtcdStore store = Stores.open(
                List.of(new EtcdSettings.Endpoint("127.0.0.1", 1, false)),
                "start",
                Stores.limits(Duration.ofHours(1), Duration.ofHours(1)))) {
            CompletableFuture<Boolean> read =
                    CompletableFuture.supplyAsync(() -> store.get("a").isPresent());
            assertThat(read)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("connection refused");
        }
    }
}
