package io.patchbay.core.driver;

import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.network.NetworkEvents;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.work.Chores;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The network half of the driver: each of dockerd's verbs, and whom it concerns. What begins something is refused while
 * another machine has this host's name; what ends something goes on.
 */
final class NetworkVerbs implements NetworkDriver {
    private final Wiring parts;
    private final NetworkEvents events;
    private final Executor executor;
    private final AtomicBoolean joinSeen = new AtomicBoolean();

    NetworkVerbs(Wiring parts, NetworkEvents events, Executor executor) {
        this.parts = parts;
        this.events = events;
        this.executor = executor;
    }

    @Override
    public GatewayNeed gatewayNeed(NetworkSettings settings) {
        NetworkOptions.NoGateway none = NetworkOptions.parse(settings.options()).noGateway();
        return new GatewayNeed(settings.internal() || none.v4(), settings.internal() || none.v6());
    }

    @Override
    public void createNetwork(NetworkRequest request) {
        parts.cluster.presence().requireName();
        parts.networks.create(request);
        Chores.begin(executor, "keeping the reserve", parts.claims::keepReserve);
        events.created(request.networkId());
    }

    @Override
    public void deleteNetwork(String networkId) {
        parts.endpoints.endAll(networkId);
        parts.networks.delete(networkId, events);
    }

    @Override
    public void allocateNetwork(NetworkRequest request) {
        parts.cluster.presence().requireName();
        parts.swarm.allocate(request);
        events.allocated();
    }

    @Override
    public void freeNetwork(String networkId) {
        parts.swarm.free(networkId);
    }

    @Override
    public EndpointGrant createEndpoint(EndpointRequest request) {
        parts.cluster.presence().requireName();
        return parts.endpoints.create(request);
    }

    @Override
    public void deleteEndpoint(String networkId, String endpointId) {
        parts.endpoints.delete(endpointId);
        events.left(networkId);
    }

    @Override
    public JoinGrant join(String networkId, String endpointId, String sandboxKey) {
        lookAtFirewall();
        JoinGrant grant = parts.endpoints.join(networkId, endpointId, sandboxKey);
        events.joined();
        return grant;
    }

    /**
     * The first container after a boot says that dockerd has set up its firewall now; the round at our own start was
     * before that.
     */
    private void lookAtFirewall() {
        if (joinSeen.compareAndSet(false, true)) {
            Chores.begin(executor, "firewall", parts.firewall::letAllThrough);
        }
    }

    @Override
    public void leave(String networkId, String endpointId) {
        parts.endpoints.leave(endpointId);
    }

    @Override
    public Map<String, String> endpointInfo(String networkId, String endpointId) {
        return parts.endpoints.info(endpointId);
    }
}
