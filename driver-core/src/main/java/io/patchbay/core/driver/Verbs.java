package io.patchbay.core.driver;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.cluster.Presence;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.network.NetworkEvents;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.work.Chores;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Each of dockerd's verbs, and whom it concerns. What begins something is refused while another machine has this host's
 * name; what ends something goes on.
 */
final class Verbs implements IpamDriver, NetworkDriver {
    private final Wiring parts;
    private final Presence presence;
    private final Executor executor;
    private final AtomicBoolean joinSeen = new AtomicBoolean();
    private volatile Optional<NetworkEvents> listener = Optional.empty();

    Verbs(Wiring parts, Executor executor) {
        this.parts = parts;
        this.presence = parts.cluster.presence();
        this.executor = executor;
    }

    /** Says who hears what becomes of networks; nobody does before. */
    void tell(NetworkEvents hearing) {
        listener = Optional.of(hearing);
    }

    @Override
    public PoolGrant requestPool(PoolRequest request) {
        presence.requireName();
        return parts.ipam.requestPool(request);
    }

    @Override
    public void releasePool(String poolId) {
        parts.ipam.releasePool(poolId);
    }

    @Override
    public Cidr requestAddress(AddressRequest request) {
        presence.requireName();
        return parts.ipam.requestAddress(request);
    }

    @Override
    public void releaseAddress(String poolId, IpAddress address) {
        parts.ipam.releaseAddress(poolId, address);
    }

    @Override
    public GatewayNeed gatewayNeed(NetworkSettings settings) {
        NetworkOptions.NoGateway none = NetworkOptions.parse(settings.options()).noGateway();
        return new GatewayNeed(settings.internal() || none.v4(), settings.internal() || none.v6());
    }

    @Override
    public void createNetwork(NetworkRequest request) {
        presence.requireName();
        parts.networks.create(request);
        Chores.begin(executor, "keeping the reserve", parts.claims::keepReserve);
        listener.ifPresent(l -> l.created(request.networkId()));
    }

    @Override
    public void deleteNetwork(String networkId) {
        parts.endpoints.endAll(networkId);
        parts.networks.delete(networkId, listener);
    }

    @Override
    public void allocateNetwork(NetworkRequest request) {
        presence.requireName();
        parts.swarm.allocate(request);
        listener.ifPresent(NetworkEvents::allocated);
    }

    @Override
    public void freeNetwork(String networkId) {
        parts.swarm.free(networkId);
    }

    @Override
    public EndpointGrant createEndpoint(EndpointRequest request) {
        presence.requireName();
        return parts.endpoints.create(request);
    }

    @Override
    public void deleteEndpoint(String networkId, String endpointId) {
        parts.endpoints.delete(endpointId);
        listener.ifPresent(l -> l.left(networkId));
    }

    @Override
    public JoinGrant join(String networkId, String endpointId, String sandboxKey) {
        lookAtFirewall();
        JoinGrant grant = parts.endpoints.join(networkId, endpointId, sandboxKey);
        listener.ifPresent(NetworkEvents::joined);
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
