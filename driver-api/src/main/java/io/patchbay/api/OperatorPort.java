package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' TCP port. Its place may not be there yet: the network has not given this host the address, or another
 * program has the port. Containers do not need it, so nothing waits for it and nothing fails: it is tried again, with
 * growing pauses, until it can be had.
 */
final class OperatorPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorPort.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final InetSocketAddress place;
    private final Handler<HttpServerRequest> handler;
    private @Nullable Listener listener;
    private Optional<String> refusal = Optional.empty();
    private Duration pause = FIRST_PAUSE;
    private boolean closed;

    OperatorPort(Vertx vertx, InetSocketAddress place, Handler<HttpServerRequest> handler) {
        this.vertx = vertx;
        this.place = place;
        this.handler = handler;
    }

    /** Returns when it listens, or has failed to for the first time. */
    void start() {
        Listener attempt = Listener.onTcp(vertx, place, Listener.Limits.DEFAULT, handler);
        try {
            attempt.start();
            listens(attempt);
        } catch (PatchbayException e) {
            attempt.close();
            failed(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void listens(Listener attempt) {
        if (closed) {
            attempt.close();
            return;
        }
        listener = attempt;
        if (refusal.isPresent()) {
            LOG.info("listening for operators after all tcp={}", place);
        }
        refusal = Optional.empty();
    }

    private synchronized void failed(String sentence) {
        if (closed) {
            return;
        }
        if (!refusal.equals(Optional.of(sentence))) {
            LOG.warn("{}; containers do not need it, and it is tried again", sentence);
        }
        refusal = Optional.of(sentence);
        vertx.setTimer(
                pause.toMillis(),
                id -> vertx.executeBlocking(
                        () -> {
                            start();
                            return true;
                        },
                        false));
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    /** That it does not listen, and why; empty when it does. */
    synchronized Optional<Finding> finding() {
        return refusal.map(sentence -> new Finding(
                "http",
                Severity.WARN,
                place.getHostString() + ":" + place.getPort(),
                sentence + "; metrics and health cannot be read there, containers are not affected",
                "end what has the port, give this host the address, or set --http; the daemon tries again by itself"));
    }

    /** The TCP port in use, the same as wanted unless that was 0; 0 while it does not listen. */
    synchronized int number() {
        return listener == null ? 0 : listener.port();
    }

    @Override
    public void close() {
        Listener open;
        synchronized (this) {
            closed = true;
            open = listener;
        }
        if (open != null) {
            open.close();
        }
    }
}
