package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server at one place, a unix socket or a TCP address. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long START_SECONDS = 10;
    /** SIGTERM to exit takes less than two seconds, with what others need of them. */
    private static final long FINISH_MILLIS = 1200;

    /**
     * What connections may take.
     *
     * @param idle how long one may be without a word, and how long it may take to ask something, letter by letter;
     *     longer than any answer takes
     * @param connections how many there may be
     */
    record Limits(Duration idle, int connections) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(30), 64);
    }

    private final HttpServer server;
    private final @Nullable UnixSocket file;
    private final @Nullable SocketAddress address;
    private final String place;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Listener(HttpServer server, @Nullable UnixSocket file, @Nullable SocketAddress address, String place) {
        this.server = server;
        this.file = file;
        this.address = address;
        this.place = place;
    }

    static Listener onSocket(Vertx vertx, Path path, Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer(options()).requestHandler(handler);
        return new Listener(server, new UnixSocket(path), null, path.toString());
    }

    /**
     * Anybody on this host can connect, and each connection takes a file descriptor of those that dockerd's need: who
     * says nothing for a while is cut off, and there are only so many.
     */
    static Listener onTcp(Vertx vertx, InetSocketAddress address, Limits limits, Handler<HttpServerRequest> handler) {
        // an address that is resolved already needs no resolver
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        Heads heads = new Heads(vertx, limits.idle());
        HttpServer server = vertx.createHttpServer(options()
                        .setIdleTimeout((int) limits.idle().toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .requestHandler(request -> {
                    heads.come(request);
                    handler.handle(request);
                });
        AtomicInteger open = new AtomicInteger();
        server.connectionHandler(connection -> {
            connection.closeHandler(closed -> {
                open.decrementAndGet();
                heads.over(connection);
            });
            if (open.incrementAndGet() > limits.connections()) {
                connection.close();
            } else {
                heads.awaited(connection);
            }
        });
        return new Listener(
                server, null, SocketAddress.inetSocketAddress(address.getPort(), host), host + ":" + address.getPort());
    }

    /** No idle timeout: dockerd keeps connections for ever and must find them open. */
    static HttpServerOptions options() {
        return new HttpServerOptions()
                .setIdleTimeout(0)
                .setReadIdleTimeout(0)
                .setWriteIdleTimeout(0)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setAcceptBacklog(1024);
    }

    /** Returns when it accepts connections. */
    void start() {
        UnixSocket socket = file;
        if (socket == null) {
            await(server.listen(Objects.requireNonNull(address)));
            return;
        }
        await(server.listen(SocketAddress.domainSocketAddress(socket.prepare().toString())));
        socket.publish();
    }

    private void await(Future<HttpServer> listening) {
        try {
            listening.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PatchbayException(
                    Kind.UNAVAILABLE, "listening on " + place + " failed: " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PatchbayException(Kind.UNAVAILABLE, "listening on " + place + " was interrupted", e);
        }
    }

    int port() {
        return server.actualPort();
    }

    /** Removes the file, then lets requests that have come in finish. Repeating does nothing. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (file != null) {
                file.remove();
            }
        } catch (IOException e) {
            LOG.warn("socket file not removed place={}", place, e);
        }
        try {
            server.shutdown(FINISH_MILLIS, TimeUnit.MILLISECONDS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(FINISH_MILLIS + 200, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("requests were cut off place={}", place, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
