package io.patchbay.core.testkit;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.contract.NetworkDriver.EndpointGrant;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.driver.Driver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What dockerd would send to a driver, in its order (protocol of 20.10, and from 28 the question before a network). */
public abstract class Dockerd {
    /** What {@code docker network create} was told. */
    public record NetworkPlan(
            String subnet,
            Optional<String> range,
            Optional<String> gateway,
            Map<String, String> aux,
            boolean internal,
            Map<String, String> options,
            Map<String, String> ipamOptions) {
        public static NetworkPlan of(String subnet) {
            return new NetworkPlan(subnet, Optional.empty(), Optional.empty(), Map.of(), false, Map.of(), Map.of());
        }

        public NetworkPlan withRange(String newRange) {
            return new NetworkPlan(subnet, Optional.of(newRange), gateway, aux, internal, options, ipamOptions);
        }

        public NetworkPlan withGateway(String newGateway) {
            return new NetworkPlan(subnet, range, Optional.of(newGateway), aux, internal, options, ipamOptions);
        }

        public NetworkPlan withAux(Map<String, String> newAux) {
            return new NetworkPlan(subnet, range, gateway, newAux, internal, options, ipamOptions);
        }

        public NetworkPlan withOptions(Map<String, String> newOptions) {
            return new NetworkPlan(subnet, range, gateway, aux, internal, newOptions, ipamOptions);
        }

        public NetworkPlan withIpamOptions(Map<String, String> newOptions) {
            return new NetworkPlan(subnet, range, gateway, aux, internal, options, newOptions);
        }

        public NetworkPlan asInternal() {
            return new NetworkPlan(subnet, range, gateway, aux, true, options, ipamOptions);
        }
    }

    /** A network as dockerd remembers it. */
    public record Network(String id, String poolId, NetworkPlan plan, Optional<IpAddress> gateway) {}

    /** A container as dockerd remembers it while it runs. */
    public record Container(Network network, String endpoint, Cidr address, String source) {
        public IpAddress ip() {
            return address.address();
        }

        /** The host end of its pair. */
        public String hostEnd() {
            return source.substring(0, source.length() - 1);
        }
    }

    private boolean old;

    private static final Map<String, String> GATEWAY = Map.of("RequestAddressType", "com.docker.network.gateway");

    /** The driver that it calls. */
    public abstract Driver driver();

    /** Another id, as dockerd makes them. */
    public abstract String newId();

    /** Takes the container end away from the host's namespace, and gives it its address there. */
    protected abstract void moveToSandbox(String containerEnd, Cidr address);

    public IpamDriver ipam() {
        return driver().ipam();
    }

    public String requestPool(NetworkPlan plan) {
        return ipam().requestPool(new PoolRequest(
                        IpamDriver.LOCAL_SPACE,
                        plan.subnet().isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(plan.subnet())),
                        plan.range().map(Subnet::parse),
                        plan.ipamOptions(),
                        false))
                .poolId();
    }

    public IpAddress requestGateway(String poolId, Optional<String> wanted) {
        return ipam().requestAddress(new AddressRequest(poolId, wanted.map(IpAddress::parse), GATEWAY))
                .address();
    }

    public Cidr requestAddress(String poolId, String wanted) {
        Optional<IpAddress> address = wanted.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(wanted));
        return ipam().requestAddress(new AddressRequest(poolId, address, Map.of()));
    }

    /** docker network create, whole; a failure releases what was taken, as dockerd does. */
    public Network createNetwork(NetworkPlan plan) {
        return createNetwork(newId(), plan);
    }

    protected final Network createNetwork(String id, NetworkPlan plan) {
        String poolId = requestPool(plan);
        Map<String, IpAddress> aux = new HashMap<>();
        Optional<IpAddress> gateway = Optional.empty();
        try {
            if (plan.gateway().isPresent() || isWantingGateway(plan)) {
                gateway = Optional.of(requestGateway(poolId, plan.gateway()));
            }
            plan.aux().forEach((name, text) -> {
                requestAddress(poolId, text);
                aux.put(name, IpAddress.parse(text));
            });
            driver().network().createNetwork(request(id, plan, gateway, aux));
            return new Network(id, poolId, plan, gateway);
        } catch (RuntimeException e) {
            gateway.ifPresent(address -> ipam().releaseAddress(poolId, address));
            aux.values().forEach(a -> ipam().releaseAddress(poolId, a));
            ipam().releasePool(poolId);
            throw e;
        }
    }

    /** What an engine does that does not ask first, as those before 28 do. */
    public void beOld() {
        old = true;
    }

    private boolean isWantingGateway(NetworkPlan plan) {
        NetworkSettings settings = new NetworkSettings(plan.internal(), plan.options());
        return old || !driver().network().gatewayNeed(settings).skipV4();
    }

    private static NetworkRequest request(
            String id, NetworkPlan plan, Optional<IpAddress> gateway, Map<String, IpAddress> aux) {
        IpamData data = new IpamData(IpamDriver.LOCAL_SPACE, Subnet.parse(plan.subnet()), gateway, aux);
        return new NetworkRequest(id, new NetworkSettings(plan.internal(), plan.options()), List.of(data));
    }

    /** docker network rm. */
    public void removeNetwork(Network network) {
        network.gateway().ifPresent(gateway -> ipam().releaseAddress(network.poolId(), gateway));
        network.plan().aux().values().forEach(a -> ipam().releaseAddress(network.poolId(), IpAddress.parse(a)));
        ipam().releasePool(network.poolId());
        driver().network().deleteNetwork(network.id());
    }

    /** docker run. */
    public Container run(Network network) {
        return run(network, "");
    }

    /** docker run --ip; a failing step is followed by what dockerd does then. */
    public Container run(Network network, String wanted) {
        return run(network, wanted, Optional.empty());
    }

    /** The same with {@code --mac-address}. */
    public Container run(Network network, String wanted, Optional<MacAddress> mac) {
        Cidr address = requestAddress(network.poolId(), wanted);
        String endpoint = newId();
        try {
            createEndpoint(network, endpoint, address, mac);
        } catch (RuntimeException e) {
            ipam().releaseAddress(network.poolId(), address.address());
            throw e;
        }
        NetworkDriver.JoinGrant grant;
        try {
            grant = driver().network()
                    .join(network.id(), endpoint, "/var/run/docker/netns/" + endpoint.substring(0, 12));
        } catch (RuntimeException e) {
            driver().network().deleteEndpoint(network.id(), endpoint);
            ipam().releaseAddress(network.poolId(), address.address());
            throw e;
        }
        moveToSandbox(grant.source(), address);
        return new Container(network, endpoint, address, grant.source());
    }

    public EndpointGrant createEndpoint(Network network, String endpoint, Cidr address) {
        return createEndpoint(network, endpoint, address, Optional.empty());
    }

    private EndpointGrant createEndpoint(Network network, String endpoint, Cidr address, Optional<MacAddress> mac) {
        return driver().network()
                .createEndpoint(new EndpointRequest(network.id(), endpoint, List.of(address), mac, Map.of()));
    }

    /** docker stop. */
    public void stop(Container container) {
        driver().network().leave(container.network().id(), container.endpoint());
        driver().network().deleteEndpoint(container.network().id(), container.endpoint());
        ipam().releaseAddress(container.network().poolId(), container.ip());
    }
}
