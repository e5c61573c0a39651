package io.patchbay.api;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Both halves of a driver that remember what they were asked and answer what a test has set. */
final class RecordingDrivers implements IpamDriver, NetworkDriver {
    static final MacAddress DERIVED = MacAddress.parse("02:50:0a:4d:00:05");

    record Release(String poolId, IpAddress address) {}

    record EndpointCall(String verb, String networkId, String endpointId) {}

    record JoinCall(String networkId, String endpointId, String sandboxKey) {}

    record Named(String verb, String id) {}

    final Queue<Object> seen = new ConcurrentLinkedQueue<>();
    volatile Runnable before = () -> {};
    volatile Supplier<JoinGrant> joinGrant = () -> new JoinGrant(
            "pb0123456789",
            "eth",
            Optional.empty(),
            Optional.of(IpAddress.parse("10.77.0.254")),
            Optional.empty(),
            List.of(),
            false);
    volatile Map<String, String> info = Map.of("link", "pb0123456789");

    Drivers drivers() {
        return new Drivers(this, this);
    }

    private void record(Object call) {
        seen.add(call);
        before.run();
    }

    @Override
    public PoolGrant requestPool(PoolRequest request) {
        record(request);
        return new PoolGrant("pool/1", request.subnet().orElse(Subnet.parse("10.210.0.0/24")));
    }

    @Override
    public void releasePool(String poolId) {
        record(new Named("releasePool", poolId));
    }

    @Override
    public Cidr requestAddress(AddressRequest request) {
        record(request);
        return new Cidr(request.address().orElse(IpAddress.parse("10.77.0.5")), 24);
    }

    @Override
    public void releaseAddress(String poolId, IpAddress address) {
        record(new Release(poolId, address));
    }

    @Override
    public GatewayNeed gatewayNeed(NetworkSettings settings) {
        record(settings);
        return new GatewayNeed(settings.internal(), true);
    }

    @Override
    public void createNetwork(NetworkRequest request) {
        record(request);
    }

    @Override
    public void deleteNetwork(String networkId) {
        record(new Named("deleteNetwork", networkId));
    }

    @Override
    public void allocateNetwork(NetworkRequest request) {
        record(request);
    }

    @Override
    public void freeNetwork(String networkId) {
        record(new Named("freeNetwork", networkId));
    }

    @Override
    public EndpointGrant createEndpoint(EndpointRequest request) {
        record(request);
        return new EndpointGrant(request.mac().isPresent() ? Optional.empty() : Optional.of(DERIVED));
    }

    @Override
    public void deleteEndpoint(String networkId, String endpointId) {
        record(new EndpointCall("deleteEndpoint", networkId, endpointId));
    }

    @Override
    public JoinGrant join(String networkId, String endpointId, String sandboxKey) {
        record(new JoinCall(networkId, endpointId, sandboxKey));
        return joinGrant.get();
    }

    @Override
    public void leave(String networkId, String endpointId) {
        record(new EndpointCall("leave", networkId, endpointId));
    }

    @Override
    public Map<String, String> endpointInfo(String networkId, String endpointId) {
        record(new EndpointCall("endpointInfo", networkId, endpointId));
        return info;
    }
}
