package io.patchbay.api;

import static io.patchbay.api.Served.IDS;
import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deadlines, places, waiting for the driver, and the end. */
@Timeout(60)
class CallsTest {
    private static final String LEAVE = "/NetworkDriver.Leave";
    private static final String BODY = "{" + IDS + "}";

    @TempDir
    Path directory;

    private PluginSettings settings(long millis, int workers, int queue) {
        return Served.settings(directory, Duration.ofMillis(millis), workers, queue);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void until(BooleanSupplier condition) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    private static String error(Response response) throws IOException {
        assertThat(json(response).path("Err").asText())
                .isNotEmpty()
                .isEqualTo(json(response).path("Error").asText());
        return json(response).path("Err").asText();
    }

    @Test
    void aCallPastItsDeadlineIsAnsweredInterruptedAndItsResultDropped() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.with(settings(2000, 1, 1));
                RawClient client = served.client()) {
            served.recorded.before = () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                CallsTest.await(goOn);
            };
            Response late = client.post(LEAVE, BODY);
            assertThat(late.status()).isEqualTo(200);
            assertThat(error(late)).isEqualTo("NetworkDriver.Leave was not done within its deadline of 2000 ms");
            await(interrupted);
            assertThat(served.meters.get("patchbay.calls.in.flight").gauge().value())
                    .isEqualTo(1);
            served.recorded.before = () -> {};
            goOn.countDown();
            until(() -> served.meters.get("patchbay.calls.in.flight").gauge().value() == 0);
            assertThat(client.isQuiet()).as("the late result is not sent").isTrue();
            assertThat(client.post(LEAVE, BODY).body()).isEqualTo("{}");
            assertThat(served.meters
                            .get("patchbay.call.failures")
                            .tags("method", "NetworkDriver.Leave", "kind", "timeout")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void whenAllPlacesAreTakenACallIsRefusedAtOnceAndTheHandshakeStillAnswered() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<RawClient> busy = new ArrayList<>();
        try (Served served = Served.with(settings(30_000, 2, 3));
                RawClient client = served.client()) {
            served.recorded.before = () -> CallsTest.await(goOn);
            for (int i = 0; i < 5; i++) {
                busy.add(served.client());
                busy.get(i).sendPost(LEAVE, BODY);
            }
            until(() -> served.meters.get("patchbay.calls.in.flight").gauge().value() == 5);
            assertThat(error(client.post(LEAVE, BODY)))
                    .isEqualTo("NetworkDriver.Leave was refused: 5 calls are already under way, try again later");
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
            assertThat(served.meters.get("patchbay.calls.queued").gauge().value())
                    .isEqualTo(3);
            goOn.countDown();
            for (RawClient each : busy) {
                assertThat(each.read().body()).isEqualTo("{}");
            }
            assertThat(client.post(LEAVE, BODY).body()).isEqualTo("{}");
        } finally {
            goOn.countDown();
            for (RawClient each : busy) {
                each.close();
            }
        }
    }

    @Test
    void callsWaitForTheDriverAndThenGoOn() throws Exception {
        CompletableFuture<Drivers> drivers = new CompletableFuture<>();
        try (Served served = Served.waiting(settings(30_000, 2, 10), drivers);
                RawClient first = served.client();
                RawClient second = served.client()) {
            first.sendPost(LEAVE, BODY);
            second.sendPost(LEAVE, BODY);
            until(() -> served.meters.get("patchbay.calls.in.flight").gauge().value() == 2);
            assertThat(served.call("NetworkDriver.EndpointOperInfo", BODY).body())
                    .isEqualTo("{\"Value\":{}}");
            assertThat(served.recorded.seen).isEmpty();
            drivers.complete(served.recorded.drivers());
            assertThat(first.read().body()).isEqualTo("{}");
            assertThat(second.read().body()).isEqualTo("{}");
            assertThat(served.recorded.seen).hasSize(2);
        }
    }

    @Test
    void aWaitThatIsTooLongSaysWhatForAndFreesItsPlace() throws Exception {
        try (Served served = Served.waiting(settings(50, 1, 0), new CompletableFuture<>());
                RawClient client = served.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(error(client.post(LEAVE, BODY)))
                        .isEqualTo("NetworkDriver.Leave waited 50 ms for the driver, which still waits for the store"
                                + " at 192.0.2.1:2379");
            }
        }
    }

    @Test
    void aDriverThatDidNotStartIsSaidInEveryAnswer() throws Exception {
        CompletableFuture<Drivers> drivers = new CompletableFuture<>();
        try (Served served = Served.waiting(settings(30_000, 1, 1), drivers);
                RawClient client = served.client()) {
            client.sendPost(LEAVE, BODY);
            drivers.completeExceptionally(new PatchbayException(Kind.CONFLICT, "/var/lib/patchbay is in use"));
            assertThat(error(client.read())).isEqualTo("the driver did not start: /var/lib/patchbay is in use");
            assertThat(error(client.post(LEAVE, BODY)))
                    .isEqualTo("the driver did not start: /var/lib/patchbay is in use");
            assertThat(client.post("/NetworkDriver.EndpointOperInfo", BODY).body())
                    .isEqualTo("{\"Value\":{}}");
        }
    }

    @Test
    void callsAreCountedByMethodAndOutcome() throws Exception {
        try (Served served = Served.with(settings(30_000, 2, 2))) {
            served.call("NetworkDriver.Leave", BODY);
            served.call("NetworkDriver.Leave", "[]");
            served.call("no/such", "{}");
            served.call("Plugin.Activate", "");
            assertThat(count(served, "NetworkDriver.Leave", "ok")).isEqualTo(1);
            assertThat(count(served, "NetworkDriver.Leave", "failed")).isEqualTo(1);
            assertThat(count(served, "unknown", "failed")).isEqualTo(1);
            assertThat(count(served, "Plugin.Activate", "ok")).isEqualTo(1);
        }
    }

    private static long count(Served served, String method, String outcome) {
        return served.meters
                .get("patchbay.calls")
                .tags("method", method, "outcome", outcome)
                .timer()
                .count();
    }

    @Test
    void c24_closingFinishesCallsAndRemovesTheSocket() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Served served = Served.with(settings(30_000, 2, 2));
                RawClient client = served.client();
                RawClient idle = served.client()) {
            assertThat(idle.post("/Plugin.Activate", "").status()).isEqualTo(200);
            served.recorded.before = () -> {
                running.countDown();
                CallsTest.await(goOn);
            };
            client.sendPost(LEAVE, BODY);
            await(running);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(served::stopServer);
            until(() -> !Files.exists(served.socket));
            goOn.countDown();
            assertThat(client.read().body()).isEqualTo("{}");
            closing.get(40, TimeUnit.SECONDS);
        }
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void closingDoesNotWaitForACallThatNeverEnds() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Served served = Served.with(settings(30_000, 2, 2));
                RawClient client = served.client()) {
            served.recorded.before = () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            };
            client.sendPost(LEAVE, BODY);
            until(() -> !served.recorded.seen.isEmpty());
            CompletableFuture.runAsync(served::stopServer).get(40, TimeUnit.SECONDS);
            await(interrupted);
        }
    }
}
