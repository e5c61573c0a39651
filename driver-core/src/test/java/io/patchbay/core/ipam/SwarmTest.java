package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scope global: one address, asked for by the leader and by the node. */
final class SwarmTest extends SwarmNodes {
    @Test
    void leaderAndNodeHaveOneClaimAndEachGivesItBack() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        assertOwner(address, "@swarm");
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        assertOwner(address, "h2");
        second.stop(task);
        assertOwner(address, "@swarm");
        release(first, pool, address);
        assertOwner(address, "nobody");
        second.removeNetwork(network);
        free(first, ID, pool);
        assertNothingIsLeft();
    }

    @Test
    void aNetworkWithoutAGatewayHasNoneOnAnyNode() {
        String pool = first.ipam()
                .requestPool(new PoolRequest(
                        IpamDriver.GLOBAL_SPACE,
                        Optional.of(Subnet.parse(World.LAN)),
                        Optional.empty(),
                        Map.of(),
                        false))
                .poolId();
        IpAddress none = first.requestGateway(pool, Optional.empty());
        assertThat(none).as("no station's").hasToString("10.77.0.0");
        assertThat(first.requestGateway(pool, Optional.of("10.77.0.0")))
                .as("a new leader tells it again")
                .isEqualTo(none);
        first.driver().network().allocateNetwork(request(ID, "", none));
        NetworkPlan plan = NetworkPlan.of(World.LAN).withGateway("10.77.0.0").withIpamOptions(SERIAL);
        String its = second.requestPool(plan);
        second.requestGateway(its, plan.gateway());
        second.driver().network().createNetwork(request(ID, IpamDriver.LOCAL_SPACE, none));
        Network network = new Network(ID, its, plan, Optional.of(none));
        Container task = second.run(network, any(first, pool));
        assertThat(second.driver().network().join(ID, task.endpoint(), "/again").gateway())
                .isEmpty();
        second.stop(task);
        second.removeNetwork(network);
        release(first, pool, task.ip().toString());
        first.driver().network().freeNetwork(ID);
        first.ipam().releaseAddress(pool, none);
        first.ipam().releasePool(pool);
        assertNothingIsLeft();
    }

    @Test
    void theLeaderMayGiveBackFirst() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        release(first, pool, address);
        assertOwner(address, "h2");
        assertThatThrownBy(() -> exactly(first, pool, address)).hasMessageContaining("on host h2");
        second.stop(task);
        second.reconcileAfterGrace();
        assertOwner(address, "nobody");
    }

    @Test
    void aStackThatGoesTakesTheNetworkBeforeItsTasks() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        String unused = any(first, pool);
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        free(first, ID, pool);
        assertOwner(unused, "nobody");
        assertOwner(address, "h2");
        String again = allocate(first, "ok8v3v25zvsuvg93e1f7cpoqq", Map.of());
        second.stop(task);
        second.removeNetwork(network);
        second.reconcileAfterGrace();
        assertOwner(address, "nobody");
        free(first, "ok8v3v25zvsuvg93e1f7cpoqq", again);
        assertNothingIsLeft();
    }

    @Test
    void theSameFixedAddressTwiceIsRefused() {
        String pool = allocate(first, ID, Map.of());
        exactly(first, pool, "10.77.0.50");
        assertThatThrownBy(() -> exactly(first, pool, "10.77.0.50")).hasMessageContaining("10.77.0.50");
        assertThatThrownBy(() -> exactly(first, pool, GATEWAY)).hasMessageContaining("gateway");
    }

    @Test
    void aRangeHoldsExactlyItsAddresses() {
        String whole = allocate(first, ID, Map.of());
        String three =
                allocate(first, "ok8v3v25zvsuvg93e1f7cpoqq", Map.of("io.patchbay.range", "10.77.0.50-10.77.0.52"));
        assertThat(three).isNotEqualTo(whole);
        assertThat(List.of(any(first, three), any(first, three), any(first, three)))
                .containsExactlyInAnyOrder("10.77.0.50", "10.77.0.51", "10.77.0.52");
        assertThatThrownBy(() -> any(first, three)).hasMessageContaining("no address left");
        release(first, three, "10.77.0.51");
        assertThat(any(first, three)).isEqualTo("10.77.0.51");
    }

    @Test
    void anotherNetworksContainerDoesNotGetWhatTheLeaderAllocated() {
        String pool = allocate(first, ID, Map.of());
        String vip = any(first, pool);
        Network single = second.createNetwork(NetworkPlan.of(World.LAN).withGateway(GATEWAY));
        assertThatThrownBy(() -> second.run(single, vip)).hasMessageContaining("allocated by the swarm's leader");
        assertOwner(vip, "@swarm");
    }

    @Test
    void aContainerThatCrashedGivesTheLeaderItsAddressBack() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        second.links.destroySandbox(task.hostEnd());
        second.reconcileAfterGrace();
        assertOwner(address, "@swarm");
        second.removeNetwork(network);
        assertOwner(address, "@swarm");
    }

    @Test
    void aNodeWhoseEngineWasKilledMakesTheNetworkAgainAndItsOldPoolUserGoes() {
        String pool = allocate(first, ID, Map.of());
        Network before = onNode(second, ID);
        Container killed = second.run(before, any(first, pool));
        first.time.pass(Duration.ofMinutes(5));
        Network after = onNode(second, ID);
        String address = any(first, pool);
        Container task = second.run(after, address);
        assertOwner(address, "h2");
        second.stop(killed);
        second.stop(task);
        second.removeNetwork(after);
        second.reconcileAfterGrace();
        release(first, pool, address);
        release(first, pool, killed.ip().toString());
        free(first, ID, pool);
        assertNothingIsLeft();
    }

    @Test
    void aNetworkOfASingleHostIsRefused() {
        String pool = allocate(first, ID, Map.of());
        assertThat(pool).endsWith("@swarm");
        assertThatThrownBy(() ->
                        first.driver().network().createNetwork(request("0123456789abcdef", IpamDriver.GLOBAL_SPACE)))
                .hasMessageContaining("use scope local");
    }

    @Test
    void withScopeLocalTheLeadersSpaceIsNotServed() {
        try (World local = new World()) {
            assertThatThrownBy(() -> allocate(local, ID, Map.of())).hasMessageContaining("patchbay-global");
        }
    }
}
