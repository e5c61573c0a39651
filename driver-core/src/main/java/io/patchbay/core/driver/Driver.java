package io.patchbay.core.driver;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.endpoint.Endpoints;
import io.patchbay.core.endpoint.Fence;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.enginesync.EngineFindings;
import io.patchbay.core.enginesync.EngineLoop;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.Doctor;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Views;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.EndpointLiveness;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.ipam.SwarmNetworks;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one host, whole: what dockerd's calls reach, what operators see, and the work that goes on by itself. Give it the ports; threads are those of the caller
 * and of the executor.
 */
public final class Driver implements NetworkDriver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
    private static final Duration ROUND = Duration.ofMinutes(1);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final State state;
    private final Links links;
    private final Claims claims;
    private final Ipam ipam;
    private final NamedIpam named;
    private final SwarmNetworks swarm;
    private final Networks networks;
    private final Endpoints endpoints;
    private final Announcer announcer;
    private final Reconciler reconciler;
    private final Cluster cluster;
    private final Views views;
    private final ScheduledExecutorService executor;
    private final Rounds byItself;
    private final Duration round;
    private final String host;
    private final TimeSource time;
    private final RandomGenerator random;
    private final Duration grace;
    private @Nullable EngineLoop engine;
    private final AtomicBoolean joinSeen = new AtomicBoolean();
    private final Duration look;
    private @Nullable AutoCloseable linkWatch;
    private @Nullable Future<?> rounds;
    private @Nullable Future<?> glances;
    private @Nullable Future<?> looks;

    /**
     * What is set for this host.
     *
     * @param host unique in the cluster; no slash
     * @param defaultBridge of networks that name none
     * @param fixForwarding put one rule into DOCKER-USER where the LAN's frames would be dropped
     * @param autoPools where pools come from when nobody names a subnet
     * @param reserve how many addresses of each range are claimed beforehand, for the time when a shared store is away
     * @param hold how long a released address is kept for this host
     * @param grace how long something has to look wrong before it is taken for left behind by a crash
     * @param self what it says of itself to the others
     * @param globalScope the leader of a swarm allocates for all nodes, instead of each node for itself
     */
    public record Settings(
            String host,
            String defaultBridge,
            boolean fixForwarding,
            List<AutoRange> autoPools,
            int reserve,
            Duration hold,
            Duration grace,
            HostSettings self,
            boolean globalScope) {
        public Settings {
            autoPools = List.copyOf(autoPools);
            if (host.isBlank() || host.contains("/")) {
                throw new IllegalArgumentException("host name \"" + host + "\" is empty or has a slash");
            }
        }
    }

    /**
     * What the driver reaches outside with.
     *
     * @param disk a store of this host, for what it must remember while {@code store} is away; empty when that is this host's own
     * @param patience how long a call that meets a lost store waits for it to be back; what is known to be away is not waited for
     */
    public record Ports(Store store, Optional<Store> disk, Duration patience, Links links, Forwarding forwarding) {}

    /** {@code executor} needs three threads: one may wait for the kernel, one for the store, while another announces. */
    public Driver(
            Settings settings,
            Ports ports,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        this.host = settings.host();
        this.time = time;
        this.random = random;
        this.grace = settings.grace();
        this.executor = executor;
        this.links = ports.links();
        this.state = ports.disk()
                .map(disk -> new State(ports.store(), disk, host, ports.patience(), executor, time::now))
                .orElseGet(() -> new State(ports.store(), executor));
        this.announcer = new Announcer(links, executor);
        // a node's address is its leader's to allocate, so that one claimed beforehand would serve nobody; a store of
        // this
        // host's own is never away
        int reserve = settings.globalScope() || ports.disk().isEmpty() ? 0 : settings.reserve();
        this.claims = new Claims(state, host, time, liveness(), reserve, executor);
        this.swarm = new SwarmNetworks(state, time, settings.globalScope(), claims);
        this.ipam = new Ipam(state, host, time, random, settings.autoPools(), links, claims, swarm);
        this.networks = new Networks(
                state,
                new Networks.NetworkSettings(host, settings.defaultBridge(), settings.fixForwarding()),
                links,
                ports.forwarding(),
                time);
        this.endpoints = new Endpoints(state, host, networks, claims, links, announcer, time, executor);
        this.reconciler = new Reconciler(
                state, host, networks, endpoints, links, time, new Reconciler.Times(settings.hold(), settings.grace()));
        this.cluster = new Cluster(state, ports.store(), host, settings.self(), settings.defaultBridge(), links, time);
        this.named = new NamedIpam(ipam, cluster.presence());
        this.byItself = new Rounds(state, cluster, networks, reconciler, ipam, executor);
        this.look = settings.self().lease().dividedBy(3);
        this.round = settings.grace().compareTo(ROUND) < 0 ? settings.grace() : ROUND;
        this.views = new Views(
                state,
                claims,
                links,
                reconciler,
                announcer,
                new Doctor(
                        links,
                        ports.forwarding(),
                        () -> Doctor.look(
                                ports.store().description(), ports.store().health(), state.contact())),
                cluster,
                host,
                settings.defaultBridge());
    }

    /**
     * Lets it speak to this host's engine: networks are shared with other hosts, names are learned, what the engine has forgotten ends. Call it before {@link #start}.
     *
     * @param driverName what the engine calls this driver
     * @param replicate share networks with the hosts on the same store
     * @param background a thread that may wait for the engine for a minute
     */
    public void attach(Engine to, String driverName, boolean replicate, ScheduledExecutorService background) {
        EngineLoop loop = new EngineLoop(
                state,
                new EngineLoop.Settings(host, driverName, swarm.served(), replicate, grace),
                to,
                networks,
                ipam,
                reconciler,
                time,
                random,
                background);
        views.add(new EngineFindings(state, host, loop)::findings);
        views.askForServices(loop::servicesWithoutAnsweringVip);
        loop.pauseWhile(() -> cluster.presence().refusal().isPresent());
        loop.follow();
        engine = loop;
    }

    /** Claims and endpoints need each other: who has an address is up to whether the endpoint lives. */
    private EndpointLiveness liveness() {
        return endpoint -> endpoints().endIfStale(endpoint);
    }

    private Endpoints endpoints() {
        return endpoints;
    }

    /** Reads the store, follows it, and begins to reconcile, every minute or as often as the grace time ends; fails like the store, unless that is shared and merely away. */
    public void start() {
        claims.start();
        state.nameIsOurs(() -> cluster.presence().refusal().isEmpty());
        new Fence(state, host, endpoints, executor).start();
        state.onBack(() -> {
            byItself.inBackground("a round after an outage", byItself::run);
            attached().ifPresent(EngineLoop::back);
        });
        state.start();
        cluster.start();
        linkWatch = links.watch(announcer::onEvent);
        endpoints.resume();
        attached().ifPresent(EngineLoop::start);
        rounds = executor.scheduleWithFixedDelay(byItself::run, 0, round.toMillis(), TimeUnit.MILLISECONDS);
        glances = executor.scheduleWithFixedDelay(
                byItself::glance, GLANCE.toMillis(), GLANCE.toMillis(), TimeUnit.MILLISECONDS);
        looks = executor.scheduleWithFixedDelay(
                () -> Rounds.guarded("look at the hosts", cluster::tick),
                look.toMillis(),
                look.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    public IpamDriver ipam() {
        return named;
    }

    /** Whether a shared store can be reached; empty when the store is this host's own. */
    public Optional<Contact> contact() {
        return state.contact();
    }

    public Inspection inspection() {
        return views;
    }

    /** What operators may have done; {@link Cluster#presence} also tells whether this host was forgotten. */
    public Cluster cluster() {
        return cluster;
    }

    private Optional<EngineLoop> attached() {
        return Optional.ofNullable(engine);
    }

    /** The work with this host's engine; fails with {@code INVALID} where it may not be asked. */
    public EngineLoop engine() {
        if (engine == null) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID,
                    "this host's engine may not be asked: the daemon runs with --docker-socket off");
        }
        return engine;
    }

    /** One round of work with the engine now; answers when the next is due. Nothing happens without an engine. */
    public Duration engineRound() {
        return engine == null ? round : engine.run();
    }

    /** One round of what goes on by itself, now; fails with its first step that does. */
    public void reconcile() {
        byItself.runOrFail();
    }

    @Override
    public GatewayNeed gatewayNeed(NetworkSettings settings) {
        boolean none =
                settings.internal() || NetworkOptions.parse(settings.options()).withoutGateway();
        return new GatewayNeed(none, none);
    }

    @Override
    public void createNetwork(NetworkRequest request) {
        cluster.presence().requireName();
        networks.create(request);
        byItself.inBackground("keeping the reserve", claims::keepReserve);
        attached().ifPresent(e -> e.created(request.networkId()));
    }

    @Override
    public void deleteNetwork(String networkId) {
        endpoints.endAll(networkId);
        Networks.Ending ending = (network, transaction) -> attached().ifPresent(e -> e.endWith(network, transaction));
        try {
            networks.delete(networkId, ending);
        } catch (PatchbayException e) {
            if (e.kind() != PatchbayException.Kind.UNAVAILABLE || !state.isAway()) {
                throw e;
            }
            // the store was just lost: what ends with the network is remembered now instead of agreed
            networks.delete(networkId, ending);
        }
    }

    @Override
    public void allocateNetwork(NetworkRequest request) {
        cluster.presence().requireName();
        swarm.allocate(request);
        if (engine != null) {
            engine.allocated();
        }
    }

    @Override
    public void freeNetwork(String networkId) {
        swarm.free(networkId);
    }

    @Override
    public EndpointGrant createEndpoint(EndpointRequest request) {
        cluster.presence().requireName();
        return endpoints.create(request);
    }

    @Override
    public void deleteEndpoint(String networkId, String endpointId) {
        endpoints.delete(endpointId);
        attached().ifPresent(e -> e.left(networkId));
    }

    @Override
    public JoinGrant join(String networkId, String endpointId, String sandboxKey) {
        lookAtFirewall();
        JoinGrant grant = endpoints.join(networkId, endpointId, sandboxKey);
        attached().ifPresent(EngineLoop::joined);
        return grant;
    }

    /** The first container after a boot says that dockerd has set up its firewall now; the round at our own start was before that. */
    private void lookAtFirewall() {
        if (joinSeen.compareAndSet(false, true)) {
            byItself.inBackground("firewall", networks::letAllThrough);
        }
    }

    @Override
    public void leave(String networkId, String endpointId) {
        endpoints.leave(endpointId);
    }

    @Override
    public Map<String, String> endpointInfo(String networkId, String endpointId) {
        return endpoints.info(endpointId);
    }

    @Override
    public void close() {
        attached().ifPresent(EngineLoop::close);
        if (rounds != null) {
            rounds.cancel(false);
        }
        if (glances != null) {
            glances.cancel(false);
        }
        if (looks != null) {
            looks.cancel(false);
        }
        cluster.close();
        if (linkWatch != null) {
            try {
                linkWatch.close();
            } catch (Exception e) {
                LOG.warn("link watch not closed reason=\"{}\"", e.getMessage());
            }
        }
        state.close();
    }
}
