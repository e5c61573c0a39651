package io.patchbay.core.testkit;

import io.patchbay.core.Driver;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.host.Inspection.ClaimView;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.core.ipam.IpamDriver;
import io.patchbay.core.ipam.IpamDriver.AddressRequest;
import io.patchbay.core.ipam.IpamDriver.PoolRequest;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.network.NetworkDriver;
import io.patchbay.core.network.NetworkDriver.EndpointGrant;
import io.patchbay.core.network.NetworkDriver.EndpointRequest;
import io.patchbay.core.network.NetworkDriver.IpamData;
import io.patchbay.core.network.NetworkDriver.NetworkRequest;
import io.patchbay.core.network.NetworkDriver.NetworkSettings;
import io.patchbay.core.store.MemoryStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One host for tests of the driver: the real core on a store, a kernel and a firewall in memory, and what dockerd would send, in its order (protocol of 20.10).
 */
public final class World implements AutoCloseable {
    public static final String LAN = "10.77.0.0/24";
    private static final Map<String, String> GATEWAY = Map.of("RequestAddressType", "com.docker.network.gateway");

    public final FakeLinks links;
    public final FakeForwarding forwarding;
    public final ManualTime time;
    private final String host;
    private final List<AutoRange> autoPools;
    private final AtomicLong ids;
    private MemoryStore store;
    private ScheduledExecutorService executor;
    private Driver driver;

    public World() {
        this(List.of());
    }

    public World(List<AutoRange> autoPools) {
        this("h1", new MemoryStore(), new ManualTime(), autoPools, new AtomicLong());
    }

    private World(String host, MemoryStore store, ManualTime time, List<AutoRange> autoPools, AtomicLong ids) {
        this.host = host;
        this.store = store;
        this.time = time;
        this.autoPools = autoPools;
        this.ids = ids;
        this.links = new FakeLinks();
        this.forwarding = new FakeForwarding();
        addBridge("br0");
        links.addForeign("eth0", MacAddress.parse("02:77:00:00:00:01"), Optional.of("br0"));
        this.executor = Executors.newScheduledThreadPool(3);
        this.driver = newDriver();
        driver.start();
    }

    /** Another host on the same store. */
    public World neighbour(String name) {
        return new World(name, store, time, autoPools, ids);
    }

    public void addBridge(String name) {
        links.ensureBridge(
                new BridgeSpec(name, MacAddress.parse("02:77:00:00:00:01"), OptionalInt.empty(), Optional.empty()));
    }

    private Driver newDriver() {
        Driver.Settings settings =
                new Driver.Settings(host, "br0", true, autoPools, Duration.ofMinutes(1), Duration.ofMinutes(1));
        return new Driver(settings, store, links, forwarding, time, new Random(ids.incrementAndGet()), executor);
    }

    /** The daemon is killed and started again; the store and the kernel are as they were. */
    public void restartDaemon() {
        stopDaemon();
        store = store.reopen();
        executor = Executors.newScheduledThreadPool(3);
        driver = newDriver();
        driver.start();
    }

    private void stopDaemon() {
        driver.close();
        executor.shutdownNow();
    }

    public MemoryStore store() {
        return store;
    }

    public Driver driver() {
        return driver;
    }

    public IpamDriver ipam() {
        return driver.ipam();
    }

    public String newId() {
        return String.format("%016x", ids.incrementAndGet() * 0x9e3779b97f4a7c15L)
                .repeat(4);
    }

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
    public record Network(String id, String poolId, NetworkPlan plan, IpAddress gateway) {}

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
        String poolId = requestPool(plan);
        Map<String, IpAddress> aux = new HashMap<>();
        IpAddress gateway = null;
        try {
            gateway = requestGateway(poolId, plan.gateway());
            plan.aux().forEach((name, text) -> {
                requestAddress(poolId, text);
                aux.put(name, IpAddress.parse(text));
            });
            String id = newId();
            driver.createNetwork(request(id, plan, gateway, aux));
            return new Network(id, poolId, plan, gateway);
        } catch (RuntimeException e) {
            if (gateway != null) {
                ipam().releaseAddress(poolId, gateway);
            }
            aux.values().forEach(a -> ipam().releaseAddress(poolId, a));
            ipam().releasePool(poolId);
            throw e;
        }
    }

    private static NetworkRequest request(String id, NetworkPlan plan, IpAddress gateway, Map<String, IpAddress> aux) {
        IpamData data = new IpamData(IpamDriver.LOCAL_SPACE, Subnet.parse(plan.subnet()), Optional.of(gateway), aux);
        return new NetworkRequest(id, new NetworkSettings(plan.internal(), plan.options()), List.of(data));
    }

    /** docker network rm. */
    public void removeNetwork(Network network) {
        ipam().releaseAddress(network.poolId(), network.gateway());
        network.plan().aux().values().forEach(a -> ipam().releaseAddress(network.poolId(), IpAddress.parse(a)));
        ipam().releasePool(network.poolId());
        driver.deleteNetwork(network.id());
    }

    /** docker run. */
    public Container run(Network network) {
        return run(network, "");
    }

    /** docker run --ip; a failing step is followed by what dockerd does then. */
    public Container run(Network network, String wanted) {
        Cidr address = requestAddress(network.poolId(), wanted);
        String endpoint = newId();
        try {
            createEndpoint(network, endpoint, address);
        } catch (RuntimeException e) {
            ipam().releaseAddress(network.poolId(), address.address());
            throw e;
        }
        NetworkDriver.JoinGrant grant;
        try {
            grant = driver.join(network.id(), endpoint, "/var/run/docker/netns/" + endpoint.substring(0, 12));
        } catch (RuntimeException e) {
            driver.deleteEndpoint(network.id(), endpoint);
            ipam().releaseAddress(network.poolId(), address.address());
            throw e;
        }
        links.moveToSandbox(grant.source());
        return new Container(network, endpoint, address, grant.source());
    }

    public EndpointGrant createEndpoint(Network network, String endpoint, Cidr address) {
        return driver.createEndpoint(
                new EndpointRequest(network.id(), endpoint, List.of(address), Optional.empty(), Map.of()));
    }

    /** docker stop. */
    public void stop(Container container) {
        driver.leave(container.network().id(), container.endpoint());
        driver.deleteEndpoint(container.network().id(), container.endpoint());
        ipam().releaseAddress(container.network().poolId(), container.ip());
    }

    /** The claim on an address; absent is empty. */
    public Optional<ClaimView> claim(String address) {
        return driver.inspection().claims().stream()
                .filter(c -> c.address().equals(address))
                .findFirst();
    }

    /** Links of ours that the kernel has. */
    public List<String> ourLinks() {
        return links.list().stream().filter(l -> l.isOurs()).map(l -> l.name()).toList();
    }

    /** Reconciles twice with so much time between that everything left behind is overdue. */
    public void reconcileAfterGrace() {
        driver.reconcile();
        time.pass(Duration.ofMinutes(3));
        driver.reconcile();
        time.pass(Duration.ofMinutes(3));
        driver.reconcile();
    }

    @Override
    public void close() {
        stopDaemon();
    }
}
