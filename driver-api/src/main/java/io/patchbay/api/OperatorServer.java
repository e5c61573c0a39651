package io.patchbay.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators read: metrics, health, readiness and the driver's state, on TCP and on a control socket; and what they
 * have done: {@link Operation}s, on the control socket alone. It has threads of its own, so that a driver that is stuck
 * can still be looked at.
 */
public final class OperatorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorServer.class);
    private static final int THREADS = 4;
    private static final int QUEUE = 64;
    private static final int MAX_BODY_BYTES = 1 << 16;
    private static final String STATUS = "/v1/status";

    private final Vertx vertx;
    private final OperatorSettings settings;
    private final CompletableFuture<Inspection> inspection;
    private final CompletableFuture<PrometheusMeterRegistry> metrics;
    private final Supplier<List<ReadinessCheck>> readiness;
    private final Identity identity;
    private final Optional<OperatorPort> port;
    private final Optional<Listener> socket;
    private final Map<String, Supplier<Page>> pages;
    private final EventStream live;
    private final SharedAnswers shared = new SharedAnswers();
    private final Map<String, Operation> operations;
    private final Optional<CommandRoute> commands;
    private final ThreadPoolExecutor threads = Threads.pool("patchbay-operator", THREADS, QUEUE);

    /**
     * Makes a server that does nothing yet.
     *
     * @param inspection completes when the driver is connected to its store
     * @param metrics completes when the registry is loaded; may be the same that calls are counted in
     * @param readiness further conditions; asked on each {@code /readyz}
     * @param controls what the control socket takes
     */
    public OperatorServer(
            Vertx vertx,
            OperatorSettings settings,
            CompletableFuture<Inspection> inspection,
            CompletableFuture<PrometheusMeterRegistry> metrics,
            Supplier<List<ReadinessCheck>> readiness,
            Controls controls,
            Identity identity) {
        this.vertx = vertx;
        this.settings = settings;
        this.inspection = inspection;
        this.metrics = metrics;
        this.readiness = readiness;
        this.identity = identity;
        this.operations =
                controls.operations().stream().collect(Collectors.toMap(Operation::path, Function.identity()));
        this.commands = controls.commands().map(line -> new CommandRoute(vertx, line));
        this.pages = new HashMap<>(Map.of(
                "/metrics", this::metricsPage,
                "/readyz", this::readinessPage,
                "/v1/version", () -> Page.json(200, OperatorViews.version(identity))));
        WebPage.FILES.forEach((path, file) -> pages.put(path, () -> WebPage.of(file)));
        this.live = new EventStream(vertx, inspection);
        this.port = settings.tcp().map(tcp -> new OperatorPort(vertx, tcp, ownNamesOnly(tcp, routes(false))));
        this.socket = settings.socket().map(path -> Listener.onSocket(vertx, path, routes(true)));
    }

    /**
     * Returns when it listens. Fails, listening nowhere, when the control socket cannot be had; a TCP port that cannot
     * is tried again, and a finding until then.
     */
    public void start() {
        try {
            socket.ifPresent(Listener::start);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        port.ifPresent(OperatorPort::start);
        LOG.info(
                "listening for operators tcp={} socket={}",
                settings.tcp().filter(tcp -> ownFindings().isEmpty()),
                settings.socket());
    }

    /** The TCP port in use, the same as wanted unless that was 0. */
    int port() {
        return port.orElseThrow().number();
    }

    /**
     * On loopback a page of somebody else's must not read this by having its own name resolve to 127.0.0.1 (DNS
     * rebinding). Elsewhere the names by which others know this host are not known here.
     */
    private Handler<HttpServerRequest> ownNamesOnly(InetSocketAddress tcp, Handler<HttpServerRequest> next) {
        if (tcp.isUnresolved() || !tcp.getAddress().isLoopbackAddress()) {
            return next;
        }
        HostNames own = new HostNames(identity.host());
        return request -> {
            String host = String.valueOf(request.getHeader(HttpHeaders.HOST));
            if (request.getHeader(HttpHeaders.HOST) == null || own.contain(host)) {
                next.handle(request);
            } else {
                String sentence = "Host " + Log.clean(host)
                        + " is none of this host's: ask for localhost, an address or " + identity.host();
                send(request, Page.error(421, sentence));
            }
        };
    }

    private Handler<HttpServerRequest> routes(boolean control) {
        Router router = Router.router(vertx);
        reading(router, "/healthz", request -> send(request, health()));
        reading(router, STATUS, request -> {
            Supplier<Page> page = () -> statusPage(request);
            work(request, settings.deadline(), control ? page : shared(request, page));
        });
        router.get(EventStream.PATH).useNormalizedPath(false).handler(context -> live.follow(context.request()));
        pages.forEach((path, page) -> reading(router, path, request -> work(request, settings.deadline(), page)));
        OperatorViews.PATHS.forEach(path -> reading(router, path, request -> {
            Function<Inspection, Map<String, Object>> view =
                    OperatorViews.at(path, request::getParam, this::ownFindings);
            Supplier<Page> page = () -> viewPage(view);
            boolean isShared = !control && path.equals(OperatorViews.FIND);
            work(request, settings.deadline(), isShared ? shared(request, page) : page);
        }));
        operations.forEach((path, operation) -> {
            if (control) {
                router.post(path)
                        .useNormalizedPath(false)
                        .handler(Gate.bodyUpTo(MAX_BODY_BYTES))
                        .handler(context -> operate(context, operation));
            }
        });
        if (control) {
            commands.ifPresent(route -> route.serve(router));
        } else {
            posted().forEach(path -> refused(router, path));
        }
        router.errorHandler(404, context -> unknown(context.request()));
        router.errorHandler(405, context -> wrongMethod(context.request()));
        router.errorHandler(413, context -> {
            send(context.request(), Page.error(413, "the body is longer than " + MAX_BODY_BYTES + " bytes"));
        });
        router.errorHandler(500, context -> send(context.request(), failed(context.failure())));
        return Gate.before(router, this::unknown);
    }

    /** Pages for people ask over TCP, many at once; the command is told how things are now. */
    private Supplier<Page> shared(HttpServerRequest request, Supplier<Page> page) {
        return () -> shared.get(request.uri(), page);
    }

    private List<Finding> ownFindings() {
        return port.flatMap(OperatorPort::finding).stream().toList();
    }

    private static void reading(Router router, String path, Handler<HttpServerRequest> page) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .useNormalizedPath(false)
                .handler(context -> page.handle(context.request()));
    }

    private static void refused(Router router, String path) {
        String sentence = path + " is served on the control socket only";
        router.post(path)
                .useNormalizedPath(false)
                .handler(context -> send(context.request(), Page.error(403, sentence)));
    }

    /** The paths that take a POST. */
    private Set<String> posted() {
        Set<String> paths = new HashSet<>(operations.keySet());
        commands.ifPresent(there -> paths.add(CommandRoute.PATH));
        return paths;
    }

    private Page health() {
        return Page.text(200, "ok: patchbay " + identity.version() + " on " + identity.host() + " answers");
    }

    private void unknown(HttpServerRequest request) {
        Set<String> known = new TreeSet<>(pages.keySet());
        known.addAll(OperatorViews.PATHS);
        known.addAll(posted());
        known.addAll(List.of("/healthz", STATUS, EventStream.PATH));
        String path = Log.clean(String.valueOf(request.path()));
        send(request, Page.error(404, "there is no " + path + "; there are " + String.join(", ", known)));
    }

    private void wrongMethod(HttpServerRequest request) {
        boolean posts = posted().contains(request.path());
        request.response().putHeader("Allow", posts ? "POST" : "GET, HEAD");
        String rule = posts ? " takes POST" : " can only be read, with GET or HEAD";
        send(request, Page.error(405, request.path() + rule));
    }

    private void operate(RoutingContext context, Operation operation) {
        byte[] body = Gate.body(context);
        work(context.request(), operation.deadline(), () -> perform(operation, body));
    }

    private static Page perform(Operation operation, byte[] body) {
        Page page;
        try {
            page = Page.json(200, operation.work().perform(new Arguments(Fields.of(body))));
        } catch (WireException e) {
            page = Page.error(e.status(), operation.path() + ": " + e.getMessage());
        } catch (PatchbayException e) {
            page = Page.failed(e);
        }
        LOG.info("operation path={} status={}", operation.path(), page.status());
        return page;
    }

    private void work(HttpServerRequest request, Duration deadline, Supplier<Page> page) {
        Context context = vertx.getOrCreateContext();
        AtomicBoolean answered = new AtomicBoolean();
        long timer = vertx.setTimer(deadline.toMillis(), id -> {
            if (answered.compareAndSet(false, true)) {
                String sentence = request.path() + " was not ready within " + deadline.toMillis() + " ms";
                send(request, Page.error(503, sentence));
            }
        });
        try {
            threads.execute(() -> {
                Page result = guarded(page);
                if (answered.compareAndSet(false, true)) {
                    vertx.cancelTimer(timer);
                    context.runOnContext(loop -> send(request, result));
                }
            });
        } catch (RejectedExecutionException e) {
            answered.set(true);
            vertx.cancelTimer(timer);
            send(request, Page.error(503, "too many requests are waiting already"));
        }
    }

    private static Page guarded(Supplier<Page> page) {
        try {
            return page.get();
        } catch (PatchbayException e) {
            return Page.failed(e);
        } catch (Throwable e) {
            return failed(e);
        }
    }

    /** An operator who gets no answer learns nothing; this one says where to look. */
    private static Page failed(@Nullable Throwable e) {
        LOG.error("operator's request failed", e);
        return e == null
                ? Page.error(500, "failed")
                : Page.error(500, "failed with " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    private Page viewPage(Function<Inspection, Map<String, Object>> view) {
        if (inspection.isCompletedExceptionally()) {
            return Page.error(503, "the driver did not start: " + failureOf(inspection));
        }
        return inspection.isDone()
                ? Page.json(200, view.apply(inspection.join()))
                : Page.error(503, "the driver is not connected to its store yet" + unready());
    }

    /** The sentences of what is not ready, behind a colon. */
    private String unready() {
        return readiness.get().stream()
                .filter(check -> !check.ready())
                .map(check -> ": " + check.sentence())
                .collect(Collectors.joining());
    }

    private Page metricsPage() {
        if (metrics.isCompletedExceptionally()) {
            return Page.error(503, "there are no metrics: " + failureOf(metrics));
        }
        if (!metrics.isDone()) {
            return Page.error(503, "metrics are still being set up");
        }
        byte[] text = metrics.join().scrape().getBytes(StandardCharsets.UTF_8);
        return new Page(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    private Page statusPage(HttpServerRequest request) {
        boolean look = "true".equals(request.getParam("now"));
        return Page.json(200, OperatorViews.status(identity, conditions(), ifThere(inspection), ownFindings(), look));
    }

    /** Empty as long as the driver waits for its store, and when it did not start. */
    static Optional<Inspection> ifThere(CompletableFuture<Inspection> inspection) {
        return inspection.isCompletedExceptionally() ? Optional.empty() : Optional.ofNullable(inspection.getNow(null));
    }

    private Page readinessPage() {
        List<ReadinessCheck> checks = conditions();
        boolean ready = checks.stream().allMatch(ReadinessCheck::ready);
        List<String> lines = checks.stream()
                .map(check -> (check.ready() ? "ok   " : "FAIL ") + check.name() + ": " + check.sentence())
                .toList();
        return Page.text(ready ? 200 : 503, String.join("\n", lines));
    }

    /** All conditions of being ready. */
    private List<ReadinessCheck> conditions() {
        List<ReadinessCheck> checks = new ArrayList<>();
        if (inspection.isCompletedExceptionally()) {
            checks.add(new ReadinessCheck("driver", false, "the driver did not start: " + failureOf(inspection)));
        } else {
            checks.add(new ReadinessCheck(
                    "driver",
                    inspection.isDone(),
                    inspection.isDone() ? "the driver is connected to its store" : "the driver waits for its store"));
        }
        checks.addAll(readiness.get());
        return checks;
    }

    private static String failureOf(CompletableFuture<?> failed) {
        return failed.handle((value, failure) -> String.valueOf(failure.getMessage()))
                .join();
    }

    static void send(HttpServerRequest request, Page page) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        request.response().headers().addAll(WebPage.HEADERS);
        request.response()
                .setStatusCode(page.status())
                .putHeader("Content-Type", page.contentType())
                .putHeader("Content-Length", String.valueOf(page.body().length));
        if (HttpMethod.HEAD.equals(request.method())) {
            request.response().end();
        } else {
            request.response().end(Buffer.buffer(page.body()));
        }
    }

    @Override
    public void close() {
        live.close();
        port.ifPresent(OperatorPort::close);
        socket.ifPresent(Listener::close);
        commands.ifPresent(CommandRoute::close);
        threads.shutdownNow();
    }
}
