package io.patchbay.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has connections closed on which the head of a request is not there in time, counted from the beginning or from the
 * last answer: who sends a letter now and then is never idle, and would keep its connection for ever.
 */
final class Heads {
    private final Vertx vertx;
    private final Duration limit;
    private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

    Heads(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        this.limit = limit;
    }

    /** The next head is to come from now on. */
    void awaited(HttpConnection connection) {
        Long before = timers.put(connection, vertx.setTimer(limit.toMillis(), id -> {
            timers.remove(connection);
            connection.close();
        }));
        if (before != null) {
            vertx.cancelTimer(before);
        }
    }

    /** It is there; the next one is awaited when this one is answered. */
    void come(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        over(connection);
        request.response().endHandler(answered -> awaited(connection));
    }

    /** The connection is no more, or is being answered. */
    void over(HttpConnection connection) {
        Long timer = timers.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
