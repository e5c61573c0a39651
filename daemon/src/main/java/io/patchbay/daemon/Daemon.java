package io.patchbay.daemon;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.patchbay.api.CallMetrics;
import io.patchbay.api.ClusterOperations;
import io.patchbay.api.Controls;
import io.patchbay.api.Drivers;
import io.patchbay.api.Identity;
import io.patchbay.api.Operation;
import io.patchbay.api.OperatorServer;
import io.patchbay.api.OperatorSettings;
import io.patchbay.api.PluginServer;
import io.patchbay.api.PluginSettings;
import io.patchbay.api.VertxRuntime;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Links;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import io.patchbay.daemon.metrics.EtcdCollector;
import io.patchbay.daemon.metrics.MeteredLinks;
import io.patchbay.daemon.metrics.MeteredStore;
import io.patchbay.daemon.metrics.Meters;
import io.patchbay.daemon.metrics.RememberingForwarding;
import io.patchbay.daemon.metrics.StateCollector;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.EngineSettings;
import io.patchbay.daemon.settings.StoreAddress;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of the daemon, wired. It listens for dockerd first, so that the handshake is answered at once; store,
 * kernel, driver and the operators' listeners follow, and other calls wait for them.
 */
final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** A released address stays with its host as long, so that a restarted container keeps it. */
    private static final Duration HOLD = Duration.ofMinutes(1);

    /**
     * One member of etcd that goes is no reason to fail, if another answers at once; with the limit of the lost call
     * this stays below 5 s.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int THREADS = 5;
    private static final long STOP_MILLIS = 300;

    private final DaemonSettings settings;
    private final Ports ports;
    private final CompletableFuture<Drivers> drivers = new CompletableFuture<>();
    private final CompletableFuture<PrometheusMeterRegistry> registry = new CompletableFuture<>();
    private final Deque<Part> parts = new ArrayDeque<>();
    private volatile @Nullable PluginServer front;
    private boolean closed;
    private volatile String waitingFor = "the start of the daemon";

    /** Something to be ended; the last begun ends first. */
    private record Part(String name, AutoCloseable end) {}

    Daemon(DaemonSettings settings, Ports ports) {
        this.settings = settings;
        this.ports = ports;
    }

    /**
     * Returns when everything is up. A failure is a {@link PatchbayException} whose sentence tells the operator; then
     * {@link #close} still has to be called.
     */
    void start() {
        Vertx vertx = VertxRuntime.create();
        begun(
                "vert.x",
                () -> vertx.close().toCompletionStage().toCompletableFuture().get(STOP_MILLIS, TimeUnit.MILLISECONDS));
        PluginServer plugin = new PluginServer(
                vertx,
                PluginSettings.of(settings.socket(), settings.globalScope()),
                drivers,
                () -> waitingFor,
                new CallMetrics(registry));
        front = plugin;
        plugin.start();
        startBehind(vertx);
        LOG.info(
                "ready host={} socket={} store={} bridge={} http={} control_socket={}",
                settings.host(),
                settings.socket(),
                settings.store(),
                settings.bridge(),
                settings.http().map(Object::toString).orElse("off"),
                settings.controlSocket());
    }

    private void startBehind(Vertx vertx) {
        waitingFor = "the store " + settings.store();
        Store store = ports.openStore();
        begun("store", store);
        Optional<Store> disk = ports.openDisk();
        disk.ifPresent(d -> begun("store on this host's disk", d));
        waitingFor = "this host's kernel";
        Links links = new MeteredLinks(ports.links(), registry);
        RememberingForwarding forwarding = new RememberingForwarding(ports.forwarding(links));
        ScheduledThreadPoolExecutor executor = executor("driver-", THREADS);
        begun("threads", () -> {
            executor.shutdown();
            if (!executor.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        });
        Driver driver = new Driver(
                driverSettings(),
                new DriverPorts(
                        new MeteredStore(store, registry), disk, ports::openFormerDisk, PATIENCE, links, forwarding),
                TimeSource.system(),
                RandomGenerator.getDefault(),
                executor);
        begun("driver", driver);
        attachEngine(driver);
        waitingFor = "the state in " + settings.store();
        driver.start();
        drivers.complete(new Drivers(driver.ipam(), driver.network()));
        startOperators(vertx, store, driver, forwarding);
    }

    private DriverSettings driverSettings() {
        return new DriverSettings(
                settings.host(),
                settings.bridge(),
                settings.fixForwarding(),
                settings.autoPools(),
                settings.reserve(),
                HOLD,
                settings.grace(),
                Machine.describe(
                        settings.deadHostAfter(), settings.engine().socket().isPresent()),
                settings.store().addresses(),
                settings.probe(),
                settings.globalScope(),
                settings.history());
    }

    /** In a thread of its own: an engine that does not answer holds up nothing else. */
    private void attachEngine(Driver driver) {
        EngineSettings engine = settings.engine();
        if (engine.socket().isEmpty()) {
            return;
        }
        ScheduledThreadPoolExecutor background = executor("engine-", 1);
        begun("engine's thread", background::shutdownNow);
        driver.attach(ports.engine(engine.socket().get()), engine.driverName(), engine.replicate(), background);
    }

    private void startOperators(Vertx vertx, Store store, Driver driver, RememberingForwarding forwarding) {
        OperatorServer operators = new OperatorServer(
                vertx,
                OperatorSettings.of(
                        settings.http().map(http -> new InetSocketAddress(http.address(), http.port())),
                        Optional.of(settings.controlSocket())),
                CompletableFuture.completedFuture(driver.inspection()),
                registry,
                () -> Readiness.checks(
                        store, driver.contact(), driver.cluster().presence().refusal()),
                new Controls(operations(driver), Optional.of(new OwnCommands())),
                new Identity(Version.text(), settings.host(), settings.store().toString(), Instant.now()));
        operators.start();
        begun("operators' server", operators);
        Meters meters = new Meters(Version.text());
        begun("meters", meters);
        meters.add(new StateCollector(driver.inspection(), forwarding::last));
        if (settings.store() instanceof StoreAddress.Etcd) {
            meters.add(new EtcdCollector(store::health));
        }
        registry.complete(meters.registry());
    }

    private static List<Operation> operations(Driver driver) {
        return Stream.of(
                        ClusterOperations.on(CompletableFuture.completedFuture(driver.cluster())),
                        NetworkOperations.of(driver),
                        FsckOperations.of(driver.fsck()),
                        LogOperations.all())
                .flatMap(List::stream)
                .toList();
    }

    private static ScheduledThreadPoolExecutor executor(String name, int threads) {
        AtomicInteger count = new AtomicInteger();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, name + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    private synchronized void begun(String name, AutoCloseable end) {
        parts.push(new Part(name, end));
        if (closed) {
            endAll();
            throw new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "it was stopped while it started");
        }
    }

    /** Ends everything in reverse, also while it is still starting; what does not end is logged and passed over. */
    @Override
    public void close() {
        drivers.completeExceptionally(
                new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "the daemon is being stopped"));
        PluginServer server = front;
        if (server != null) {
            // what dockerd has asked is answered before anything the answer needs is closed
            end(new Part("plugin server", server));
        }
        synchronized (this) {
            closed = true;
            endAll();
        }
        registry.cancel(false);
    }

    private void endAll() {
        while (!parts.isEmpty()) {
            end(parts.pop());
        }
    }

    private static void end(Part part) {
        try {
            part.end().close();
        } catch (TimeoutException e) {
            LOG.warn("did not end in time part=\"{}\"", part.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("not waited for part=\"{}\"", part.name());
        } catch (Exception e) {
            LOG.warn("did not end well part=\"{}\"", part.name(), e);
        }
    }
}
