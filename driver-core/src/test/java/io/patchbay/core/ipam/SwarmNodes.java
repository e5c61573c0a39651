package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * Two nodes of a swarm with drivers of scope global, and what its leader and the nodes send, in the order of a live one
 * (20.10).
 */
abstract class SwarmNodes {
    static final String GATEWAY = "10.77.0.254";
    static final Map<String, String> SERIAL = Map.of("com.docker.network.ipam.serial", "true");
    static final Map<String, String> GATEWAY_TYPE =
            Map.of("RequestAddressType", "com.docker.network.gateway", "com.docker.network.ipam.serial", "true");
    static final String ID = "td4j6um1ncx2c5tdovk55l4ry";

    final World first = World.ofSwarm();
    final World second = first.neighbour("h2");

    @AfterEach
    void close() {
        second.close();
        first.close();
    }

    /** docker network create, at the leader; or the same again at the next one. */
    static String allocate(World leader, String id, Map<String, String> ipamOptions) {
        String pool = leader.ipam()
                .requestPool(new PoolRequest(
                        IpamDriver.GLOBAL_SPACE,
                        Optional.of(Subnet.parse(World.LAN)),
                        Optional.empty(),
                        ipamOptions,
                        false))
                .poolId();
        leader.ipam().requestAddress(new AddressRequest(pool, Optional.of(IpAddress.parse(GATEWAY)), GATEWAY_TYPE));
        leader.driver().network().allocateNetwork(request(id, ""));
        return pool;
    }

    static NetworkRequest request(String id, String space) {
        return request(id, space, IpAddress.parse(GATEWAY));
    }

    static NetworkRequest request(String id, String space, IpAddress gateway) {
        IpamData data = new IpamData(space, Subnet.parse(World.LAN), Optional.of(gateway), Map.of());
        return new NetworkRequest(id, new NetworkSettings(false, Map.of()), List.of(data));
    }

    /** docker network rm, at a leader that has heard of what the nodes did. */
    static void free(World leader, String id, String pool) {
        leader.awaitAllTold();
        leader.driver().network().freeNetwork(id);
        leader.ipam().releaseAddress(pool, IpAddress.parse(GATEWAY));
        leader.ipam().releasePool(pool);
    }

    static String any(World leader, String pool) {
        return leader.ipam()
                .requestAddress(new AddressRequest(pool, Optional.empty(), SERIAL))
                .address()
                .toString();
    }

    static void exactly(World leader, String pool, String address) {
        leader.ipam().requestAddress(new AddressRequest(pool, Optional.of(IpAddress.parse(address)), SERIAL));
    }

    /** The swarm needs an address no longer, and its leader has heard of what the nodes did with it. */
    static void release(World leader, String pool, String address) {
        leader.awaitAllTold();
        leader.ipam().releaseAddress(pool, IpAddress.parse(address));
    }

    /** A node's first task of the network. */
    static Network onNode(World node, String id) {
        NetworkPlan plan = NetworkPlan.of(World.LAN).withGateway(GATEWAY).withIpamOptions(SERIAL);
        String pool = node.requestPool(plan);
        IpAddress gateway = node.requestGateway(pool, plan.gateway());
        node.driver().network().createNetwork(request(id, IpamDriver.LOCAL_SPACE));
        return new Network(id, pool, plan, Optional.of(gateway));
    }

    /** The first node hears of what the second did a moment later. */
    void assertOwner(String address, String owner) {
        Await.until(
                address + " is " + owner + "'s",
                () -> first.claim(address)
                        .flatMap(ClaimView::host)
                        .orElse("nobody")
                        .equals(owner));
    }

    void assertNothingIsLeft() {
        assertThat(left()).isEmpty();
    }

    /** What is kept of pools, networks and claims. */
    List<String> left() {
        return first.store().list("").entries().stream()
                .map(entry -> entry.key())
                .filter(key -> key.matches("(pools|claims|networks|endpoints)/.*"))
                .toList();
    }
}
