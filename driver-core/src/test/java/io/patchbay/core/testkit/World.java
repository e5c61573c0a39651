package io.patchbay.core.testkit;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.driver.DriverPorts;
import io.patchbay.core.driver.DriverSettings;
import io.patchbay.core.engine.FakeEngine;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One host for tests of the driver: the real core on a store, a kernel and a firewall in memory, and a dockerd.
 */
public final class World extends Dockerd implements AutoCloseable {
    public static final String LAN = "10.77.0.0/24";
    public final FakeLinks links;
    public final FakeForwarding forwarding;
    public final ManualTime time;
    public final FakeEngine engine;
    public final Crashes crashes = new Crashes();
    private final Map<String, MemoryStore> disks = new HashMap<>();
    private String host;
    private final AtomicLong ids;
    private final HostKind kind;
    private HostSettings self;
    private MemoryStore store;
    private Optional<MemoryStore> disk;
    private Optional<Line> line = Optional.empty();
    private ScheduledExecutorService executor;
    private ScheduledExecutorService background;
    private Driver driver;
    private Runnable duringStart = () -> {};

    public World() {
        this(List.of());
    }

    public World(List<AutoRange> autoPools) {
        this(HostKind.PLAIN.with(autoPools), Optional.empty());
    }

    /** A host of a cluster that asks the LAN before it gives an address, when the test says so. */
    public static World ofClusterThatAsks(int reserve) {
        return ofCluster(HostKind.PLAIN.with(reserve, true).asking());
    }

    public World(Sharing sharing) {
        this(HostKind.PLAIN.with(sharing), Optional.empty());
    }

    /** A node of a swarm, with a driver of global scope; its line to the store can be cut. */
    public static World ofSwarm() {
        return ofCluster(HostKind.PLAIN.with(4, false).global(true));
    }

    private World(HostKind kind, Optional<MemoryStore> disk) {
        this(
                HostKind.named("h1"),
                "h1",
                kind.stepwise() ? MemoryStore.withoutThreads() : new MemoryStore(),
                disk,
                new ManualTime(),
                new AtomicLong(),
                kind);
    }

    private World(
            HostSettings self,
            String host,
            MemoryStore store,
            Optional<MemoryStore> disk,
            ManualTime time,
            AtomicLong ids,
            HostKind kind) {
        this.self = self;
        this.kind = kind;
        this.engine = new FakeEngine("patchbay", new MadeNetworks(this), this::newId);
        this.host = host;
        this.store = store;
        this.disk = disk;
        disk.ifPresent(d -> disks.put(host, d));
        this.time = time;
        this.ids = ids;
        this.links = new FakeLinks();
        this.forwarding = new FakeForwarding();
        addBridge("br0");
        links.addForeign("eth0", MacAddress.parse("02:77:00:00:00:01"), Optional.of("br0"));
        this.executor = kind.executor();
        this.background = kind.background();
        this.driver = newDriver();
        startDriver();
    }

    private void startDriver() {
        driver.start();
        if (!kind.stepwise()) {
            Arrival.await(driver, time);
        }
    }

    /** The other, which has asked this one when it came, and been answered; this one has heard that it is there. */
    private World met(World other) {
        if (kind.stepwise()) {
            background();
            other.background();
        } else {
            awaitAllTold();
        }
        return other;
    }

    /** Every host has heard of what was changed before; what it does then may come later. */
    public void awaitAllTold() {
        Await.until("all hosts have heard of all", store::isAllTold);
    }

    /** Another host on the same store. */
    public World neighbour(String name) {
        return neighbour(name, kind.sharing());
    }

    /** Another host on the same store that says that of itself. */
    public World neighbour(String name, HostSettings says) {
        return neighbour(name, says, kind);
    }

    private World neighbour(String name, HostSettings says, HostKind its) {
        return met(new World(says, name, store, disk.map(d -> new MemoryStore()), time, ids, its));
    }

    public World neighbour(String name, Sharing itsSharing) {
        return neighbour(name, HostKind.named(name), kind.with(itsSharing));
    }

    /** Another host on a swarm node's store, that is none of the swarm's. */
    public World neighbourOfScopeLocal(String name) {
        return neighbour(name, HostKind.named(name), kind.global(false));
    }

    /** A host of a cluster, with some addresses in reserve; it goes on when its line to the shared store is cut. */
    public static World ofCluster(int reserve) {
        return ofCluster(HostKind.PLAIN.with(reserve, false));
    }

    /** The same without a reserve; it works with its engine by itself, as in the daemon. */
    public static World ofClusterLive() {
        return ofCluster(HostKind.PLAIN.with(Sharing.LIVE));
    }

    /**
     * As {@link #ofCluster(int)}; nothing happens in the background but what {@link #background} does, in the caller's
     * thread.
     */
    public static World ofClusterStepByStep(int reserve) {
        return ofCluster(HostKind.PLAIN.with(reserve, true));
    }

    /** Delivers what other hosts have changed, and does what waits to be done in the background. */
    public void background() {
        line().deliver(store);
        if (executor instanceof ManualExecutor manual) {
            manual.runWaiting();
        }
    }

    /** A host of a cluster of that kind. */
    public static World ofCluster(HostKind kind) {
        return new World(kind, Optional.of(new MemoryStore()));
    }

    /** This host's line to the shared store. */
    public Line line() {
        return line.orElseThrow();
    }

    public String host() {
        return host;
    }

    /** What this host has on its disk under a key. */
    public Optional<Value> onDisk(String key) {
        return disk.orElseThrow().get(key).map(Store.Entry::value);
    }

    /** Somebody writes into this host's own disk. */
    public void putOnDisk(String key, Value value) {
        disk.orElseThrow().commit(Transaction.builder().put(key, value).build());
    }

    /** While true nothing can be read from this host's own disk, nor written to it. */
    public void failDisk(boolean failing) {
        disk.orElseThrow().setReachable(!failing);
    }

    /** This host's own disk. */
    public MemoryStore disk() {
        return disk.orElseThrow();
    }

    /** What happens between each commit of the next start and its answer. */
    public void duringStart(Runnable what) {
        duringStart = what;
    }

    /** Whether this host can reach the shared store, as it believes. */
    public boolean isAway() {
        return !driver.contact().orElseThrow().isOnline();
    }

    public void addBridge(String name) {
        links.ensureBridge(
                new BridgeSpec(name, MacAddress.parse("02:77:00:00:00:01"), OptionalInt.empty(), Optional.empty()));
    }

    private Optional<Store> formerDisk(String name) {
        return Optional.ofNullable(disks.computeIfPresent(name, (n, d) -> d.reopen()));
    }

    /** What this host has kept on its disk under a name. */
    public int countOnDisk(String name) {
        try (Store its = formerDisk(name).orElseThrow()) {
            return its.list("").entries().size();
        }
    }

    private Driver newDriver() {
        DriverSettings settings = new DriverSettings(
                host,
                "br0",
                true,
                kind.autoPools(),
                kind.reserve(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                self,
                List.of(IpAddress.parse("10.99.0.9")),
                kind.probe(),
                kind.isGlobal(),
                kind.stays());
        boolean cut = line.isPresent() && line.get().isCut();
        line = disk.map(d -> new Line(store, kind.stepwise()));
        if (cut) {
            line().cut();
        }
        line.ifPresent(l -> l.meanwhile(duringStart));
        duringStart = () -> {};
        Store reached = line.<Store>map(l -> l).orElse(store);
        DriverPorts ports = new DriverPorts(
                reached,
                disk.map(d -> d),
                this::formerDisk,
                kind.stepwise() ? Duration.ZERO : Duration.ofSeconds(2),
                links,
                forwarding);
        Driver made = new Driver(settings, crashes.through(ports), time, new Random(ids.incrementAndGet()), executor);
        made.attach(crashes.through(engine), "patchbay", kind.sharing() != Sharing.OFF, background);
        return made;
    }

    /** One round of work with the engine. */
    public void engineRound() {
        driver.engineRound();
    }

    /** docker run on a network that the engine knows by name. */
    public Container run(String network, String container) {
        Container running = run((Network) engine.made(network));
        engine.attach(network, running.endpoint(), container);
        return running;
    }

    /** The daemon is killed and started again; the store and the kernel are as they were. */
    public void restartDaemon() {
        stopDaemon();
        if (disk.isEmpty()) {
            store = store.reopen();
        }
        disk = disk.map(MemoryStore::reopen);
        disk.ifPresent(d -> disks.put(host, d));
        startDaemon();
    }

    /** The daemon is stopped and started again on another store, as an operator moves a host. */
    public void restartDaemonOn(MemoryStore other) {
        stopDaemon();
        store = other;
        startDaemon();
    }

    /** The daemon is stopped, and started again under another name; it has a directory of its own on the disk. */
    public void restartDaemonAs(String name) {
        restartDaemonAs(name, self);
    }

    /** The same, after the machine has perhaps been booted. */
    public void restartDaemonAs(String name, HostSettings says) {
        stopDaemon();
        self = says;
        host = name;
        disk = disk.map(d -> disks.computeIfAbsent(name, n -> new MemoryStore()).reopen());
        disk.ifPresent(d -> disks.put(name, d));
        startDaemon();
    }

    private void startDaemon() {
        executor = kind.executor();
        background = kind.background();
        driver = newDriver();
        startDriver();
    }

    /** As {@link #restartDaemon}, on a store that goes on for others. */
    public void restartDaemonAlone() {
        stopDaemon();
        startDaemon();
    }

    /** The daemon ends, and nothing that it began comes later; {@link #restartDaemon} starts one again. */
    public void stopDaemon() {
        if (!crashes.hasCrashed()) {
            driver.close();
        }
        executor.shutdownNow();
        background.shutdownNow();
        Await.until("the daemon's end", () -> executor.isTerminated() && background.isTerminated());
    }

    public MemoryStore store() {
        return store;
    }

    @Override
    public Driver driver() {
        return driver;
    }

    @Override
    public String newId() {
        return String.format("%016x", ids.incrementAndGet() * 0x9e3779b97f4a7c15L)
                .repeat(4);
    }

    /** The claim on an address; absent is empty. */
    public Optional<ClaimView> claim(String address) {
        return driver.inspection().claims().stream()
                .filter(c -> c.address().equals(address))
                .findFirst();
    }

    @Override
    protected void moveToSandbox(String containerEnd, Cidr address) {
        links.moveToSandbox(containerEnd, address);
    }

    /** Links of ours that the kernel has. */
    public List<String> ourLinks() {
        return links.list().stream().filter(l -> l.isOurs()).map(l -> l.name()).toList();
    }

    /**
     * Reconciles so often, with so much time between, that everything left behind is gone: an endpoint, its claim, and
     * what that is kept for its host.
     */
    public void reconcileAfterGrace() {
        driver.reconcile();
        for (int i = 0; i < 4; i++) {
            time.pass(Duration.ofMinutes(3));
            driver.reconcile();
        }
    }

    @Override
    public void close() {
        stopDaemon();
    }
}
