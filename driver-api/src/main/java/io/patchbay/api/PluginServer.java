package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves libnetwork's remote driver protocol to dockerd on a unix socket. It listens before the driver is connected to its store: the handshake is answered
 * at once, other calls wait for the driver within their deadline.
 *
 * <p>No connection is ever closed from this side, not for idleness and not after an error: dockerd would send the next call into the closing connection
 * and repeat it without its body.
 */
public final class PluginServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginServer.class);
    private static final String CONTENT_TYPE = "application/vnd.docker.plugins.v1.2+json";
    private static final String UNKNOWN = "unknown";

    private final Listener listener;
    private final PluginSettings settings;
    private final Handshake handshake;
    private final Calls calls;
    private final CallMetrics metrics;
    private final Map<String, Route> routes = Route.table(new ExternalConnectivity());

    /**
     * Makes a server that does nothing yet.
     *
     * @param drivers completes when the driver can be called; completed exceptionally, every call but the handshake is answered with that failure
     * @param waitingFor what the driver waits for as long as it is not there, such as "the store at etcd1:2379"
     */
    public PluginServer(
            Vertx vertx,
            PluginSettings settings,
            CompletableFuture<Drivers> drivers,
            Supplier<String> waitingFor,
            CallMetrics metrics) {
        this.settings = settings;
        this.handshake = new Handshake(settings.global());
        this.metrics = metrics;
        this.calls = new Calls(vertx, settings, drivers, waitingFor);
        this.listener = Listener.onSocket(vertx, settings.socket(), request -> receive(vertx, request));
    }

    /** Returns when dockerd can connect. Fails when another process serves the socket or the file cannot be made. */
    public void start() {
        calls.start();
        listener.start();
        metrics.gauges(calls::inFlight, calls::queued);
        LOG.info("listening for dockerd socket={}", settings.socket());
    }

    private void receive(Vertx vertx, HttpServerRequest request) {
        Context context = vertx.getOrCreateContext();
        Buffer body = Buffer.buffer();
        boolean[] tooLong = new boolean[1];
        // dockerd that goes away in the middle of a request wants no answer
        request.exceptionHandler(gone -> LOG.debug("connection lost path={}", Log.clean(request.uri()), gone));
        request.handler(part -> {
            if (tooLong[0]) {
                return;
            }
            if (body.length() + part.length() > settings.maxBodyBytes()) {
                tooLong[0] = true;
                answerNow(
                        request,
                        Answer.refused(413, "the body is longer than " + settings.maxBodyBytes() + " bytes"),
                        System.nanoTime());
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> {
            if (!tooLong[0]) {
                dispatch(context, request, body.getBytes());
            }
        });
    }

    private void dispatch(Context context, HttpServerRequest request, byte[] body) {
        long start = System.nanoTime();
        String path = String.valueOf(request.path());
        byte[] constant = handshake.answer(path);
        Route route = routes.get(path);
        if (constant == null && route == null) {
            answerNow(request, Answer.refused(404, "there is no method " + Log.clean(path)), start);
        } else if (!HttpMethod.POST.equals(request.method())) {
            answerNow(request, Answer.refused(405, path.substring(1) + " must be called with POST"), start);
        } else if (constant != null) {
            answerNow(request, Answer.ok(constant), start);
        } else if (route != null && body.length == 0) {
            // dockerd repeats a call whose connection broke with a body it has already sent, that is with none
            answerNow(request, Answer.refused(400, route.method() + " came without a body; nothing was done"), start);
        } else if (route != null) {
            calls.submit(route, body, answer -> {
                measure(route.method(), answer, start);
                context.runOnContext(loop -> send(request, answer));
            });
        }
    }

    private void answerNow(HttpServerRequest request, Answer answer, long start) {
        String path = String.valueOf(request.path());
        boolean known = routes.containsKey(path) || handshake.answer(path) != null;
        Kind failure = answer.failure();
        if (failure == null) {
            LOG.debug("method={}", path.substring(1));
        } else {
            LOG.warn(
                    "path={} kind={} status={} message=\"{}\"",
                    Log.clean(path),
                    failure,
                    answer.status(),
                    answer.message());
        }
        measure(known ? path.substring(1) : UNKNOWN, answer, start);
        send(request, answer);
    }

    private void measure(String method, Answer answer, long start) {
        metrics.answered(method, answer.failure(), System.nanoTime() - start);
    }

    private static void send(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(answer.status())
                    .putHeader("Content-Type", CONTENT_TYPE)
                    .end(Buffer.buffer(answer.body()));
        }
    }

    /** Takes no new connections, removes the socket file, lets calls finish for a moment, then interrupts them. */
    @Override
    public void close() {
        listener.close();
        calls.stop();
    }
}
