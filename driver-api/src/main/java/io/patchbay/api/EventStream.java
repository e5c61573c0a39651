package io.patchbay.api;

import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.EventView;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Events as they happen, as server-sent events (HTML standard, 9.2): each message has the JSON of {@code /v1/events} in
 * {@code data} and the number of its last event as id. A browser that comes back says the id it had last, and is told
 * what it has missed; one that comes for the first time is told what is new. While nothing happens a comment keeps the
 * connection.
 */
final class EventStream implements AutoCloseable {
    static final String PATH = "/v1/live";

    /** Each is a connection of those that an operators' port has. */
    static final int MOST = 16;

    private static final long LOOK_MILLIS = 1000;

    /** Less than a connection may be silent. */
    private static final int LOOKS_WITHOUT_A_WORD = 10;

    private final Vertx vertx;
    private final CompletableFuture<Inspection> inspection;
    private final Map<HttpServerResponse, Follower> followers = new ConcurrentHashMap<>();
    private boolean looking;

    EventStream(Vertx vertx, CompletableFuture<Inspection> inspection) {
        this.vertx = vertx;
        this.inspection = inspection;
    }

    /** Answers with what happens from now on, until the other side goes away or this server ends. */
    void follow(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.headers().addAll(WebPage.HEADERS);
        if (followers.size() >= MOST) {
            response.setStatusCode(503).end();
            return;
        }
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        Follower follower = new Follower(response, number(request.getHeader("Last-Event-ID")));
        followers.put(response, follower);
        response.exceptionHandler(gone -> follower.end());
        response.closeHandler(gone -> follower.end());
        response.write(":\n\n");
        follower.tell(recent(follower.last.orElse(0L)));
        beginLooking();
    }

    private synchronized void beginLooking() {
        if (!looking) {
            looking = true;
            vertx.setPeriodic(LOOK_MILLIS, this::look);
        }
    }

    /** One look for all who follow; the timer ends when nobody does. */
    private synchronized void look(long timer) {
        if (followers.isEmpty()) {
            looking = false;
            vertx.cancelTimer(timer);
            return;
        }
        Optional<List<EventView>> recent = recent(oldest());
        followers.values().forEach(follower -> follower.loop.runOnContext(ignored -> follower.tell(recent)));
    }

    /** What has happened after that; empty while there is nothing to be asked. */
    private Optional<List<EventView>> recent(long last) {
        return OperatorServer.ifThere(inspection).map(seen -> seen.events(last));
    }

    /** The number of which one that follows knows no later one. */
    private long oldest() {
        return followers.values().stream()
                .mapToLong(follower -> follower.last.orElse(0L))
                .min()
                .orElse(0);
    }

    private static Optional<Long> number(@Nullable String id) {
        try {
            return Optional.ofNullable(id).map(Long::parseLong);
        } catch (NumberFormatException e) {
            // none of ours, so it has had none
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        followers.values().forEach(Follower::endAnswer);
    }

    /** One answer that does not end; all of it happens on its own event loop. */
    private final class Follower {
        private final HttpServerResponse response;
        private final Context loop = vertx.getOrCreateContext();
        private volatile Optional<Long> last;
        private int silent;

        Follower(HttpServerResponse response, Optional<Long> last) {
            this.response = response;
            this.last = last;
        }

        /** What has happened lately, of which it may know some. */
        void tell(Optional<List<EventView>> recent) {
            if (response.closed() || response.ended()) {
                end();
                return;
            }
            if (response.writeQueueFull()) {
                // who does not read is told later, or is cut off by the connection's limit
                return;
            }
            Optional<String> text = recent.flatMap(this::news);
            if (text.isPresent()) {
                response.write("id: " + last.orElseThrow() + "\ndata: " + text.get() + "\n\n");
                silent = 0;
            } else if (++silent >= LOOKS_WITHOUT_A_WORD) {
                response.write(":\n\n");
                silent = 0;
            }
        }

        /** What it does not know yet; the first time only finds out where it begins. */
        private Optional<String> news(List<EventView> recent) {
            List<EventView> events = recent.stream()
                    .filter(event -> event.number() > last.orElse(0L))
                    .toList();
            boolean first = last.isEmpty();
            if (first || !events.isEmpty()) {
                last = Optional.of(
                        events.isEmpty() ? 0L : events.get(events.size() - 1).number());
            }
            return first || events.isEmpty() ? Optional.empty() : Optional.of(OperatorViews.text(events));
        }

        private void end() {
            followers.remove(response);
        }

        void endAnswer() {
            loop.runOnContext(ignored -> {
                end();
                if (!response.ended() && !response.closed()) {
                    response.end();
                }
            });
        }
    }
}
