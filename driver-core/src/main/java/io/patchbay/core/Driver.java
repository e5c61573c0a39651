package io.patchbay.core;

import io.patchbay.core.endpoint.Announcer;
import io.patchbay.core.endpoint.Endpoints;
import io.patchbay.core.host.Doctor;
import io.patchbay.core.host.Forwarding;
import io.patchbay.core.host.Inspection;
import io.patchbay.core.host.Reconciler;
import io.patchbay.core.host.TimeSource;
import io.patchbay.core.host.Views;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.EndpointLiveness;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.ipam.IpamDriver;
import io.patchbay.core.link.Links;
import io.patchbay.core.network.NetworkDriver;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

    private final State state;
    private final Links links;
    private final Claims claims;
    private final Ipam ipam;
    private final Networks networks;
    private final Endpoints endpoints;
    private final Announcer announcer;
    private final Reconciler reconciler;
    private final Views views;
    private final ScheduledExecutorService executor;
    private final Duration round;
    private @Nullable AutoCloseable linkWatch;
    private @Nullable Future<?> rounds;

    /**
     * What is set for this host.
     *
     * @param host unique in the cluster; no slash
     * @param defaultBridge of networks that name none
     * @param fixForwarding put one rule into DOCKER-USER where the LAN's frames would be dropped
     * @param autoPools where pools come from when nobody names a subnet
     * @param hold how long a released address is kept for this host
     * @param grace how long something has to look wrong before it is taken for left behind by a crash
     */
    public record Settings(
            String host,
            String defaultBridge,
            boolean fixForwarding,
            List<AutoRange> autoPools,
            Duration hold,
            Duration grace) {
        public Settings {
            autoPools = List.copyOf(autoPools);
            if (host.isBlank() || host.contains("/")) {
                throw new IllegalArgumentException("host name \"" + host + "\" is empty or has a slash");
            }
        }
    }

    /** {@code executor} needs two threads: one may wait for the kernel while the other announces. */
    public Driver(
            Settings settings,
            Store store,
            Links links,
            Forwarding forwarding,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        String host = settings.host();
        this.executor = executor;
        this.links = links;
        this.state = new State(store, executor);
        this.announcer = new Announcer(links, executor);
        this.claims = new Claims(state, host, time, liveness());
        this.ipam = new Ipam(state, host, time, random, settings.autoPools(), links, claims);
        this.networks = new Networks(
                state,
                new Networks.NetworkSettings(host, settings.defaultBridge(), settings.fixForwarding()),
                links,
                forwarding,
                time);
        this.endpoints = new Endpoints(state, host, networks, claims, links, announcer, time, executor);
        this.reconciler = new Reconciler(
                state, host, networks, endpoints, links, time, new Reconciler.Times(settings.hold(), settings.grace()));
        this.round = settings.grace().compareTo(ROUND) < 0 ? settings.grace() : ROUND;
        this.views = new Views(
                state,
                claims,
                links,
                reconciler,
                announcer,
                new Doctor(links, forwarding),
                host,
                settings.defaultBridge());
    }

    /** Claims and endpoints need each other: who has an address is up to whether the endpoint lives. */
    private EndpointLiveness liveness() {
        return endpoint -> endpoints().endIfStale(endpoint);
    }

    private Endpoints endpoints() {
        return endpoints;
    }

    /** Reads the store, follows it, and begins to reconcile, every minute or as often as the grace time ends; fails like the store. */
    public void start() {
        claims.start();
        state.start();
        linkWatch = links.watch(announcer::onEvent);
        endpoints.resume();
        rounds = executor.scheduleWithFixedDelay(this::round, 0, round.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        guarded("firewall", networks::letAllThrough);
        guarded("reconciliation", reconciler::run);
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed reason=\"{}\"", what, e.getMessage());
        }
    }

    public IpamDriver ipam() {
        return ipam;
    }

    public Inspection inspection() {
        return views;
    }

    /** One round of reconciliation now. */
    public void reconcile() {
        reconciler.run();
    }

    @Override
    public GatewayNeed gatewayNeed(NetworkSettings settings) {
        boolean none =
                settings.internal() || NetworkOptions.parse(settings.options()).withoutGateway();
        return new GatewayNeed(none, none);
    }

    @Override
    public void createNetwork(NetworkRequest request) {
        networks.create(request);
    }

    @Override
    public void deleteNetwork(String networkId) {
        endpoints.endAll(networkId);
        networks.delete(networkId);
    }

    @Override
    public EndpointGrant createEndpoint(EndpointRequest request) {
        return endpoints.create(request);
    }

    @Override
    public void deleteEndpoint(String networkId, String endpointId) {
        endpoints.delete(endpointId);
    }

    @Override
    public JoinGrant join(String networkId, String endpointId, String sandboxKey) {
        return endpoints.join(networkId, endpointId, sandboxKey);
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
        if (rounds != null) {
            rounds.cancel(false);
        }
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
