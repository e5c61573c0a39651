package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pair has of its network and of the LAN: MTUs, routers, ways out. */
final class PairsTest {
    private final World world = World.ofClusterStepByStep(0);
    private final Network network =
            world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));

    @AfterEach
    void close() {
        world.close();
    }

    private Container runWithMtu(String mtu) {
        Network small = world.createNetwork(
                NetworkPlan.of(World.LAN).withGateway("10.77.0.254").withOptions(Map.of(NetworkOptions.MTU, mtu)));
        String endpoint = world.newId();
        Cidr address = world.requestAddress(small.poolId(), "");
        world.createEndpoint(small, endpoint, address);
        return new Container(
                small,
                endpoint,
                address,
                world.driver()
                        .network()
                        .join(small.id(), endpoint, "/var/run/docker/netns/" + endpoint)
                        .source());
    }

    private int mtu(String link) {
        return world.links.find(link).orElseThrow().mtu();
    }

    @Test
    void anMtuOfANetworkIsItsContainersAlone() {
        Container small = runWithMtu("1280");
        assertThat(mtu(small.source())).isEqualTo(1280);
        assertThat(mtu(small.hostEnd())).isEqualTo(1500);
        assertThat(mtu("br0")).isEqualTo(1500);
        assertThat(mtu(runWithMtu("9000").source())).isEqualTo(9000);
        assertThat(mtu("br0")).isEqualTo(1500);
    }

    @Test
    void theMtuByDefaultIsTheUplinksAlsoWhenTheBridgesIsLess() {
        world.links.setMtu("br0", 1200);
        assertThat(mtu(joined(network, List.of(world.requestAddress(network.poolId(), "")))
                        .source()))
                .isEqualTo(1500);
        world.links.setMtu("eth0", 1400);
        world.time.pass(Duration.ofSeconds(5));
        assertThat(mtu(joined(network, List.of(world.requestAddress(network.poolId(), "")))
                        .source()))
                .isEqualTo(1400);
    }

    private Container joined(Network on, List<Cidr> addresses) {
        String endpoint = world.newId();
        world.driver()
                .network()
                .createEndpoint(new EndpointRequest(on.id(), endpoint, addresses, Optional.empty(), Map.of()));
        JoinGrant grant = world.driver().network().join(on.id(), endpoint, "/" + endpoint);
        return new Container(on, endpoint, addresses.get(0), grant.source());
    }

    @Test
    void routersAreHeardOnlyWhereTheNetworkSaysSo() {
        List<Cidr> one = List.of(Cidr.parse("10.77.0.9/24"));
        assertThat(world.links.letsRaThrough(joined(network, one).hostEnd())).isFalse();
        Network open = world.createNetwork(NetworkPlan.of("10.78.0.0/24")
                .withGateway("10.78.0.254")
                .withOptions(Map.of(NetworkOptions.RA, "accept")));
        List<Cidr> other = List.of(Cidr.parse("10.78.0.9/24"));
        assertThat(world.links.letsRaThrough(joined(open, other).hostEnd())).isTrue();
        Network internal = world.createNetwork(NetworkPlan.of("10.79.0.0/24")
                .asInternal()
                .withGateway("10.79.0.254")
                .withOptions(Map.of(NetworkOptions.BRIDGE, "br0")));
        List<Cidr> inside = List.of(Cidr.parse("10.79.0.9/24"));
        assertThat(world.links.letsRaThrough(joined(internal, inside).hostEnd()))
                .isFalse();
    }

    @Test
    void aKernelThatCannotKeepRoutersOutKeepsNoContainerDown() {
        world.links.failNext(FakeLinks.Verb.DROP_RA, new PatchbayException(Kind.KERNEL, "EOPNOTSUPP"));
        List<Cidr> one = List.of(Cidr.parse("10.77.0.9/24"));
        String hostEnd = joined(network, one).hostEnd();
        assertThat(world.links.letsRaThrough(hostEnd)).isTrue();
        world.restartDaemon();
        world.background();
        Await.until("tried again", () -> !world.links.letsRaThrough(hostEnd));
    }

    private void refusesToDropRa() {
        world.links.failNext(FakeLinks.Verb.DROP_RA, new PatchbayException(Kind.KERNEL, "EOPNOTSUPP"));
    }

    @Test
    void aKernelThatCannotIsNotAskedForEachJoin() {
        refusesToDropRa();
        joined(network, List.of(Cidr.parse("10.77.0.9/24")));
        joined(network, List.of(Cidr.parse("10.77.0.10/24")));
        assertThat(world.links.calls(FakeLinks.Verb.DROP_RA)).isEqualTo(1);
        world.time.pass(Duration.ofMinutes(1));
        String hostEnd = joined(network, List.of(Cidr.parse("10.77.0.11/24"))).hostEnd();
        assertThat(world.links.letsRaThrough(hostEnd)).isFalse();
    }

    @Test
    void aStartDoesNotWaitForRoutersAndLeavesOwnBridgesOut() {
        try (World stepwise = World.ofClusterStepByStep(0)) {
            Network lan = stepwise.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
            Network own = stepwise.createNetwork(NetworkPlan.of("10.79.0.0/24").asInternal());
            stepwise.run(lan);
            stepwise.run(own);
            int before = stepwise.links.calls(FakeLinks.Verb.DROP_RA);
            stepwise.restartDaemon();
            assertThat(stepwise.links.calls(FakeLinks.Verb.DROP_RA)).isEqualTo(before);
            stepwise.background();
            assertThat(stepwise.links.calls(FakeLinks.Verb.DROP_RA)).isEqualTo(before + 1);
        }
    }

    @Test
    void theLansMtuIsNotLookedUpForEachJoinAndFailsNone() {
        world.links.failNext(FakeLinks.Verb.LIST, new PatchbayException(Kind.KERNEL, "ENOBUFS"));
        world.links.setMtu("br0", 1200);
        assertThat(mtu(joined(network, List.of(Cidr.parse("10.77.0.9/24"))).source()))
                .as("as without an uplink")
                .isEqualTo(1200);
        joined(network, List.of(Cidr.parse("10.77.0.10/24")));
        int before = world.links.calls(FakeLinks.Verb.LIST);
        assertThat(mtu(joined(network, List.of(Cidr.parse("10.77.0.11/24"))).source()))
                .isEqualTo(1500);
        assertThat(world.links.calls(FakeLinks.Verb.LIST)).isEqualTo(before);
        world.time.pass(Duration.ofSeconds(5));
        world.links.failNext(FakeLinks.Verb.LIST, new PatchbayException(Kind.KERNEL, "ENOBUFS"));
        assertThat(mtu(joined(network, List.of(Cidr.parse("10.77.0.12/24"))).source()))
                .as("the last known")
                .isEqualTo(1500);
    }

    @Test
    void aGatewayIsLeftOutByFamily() {
        for (String none : List.of("none4", "none6")) {
            NetworkRequest request = new NetworkRequest(
                    world.newId(),
                    new NetworkSettings(false, Map.of(NetworkOptions.GATEWAY, none)),
                    List.of(data("10.78.0.0/24", "10.78.0.254"), data("fd78::/64", "fd78::fe")));
            world.driver().network().createNetwork(request);
            String endpoint = world.newId();
            world.driver()
                    .network()
                    .createEndpoint(new EndpointRequest(
                            request.networkId(),
                            endpoint,
                            List.of(Cidr.parse("10.78.0.9/24"), Cidr.parse("fd78::9/64")),
                            Optional.empty(),
                            Map.of()));
            JoinGrant grant = world.driver().network().join(request.networkId(), endpoint, "/" + endpoint);
            assertThat(grant.gateway().isPresent()).as(none).isEqualTo(none.equals("none6"));
            assertThat(grant.gatewayV6().isPresent()).as(none).isEqualTo(none.equals("none4"));
            assertThat(grant.withoutGatewayService()).as(none).isEqualTo(none.equals("none4"));
            assertThat(grant.routes()).as(none).hasSize(none.equals("none4") ? 2 : 0);
        }
    }

    @Test
    void anAddressOutsideTheNetworksSubnetsIsRefused() {
        assertThatThrownBy(() -> joined(network, List.of(Cidr.parse("10.78.0.9/24"))))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessageStartingWith("address 10.78.0.9 lies in no subnet of network " + network.id())
                .hasMessageEndingWith("which has [10.77.0.0/24]");
        // an IPAM driver that says nothing of its subnets gives what it likes
        NetworkRequest bare = new NetworkRequest(world.newId(), new NetworkSettings(false, Map.of()), List.of());
        world.driver().network().createNetwork(bare);
        world.driver()
                .network()
                .createEndpoint(new EndpointRequest(
                        bare.networkId(),
                        world.newId(),
                        List.of(Cidr.parse("10.78.0.9/24")),
                        Optional.empty(),
                        Map.of()));
    }

    @Test
    void aContainerIsOnOneNetworkOfASubnetOnly() {
        Network again = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
        Network apart = world.createNetwork(NetworkPlan.of("10.78.0.0/24"));
        String first = created(network, "10.77.0.9/24");
        world.driver().network().join(network.id(), first, "/sandbox");
        String second = created(again, "10.77.0.10/24");
        assertThatThrownBy(() -> world.driver().network().join(again.id(), second, "/sandbox"))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("the container is on network " + network.id()
                        + " with 10.77.0.9/24 already; a container can be on one network of a subnet only, and "
                        + again.id() + " has the same; if it was connected while the container ran, the engine has"
                        + " noted it all the same: stop the container, docker network disconnect it and start it, or"
                        + " it does not start again");
        assertThat(world.ourLinks()).hasSize(2);
        String third = created(apart, "10.78.0.9/24");
        world.driver().network().join(apart.id(), third, "/sandbox");
        world.driver().network().join(network.id(), first, "/sandbox");
        // and it is free to come once it has left the other
        world.driver().network().leave(network.id(), first);
        world.driver().network().deleteEndpoint(network.id(), first);
        world.driver().network().join(again.id(), second, "/sandbox");
    }

    private String created(Network on, String address) {
        String endpoint = world.newId();
        world.createEndpoint(on, endpoint, Cidr.parse(address));
        return endpoint;
    }

    private static IpamData data(String subnet, String gateway) {
        return new IpamData("foreign", Subnet.parse(subnet), Optional.of(IpAddress.parse(gateway)), Map.of());
    }
}
