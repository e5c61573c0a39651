package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.contract.NetworkDriver.EndpointGrant;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.EndpointView;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints from create to delete; the numbers are those of the protocol's conformance list, section Endpoint. */
final class EndpointsTest {
    private final World world = new World();
    private final Network network =
            world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));

    @AfterEach
    void close() {
        world.close();
    }

    private EndpointGrant create(String endpoint, String address, Optional<MacAddress> mac) {
        return world.driver()
                .network()
                .createEndpoint(
                        new EndpointRequest(network.id(), endpoint, List.of(Cidr.parse(address)), mac, Map.of()));
    }

    private JoinGrant join(String endpoint) {
        return world.driver().network().join(network.id(), endpoint, "/var/run/docker/netns/" + endpoint);
    }

    @Test
    void c38c39AMacIsAnsweredOnlyWhenNoneWasGivenAndComesFromTheAddress() {
        Cidr address = world.requestAddress(network.poolId(), "");
        assertThat(create(world.newId(), address.toString(), Optional.empty()).mac())
                .contains(MacAddress.parse("02:50:0a:4d:00:01"));
        Cidr other = world.requestAddress(network.poolId(), "");
        MacAddress given = MacAddress.parse("02:11:22:33:44:55");
        assertThat(create(world.newId(), other.toString(), Optional.of(given)).mac())
                .isEmpty();
    }

    @Test
    void aRepeatedCreateIsAnsweredTheSameAndAnotherOneRefused() {
        String endpoint = world.newId();
        Cidr address = world.requestAddress(network.poolId(), "");
        EndpointGrant grant = create(endpoint, address.toString(), Optional.empty());
        assertThat(create(endpoint, address.toString(), Optional.empty())).isEqualTo(grant);
        assertThatThrownBy(() -> create(endpoint, "10.77.0.99/24", Optional.empty()))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void aGivenMacOfAnotherLivingContainerIsRefused() {
        MacAddress mac = MacAddress.parse("02:11:22:33:44:55");
        String first = world.newId();
        create(first, world.requestAddress(network.poolId(), "").toString(), Optional.of(mac));
        world.links.moveToSandbox(join(first).source());
        String address = world.requestAddress(network.poolId(), "").toString();
        assertThatThrownBy(() -> create(world.newId(), address, Optional.of(mac)))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("MAC address 02:11:22:33:44:55 is that of endpoint " + first);
        assertThatThrownBy(() -> create(world.newId(), address, Optional.of(MacAddress.parse("01:00:5e:00:00:01"))))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("group address");
    }

    @Test
    void c65OptionsOfOthersAreAcceptedAndUnknownOnesOfOursRefused() {
        String address = world.requestAddress(network.poolId(), "").toString();
        EndpointRequest others = new EndpointRequest(
                network.id(), world.newId(), List.of(Cidr.parse(address)), Optional.empty(), Map.of("foo", "bar"));
        world.driver().network().createEndpoint(others);
        EndpointRequest ours = new EndpointRequest(
                network.id(), world.newId(), List.of(), Optional.empty(), Map.of("io.patchbay.mtu", "1400"));
        assertThatThrownBy(() -> world.driver().network().createEndpoint(ours))
                .hasMessageStartingWith("option io.patchbay.mtu=1400 is not known for an endpoint");
    }

    @Test
    void c42JoinOfAnUnknownEndpointIsNotFound() {
        assertThatThrownBy(() -> join(world.newId()))
                .isInstanceOf(PatchbayException.class)
                .satisfies(e -> assertThat(((PatchbayException) e).kind()).isEqualTo(Kind.NOT_FOUND));
    }

    @Test
    void c43c44JoinMakesOnePairAndRepeatsIt() {
        String endpoint = world.newId();
        create(endpoint, world.requestAddress(network.poolId(), "").toString(), Optional.empty());
        JoinGrant grant = join(endpoint);
        assertThat(join(endpoint)).isEqualTo(grant);
        assertThat(grant.source()).hasSizeLessThanOrEqualTo(15);
        assertThat(world.ourLinks()).hasSize(2).contains(grant.source());
        assertThat(grant.gateway()).contains(IpAddress.parse("10.77.0.254"));
        assertThat(grant.targetPrefix()).isEqualTo("eth");
        assertThat(grant.withoutGatewayService()).isFalse();
        assertThat(world.links.find(grant.source()).orElseThrow().mac())
                .isEqualTo(MacAddress.parse("02:50:0a:4d:00:01"));
    }

    @Test
    void aJoinThatTheKernelRefusesLeavesNothing() {
        String endpoint = world.newId();
        create(endpoint, world.requestAddress(network.poolId(), "").toString(), Optional.empty());
        world.links.failNext(FakeLinks.Verb.CREATE_VETH, new PatchbayException(Kind.KERNEL, "create veth: ENOMEM"));
        assertThatThrownBy(() -> join(endpoint)).hasMessage("create veth: ENOMEM");
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void aJoinThatCannotBeRecordedTakesItsPairBack() {
        String endpoint = world.newId();
        create(endpoint, world.requestAddress(network.poolId(), "").toString(), Optional.empty());
        world.store().failNextCommits(1, io.patchbay.core.store.MemoryStore.Failure.BEFORE);
        assertThatThrownBy(() -> join(endpoint))
                .isInstanceOf(PatchbayException.class)
                .satisfies(e -> assertThat(((PatchbayException) e).kind()).isEqualTo(Kind.UNAVAILABLE));
        assertThat(world.ourLinks()).isEmpty();
        join(endpoint);
        assertThat(world.ourLinks()).hasSize(2);
    }

    @Test
    void c47c48ANetworkWithoutAWayOutNeedsNoGatewayService() {
        Network internal =
                world.createNetwork(NetworkPlan.of("10.78.0.0/24").asInternal().withGateway("10.78.0.254"));
        String endpoint = world.newId();
        world.createEndpoint(internal, endpoint, world.requestAddress(internal.poolId(), ""));
        JoinGrant grant = world.driver().network().join(internal.id(), endpoint, "/" + endpoint);
        assertThat(grant.gateway()).isEmpty();
        assertThat(grant.withoutGatewayService()).isTrue();
        assertThat(world.links.find("pb-" + internal.id().substring(0, 12))).isPresent();
    }

    @Test
    void c49StaticRoutesAndTheInterfaceNameComeFromTheOptions() {
        Network routed = world.createNetwork(NetworkPlan.of("10.79.0.0/24")
                .withOptions(Map.of(
                        "io.patchbay.routes", "10.9.0.0/16 via 10.79.0.7, 10.8.0.0/24",
                        "com.docker.network.container_iface_prefix", "lan",
                        "io.patchbay.gateway", "none")));
        String endpoint = world.newId();
        world.createEndpoint(routed, endpoint, world.requestAddress(routed.poolId(), ""));
        JoinGrant grant = world.driver().network().join(routed.id(), endpoint, "/" + endpoint);
        assertThat(grant.targetPrefix()).isEqualTo("lan");
        assertThat(grant.gateway()).isEmpty();
        assertThat(grant.routes()).extracting(StaticRoute::toString).hasSize(2);
        assertThat(grant.routes().get(0).nextHop()).contains(IpAddress.parse("10.79.0.7"));
    }

    @Test
    void c50c51AfterLeaveAndDeleteNothingIsLeftAndRepeatingDoesNothing() {
        Container container = world.run(network);
        world.stop(container);
        assertThat(world.ourLinks()).isEmpty();
        world.driver().network().deleteEndpoint(network.id(), container.endpoint());
        world.driver().network().leave(network.id(), container.endpoint());
        world.driver().network().deleteEndpoint(network.id(), world.newId());
        world.driver().network().deleteEndpoint(network.id(), "nonsense");
        world.driver().network().leave(network.id(), "nonsense");
        assertThat(world.driver().inspection().endpoints()).isEmpty();
    }

    @Test
    void c51DeleteWithoutLeaveTakesTheLinks() {
        Container container = world.run(network);
        world.driver().network().deleteEndpoint(network.id(), container.endpoint());
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void anAddressIsNotFreeWhileItsLinkCannotBeDeleted() {
        Container container = world.run(network);
        world.links.failNext(FakeLinks.Verb.DELETE, new PatchbayException(Kind.KERNEL, "delete: EBUSY"));
        assertThatThrownBy(() -> world.driver().network().deleteEndpoint(network.id(), container.endpoint()))
                .hasMessage("delete: EBUSY");
        world.ipam().releaseAddress(network.poolId(), container.ip());
        assertThat(world.claim(container.ip().toString()))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("bound"));
    }

    @Test
    void aContainerIsAnnouncedOnceItsEndIsUp() {
        String endpoint = world.newId();
        Cidr address = world.requestAddress(network.poolId(), "");
        world.createEndpoint(network, endpoint, address);
        JoinGrant grant = join(endpoint);
        assertThat(world.links.announcements()).isEmpty();
        world.links.moveToSandbox(grant.source());
        Await.until("an announcement", () -> !world.links.announcements().isEmpty());
        Announcement announcement = world.links.announcements().get(0);
        assertThat(announcement.bridge()).isEqualTo("br0");
        assertThat(announcement.addresses()).containsExactly(address.address());
        assertThat(announcement.mac()).isEqualTo(MacAddress.parse("02:50:0a:4d:00:01"));
    }

    @Test
    void c60ParallelStartsGetDifferentAddressesAndEveryOneIsRecorded() throws Exception {
        Set<IpAddress> addresses = ConcurrentHashMap.newKeySet();
        var pool = Executors.newFixedThreadPool(16);
        try {
            var runs = IntStream.range(0, 100)
                    .mapToObj(i ->
                            pool.submit(() -> addresses.add(world.run(network).ip())))
                    .toList();
            for (var run : runs) {
                assertThat(run.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(addresses).hasSize(100);
        assertThat(world.driver().inspection().endpoints())
                .extracting(EndpointView::state)
                .hasSize(100)
                .containsOnly("joined");
    }

    @Test
    void c90AfterACrashTheSameAddressCanBeHadAgainAtOnce() {
        Container container = world.run(network, "10.77.0.9");
        world.links.destroySandbox(container.hostEnd());
        assertThat(world.run(network, "10.77.0.9").ip()).hasToString("10.77.0.9");
        assertThat(world.driver().inspection().endpoints()).hasSize(1);
    }

    @Test
    void aReleaseForAnEndpointWhoseLinkIsGoneFreesItsAddress() {
        Container container = world.run(network);
        world.links.destroySandbox(container.hostEnd());
        world.ipam().releaseAddress(network.poolId(), container.ip());
        assertThat(world.claim(container.ip().toString()))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("held"));
        assertThat(world.driver().inspection().endpoints()).isEmpty();
    }

    @Test
    void anAddressOfAnotherIpamDriverIsUsedWithoutAClaim() {
        var request = new io.patchbay.core.contract.NetworkDriver.NetworkRequest(
                world.newId(),
                new io.patchbay.core.contract.NetworkDriver.NetworkSettings(false, Map.of()),
                List.of(new io.patchbay.core.contract.NetworkDriver.IpamData(
                        "LocalDefault",
                        io.patchbay.core.addr.Subnet.parse("172.30.0.0/16"),
                        Optional.of(IpAddress.parse("172.30.0.1")),
                        Map.of())));
        world.driver().network().createNetwork(request);
        String endpoint = world.newId();
        world.driver()
                .network()
                .createEndpoint(new EndpointRequest(
                        request.networkId(),
                        endpoint,
                        List.of(Cidr.parse("172.30.0.2/16")),
                        Optional.empty(),
                        Map.of()));
        JoinGrant grant = world.driver().network().join(request.networkId(), endpoint, "/" + endpoint);
        assertThat(grant.gateway()).contains(IpAddress.parse("172.30.0.1"));
        assertThat(world.claim("172.30.0.2")).isEmpty();
    }
}
