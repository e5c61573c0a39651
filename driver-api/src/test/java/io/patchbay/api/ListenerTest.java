package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection over TCP may take. */
@Timeout(60)
class ListenerTest {
    private final Vertx vertx = VertxRuntime.create();
    private Listener listener;

    private void listen(Duration idle) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = Listener.onTcp(
                vertx,
                any,
                new Listener.Limits(idle, 2),
                request -> request.response().end("x"));
        listener.start();
    }

    @BeforeEach
    void listen() {
        listen(Duration.ofMinutes(1));
    }

    @AfterEach
    void end() {
        listener.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private RawClient connect() throws IOException {
        return RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"})
    void whoSaysNothingMoreIsCutOff(String begun) throws IOException {
        listener.close();
        listen(Duration.ofMillis(50));
        try (RawClient idle = connect()) {
            idle.send(begun);
            if (begun.endsWith("\r\n\r\n")) {
                assertThat(idle.read().status()).isEqualTo(200);
            }
            assertThatThrownBy(idle::read).hasMessage("the server closed the connection");
        }
    }

    /** Never idle, and never done. */
    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"})
    void whoNeverEndsAHeadIsCutOff(String first) throws IOException {
        listener.close();
        listen(Duration.ofMillis(300));
        try (RawClient slow = connect()) {
            slow.send(first);
            if (!first.isEmpty()) {
                assertThat(slow.read().status()).isEqualTo(200);
            }
            slow.send("GET / HTTP/1.1\r\nX: ");
            assertThatThrownBy(() -> {
                        while (true) {
                            slow.send("x");
                            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void thereAreOnlySoManyAndOneThatGoesMakesRoom() throws IOException {
        RawClient first = connect();
        try (RawClient second = connect()) {
            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);
            try (RawClient third = connect()) {
                assertThatThrownBy(() -> third.get("/")).isInstanceOf(IOException.class);
            }
            assertThat(second.get("/").status()).isEqualTo(200);
            first.close();
            assertThat(answersSoon()).isTrue();
        } finally {
            first.close();
        }
    }

    /** The server hears of an end a moment later. */
    private boolean answersSoon() {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < deadline) {
            try (RawClient again = connect()) {
                return again.get("/").status() == 200;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        return false;
    }
}
