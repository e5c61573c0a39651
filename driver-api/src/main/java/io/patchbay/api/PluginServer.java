package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves libnetwork's remote driver protocol to dockerd on a unix socket. It listens before the driver is connected to
 * its store: the handshake is answered at once, other calls wait for the driver within their deadline.
 *
 * <p>No connection is ever closed from this side, not for idleness and not after an error: dockerd would send the next
 * call into the closing connection and repeat it without its body.
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
     * @param drivers completes when the driver can be called; completed exceptionally, every call but the handshake is
     *     answered with that failure
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
        this.listener = Listener.onSocket(vertx, settings.socket(), Gate.before(routes(vertx), this::unknown));
    }

    /** Returns when dockerd can connect. Fails when another process serves the socket or the file cannot be made. */
    public void start() {
        calls.start();
        listener.start();
        metrics.gauges(calls::inFlight, calls::queued);
        LOG.info("listening for dockerd socket={}", settings.socket());
    }

    private Router routes(Vertx vertx) {
        Router router = Router.router(vertx);
        handshake
                .answers()
                .forEach((path, answer) -> router.post(path)
                        .useNormalizedPath(false)
                        .handler(context -> answerNow(context.request(), Answer.ok(answer), System.nanoTime())));
        routes.forEach((path, route) -> router.post(path)
                .useNormalizedPath(false)
                .handler(Gate.bodyUpTo(settings.maxBodyBytes()))
                .handler(context -> call(vertx.getOrCreateContext(), context, route)));
        router.errorHandler(404, context -> unknown(context.request()));
        refusing(router, 405, request -> request.path().substring(1) + " must be called with POST");
        refusing(router, 413, request -> "the body is longer than " + settings.maxBodyBytes() + " bytes");
        refusing(router, 500, request -> "the request failed inside the driver; the daemon's log has the details");
        return router;
    }

    private void refusing(Router router, int status, Function<HttpServerRequest, String> sentence) {
        router.errorHandler(status, context -> {
            if (context.failure() != null) {
                LOG.error(
                        "path={} failed",
                        Log.clean(String.valueOf(context.request().path())),
                        context.failure());
            }
            Answer answer = Answer.refused(status, sentence.apply(context.request()));
            answerNow(context.request(), answer, System.nanoTime());
        });
    }

    private void unknown(HttpServerRequest request) {
        String path = Log.clean(String.valueOf(request.path()));
        answerNow(request, Answer.refused(404, "there is no method " + path), System.nanoTime());
    }

    private void call(Context context, RoutingContext routed, Route route) {
        long start = System.nanoTime();
        HttpServerRequest request = routed.request();
        byte[] body = Gate.body(routed);
        if (body.length == 0) {
            // dockerd repeats a call whose connection broke with a body it has already sent, that is with none
            answerNow(request, Answer.refused(400, route.method() + " came without a body; nothing was done"), start);
            return;
        }
        calls.submit(route, body, answer -> {
            measure(route.method(), answer, start);
            context.runOnContext(loop -> send(request, answer));
        });
    }

    private void answerNow(HttpServerRequest request, Answer answer, long start) {
        String path = String.valueOf(request.path());
        boolean known = routes.containsKey(path) || handshake.answers().containsKey(path);
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
