package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolGrant;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address half on one host; the numbers are those of the protocol's conformance list, section IPAM. */
final class IpamTest {
    private final World world =
            new World(List.of(AutoRange.parse("10.210.0.0/22:24"), AutoRange.parse("fd21::/48:64")));

    @AfterEach
    void close() {
        world.close();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Kind kind, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOf(PatchbayException.class)
                .satisfies(e -> assertThat(((PatchbayException) e).kind()).isEqualTo(kind));
    }

    private PoolGrant pool(String subnet, String range, Map<String, String> options, boolean v6) {
        return world.ipam()
                .requestPool(new PoolRequest(
                        IpamDriver.LOCAL_SPACE,
                        subnet.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(subnet)),
                        range.isEmpty() ? Optional.empty() : Optional.of(Subnet.parse(range)),
                        options,
                        v6));
    }

    /** The pool of a network of this driver, without a gateway. */
    private String lan(String subnet, String range) {
        PoolGrant grant = pool(subnet, range, Map.of(), false);
        IpamData data = new IpamData(IpamDriver.LOCAL_SPACE, grant.subnet(), Optional.empty(), Map.of());
        world.driver()
                .network()
                .createNetwork(new NetworkRequest(world.newId(), new NetworkSettings(false, Map.of()), List.of(data)));
        return grant.poolId();
    }

    @Test
    void c66AnExplicitPoolIsEchoedAndItsIdOutlivesTheDaemon() {
        PoolGrant grant = pool("10.77.0.5/24", "", Map.of(), false);
        assertThat(grant.subnet()).hasToString(World.LAN);
        String id = lan(World.LAN, "");
        Cidr before = world.requestAddress(id, "");
        world.restartDaemon();
        Cidr after = world.requestAddress(id, "");
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void anIdOfALostStoreStillMeansItsPool() {
        PoolGrant grant = pool(World.LAN, "10.77.0.128/25", Map.of(), false);
        try (World fresh = new World()) {
            assertThat(fresh.requestGateway(grant.poolId(), Optional.of("10.77.0.254")))
                    .hasToString("10.77.0.254");
        }
    }

    @Test
    void c68c69AutomaticPoolsAreNeverTheSameAndTheirEndIsAnError() {
        Set<Subnet> given = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            given.add(pool("", "", Map.of(), false).subnet());
        }
        assertThat(given).hasSize(4);
        assertRefused(Kind.EXHAUSTED, () -> pool("", "", Map.of(), false)).hasMessageContaining("give --subnet");
        assertThat(pool("", "", Map.of(), true).subnet()).hasToString("fd21::/64");
    }

    @Test
    void anAutomaticPoolAvoidsWhatTheHostHasARouteTo() {
        world.links.addRoute(new Links.Route(Subnet.parse("10.210.0.0/23"), 1, Optional.empty()));
        assertThat(pool("", "", Map.of(), false).subnet()).hasToString("10.210.2.0/24");
    }

    @Test
    void withoutRangesForThemAutomaticPoolsAreRefusedWithTheWayOut() {
        try (World plain = new World()) {
            assertRefused(Kind.INVALID, () -> plain.requestPool(NetworkPlan.of("")))
                    .hasMessageContaining("give --subnet");
        }
    }

    @Test
    void c70TheFamilyOfANamedPoolIsItsOwn() {
        assertThat(pool("fd77::/64", "", Map.of(), false).subnet()).hasToString("fd77::/64");
    }

    @Test
    void c71ARangeMustLieInItsSubnet() {
        assertRefused(Kind.INVALID, () -> pool(World.LAN, "10.78.0.0/25", Map.of(), false))
                .hasMessage("range 10.78.0.0-10.78.0.127 does not lie in subnet 10.77.0.0/24");
        assertRefused(Kind.INVALID, () -> pool("", "10.78.0.0/25", Map.of(), false));
    }

    @Test
    void c72OverlappingPoolsAreRefusedUnlessOnAnotherSegment() {
        pool(World.LAN, "", Map.of(), false);
        assertRefused(Kind.CONFLICT, () -> pool("10.77.0.0/16", "", Map.of(), false))
                .hasMessageContaining("10.77.0.0/24")
                .hasMessageContaining("io.patchbay.segment");
        pool("10.77.0.0/16", "", Map.of("io.patchbay.segment", "lab"), false);
    }

    @Test
    void c73TheUnspecifiedSubnetMeansAnyOfThatLength() {
        assertThat(pool("0.0.0.0/25", "", Map.of(), false).subnet()).hasToString("10.210.0.0/25");
    }

    @Test
    void c74AnotherAddressSpaceIsRefused() {
        assertRefused(
                        Kind.INVALID,
                        () -> world.ipam()
                                .requestPool(new PoolRequest(
                                        "nowhere", Optional.empty(), Optional.empty(), Map.of(), false)))
                .hasMessageContaining("nowhere");
    }

    @Test
    void anUnknownIpamOptionIsRefusedWithTheKnownOnes() {
        assertRefused(Kind.INVALID, () -> pool(World.LAN, "", Map.of("io.patchbay.rnage", "x"), false))
                .hasMessage("IPAM option \"io.patchbay.rnage\" is not known; known are io.patchbay.segment and"
                        + " io.patchbay.range");
    }

    @Test
    void c75TheGatewayIsTheWantedOneAndIsShared() {
        String one = pool(World.LAN, "", Map.of(), false).poolId();
        String two = pool(World.LAN, "10.77.0.128/25", Map.of(), false).poolId();
        assertThat(world.requestGateway(one, Optional.of("10.77.0.1"))).hasToString("10.77.0.1");
        assertThat(world.requestGateway(one, Optional.empty())).hasToString("10.77.0.1");
        assertThat(world.requestGateway(two, Optional.empty())).hasToString("10.77.0.1");
        assertRefused(Kind.CONFLICT, () -> world.requestGateway(two, Optional.of("10.77.0.254")))
                .hasMessage(
                        "gateway 10.77.0.254 contradicts pool 10.77.0.0/24, whose gateway is 10.77.0.1 since host h1"
                                + " made a network on it");
    }

    @Test
    void theGatewayIsFreedWithTheLastThatNamedIt() {
        String one = pool(World.LAN, "", Map.of(), false).poolId();
        String two = pool(World.LAN, "", Map.of(), false).poolId();
        IpAddress gateway = world.requestGateway(one, Optional.of("10.77.0.254"));
        world.requestGateway(two, Optional.of("10.77.0.254"));
        world.ipam().releaseAddress(one, gateway);
        world.ipam().releasePool(one);
        assertThat(world.claim("10.77.0.254"))
                .get()
                .satisfies(c -> assertThat(c.kind()).isEqualTo("gateway"));
        world.ipam().releasePool(two);
        assertThat(world.claim("10.77.0.254")).isEmpty();
        assertThat(world.driver().inspection().pools()).isEmpty();
        assertThat(world.store().list("").entries().stream()
                        .filter(e -> !e.key().matches("(segments|hosts|alive)/.*")))
                .isEmpty();
    }

    @Test
    void c76AuxAddressesInAndOutsideTheRangeAreKeptFromContainers() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN)
                .withRange("10.77.0.0/29")
                .withGateway("10.77.0.254")
                .withAux(Map.of("printer", "10.77.0.1", "nas", "10.77.0.200")));
        assertThat(world.run(network).ip()).hasToString("10.77.0.2");
        assertRefused(Kind.CONFLICT, () -> world.requestAddress(network.poolId(), "10.77.0.200"))
                .hasMessageContaining("is an aux address");
        world.removeNetwork(network);
        assertThat(world.claim("10.77.0.200")).isEmpty();
    }

    @Test
    void c77DynamicAddressesComeFromTheRangeAndExplicitOnesFromAnywhere() {
        Network network = world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.64/30").withGateway("10.77.0.254"));
        assertThat(world.run(network).ip()).hasToString("10.77.0.64");
        assertThat(world.run(network, "10.77.0.9").address()).hasToString("10.77.0.9/24");
        assertThat(world.run(network).ip()).hasToString("10.77.0.65");
    }

    @Test
    void anIpamRangeNeedNotBeAPrefix() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN)
                .withGateway("10.77.0.254")
                .withIpamOptions(Map.of("io.patchbay.range", "10.77.0.50-10.77.0.52")));
        world.run(network);
        world.run(network);
        assertThat(world.run(network).ip()).hasToString("10.77.0.52");
        assertRefused(Kind.EXHAUSTED, () -> world.run(network))
                .hasMessageContaining("10.77.0.0/24 in range 10.77.0.50-10.77.0.52: of 3 addresses");
    }

    @Test
    void c78AnAddressInUseIsRefusedNamingWhoHasIt() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Container container = world.run(network, "10.77.0.9");
        assertRefused(Kind.CONFLICT, () -> world.run(network, "10.77.0.9"))
                .hasMessageContaining("endpoint " + container.endpoint())
                .hasMessageContaining("host h1");
        assertRefused(Kind.CONFLICT, () -> world.run(network, "10.77.0.1")).hasMessageContaining("is the gateway");
    }

    @ParameterizedTest
    @CsvSource({
        "10.78.0.1, address 10.78.0.1 does not lie in pool 10.77.0.0/24",
        "10.77.0.0, address 10.77.0.0 is the network address of pool 10.77.0.0/24 and cannot be given",
        "10.77.0.255, address 10.77.0.255 is the broadcast address of pool 10.77.0.0/24 and cannot be given"
    })
    void c79AnAddressThatCannotBeGivenIsRefused(String address, String sentence) {
        String id = pool(World.LAN, "", Map.of(), false).poolId();
        assertRefused(Kind.INVALID, () -> world.requestAddress(id, address)).hasMessage(sentence);
    }

    @Test
    void c80TheAnswerHasThePoolsPrefixLength() {
        String id = lan(World.LAN, "10.77.0.128/30");
        assertThat(world.requestAddress(id, "")).hasToString("10.77.0.128/24");
    }

    @Test
    void c81AFullPoolSaysSoAndGoesOnAfterARelease() {
        String id = lan("10.77.0.0/29", "");
        Set<Cidr> given = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            given.add(world.requestAddress(id, ""));
        }
        assertThat(given).hasSize(6);
        assertRefused(Kind.EXHAUSTED, () -> world.requestAddress(id, ""))
                .hasMessage(
                        "no address left in pool 10.77.0.0/29: of 6 addresses, 6 are claimed by containers and 0 are"
                                + " gateway, aux or reserved");
        world.ipam().releaseAddress(id, IpAddress.parse("10.77.0.3"));
        assertThat(world.requestAddress(id, "")).hasToString("10.77.0.3/29");
    }

    @ParameterizedTest
    @CsvSource({"10.77.0.0/31, 2", "fd77::/127, 2", "10.77.0.7/32, 1", "fd77::7/128, 1"})
    void c82TheSmallestPoolsAreUsableWhole(String subnet, int size) {
        String id = lan(subnet, "");
        Set<Cidr> given = new HashSet<>();
        for (int i = 0; i < size; i++) {
            given.add(world.requestAddress(id, ""));
        }
        assertThat(given).hasSize(size);
        assertRefused(Kind.EXHAUSTED, () -> world.requestAddress(id, ""));
    }

    @Test
    void c83AReleaseOfWhatIsUnknownOrAnothersDoesNothing() {
        String mine = lan(World.LAN, "");
        String other = lan(World.LAN, "");
        Cidr address = world.requestAddress(mine, "");
        world.ipam().releaseAddress(other, address.address());
        world.ipam().releaseAddress("stranger", address.address());
        world.ipam().releaseAddress(mine, IpAddress.parse("10.77.0.200"));
        assertThat(world.claim(address.address().toString()))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("pending"));
        world.ipam().releaseAddress(mine, address.address());
        world.ipam().releaseAddress(mine, address.address());
        assertThat(world.claim(address.address().toString()))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("held"));
    }

    @Test
    void c83ALateReleaseDoesNotFreeWhatAnEndpointHas() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN));
        Container container = world.run(network);
        world.ipam().releaseAddress(network.poolId(), container.ip());
        assertThat(world.claim(container.ip().toString()))
                .get()
                .satisfies(c -> assertThat(c.state()).isEqualTo("bound"));
    }

    @Test
    void c84ReleasingAnUnknownPoolDoesNothing() {
        PoolGrant grant = pool(World.LAN, "", Map.of(), false);
        world.ipam().releasePool("stranger");
        world.ipam().releasePool(grant.poolId());
        world.ipam().releasePool(grant.poolId());
        assertThat(world.driver().inspection().pools()).isEmpty();
    }

    @Test
    void c86ARepeatedRequestWithAMacGetsTheSameAddressWhenItNamesIt() {
        String id = lan(World.LAN, "");
        AddressRequest request = new AddressRequest(
                id,
                Optional.of(IpAddress.parse("10.77.0.9")),
                Map.of("com.docker.network.endpoint.macaddress", "02:42:0a:4d:00:09"));
        assertThat(world.ipam().requestAddress(request)).isEqualTo(world.ipam().requestAddress(request));
    }

    @Test
    void aRestartKeepsTheAddressWhileOthersComeAndGo() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN));
        Container one = world.run(network);
        Container two = world.run(network);
        world.stop(one);
        assertThat(world.run(network).ip()).isEqualTo(one.ip());
        world.stop(two);
        assertThat(world.run(network).ip()).isEqualTo(two.ip());
    }

    @Test
    void aContainerKnownByNameGetsItsOwnHeldAddressAndNoOther() {
        String id = lan(World.LAN, "");
        IpAddress web = named(id, "web");
        IpAddress db = named(id, "db");
        world.ipam().releaseAddress(id, web);
        world.ipam().releaseAddress(id, db);
        assertThat(named(id, "cache")).isNotIn(web, db);
        assertThat(named(id, "web")).isEqualTo(web);
        assertThat(named(id, "db")).isEqualTo(db);
    }

    private IpAddress named(String poolId, String container) {
        return world.ipam()
                .requestAddress(new AddressRequest(
                        poolId, Optional.empty(), Map.of("com.docker.network.endpoint.name", container)))
                .address();
    }

    @Test
    void aReleasedAddressRestsWhileOthersAreUnused() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN));
        Container one = world.run(network);
        world.stop(one);
        world.reconcileAfterGrace();
        assertThat(world.claim(one.ip().toString())).isEmpty();
        assertThat(world.run(network).ip()).isNotEqualTo(one.ip());
    }

    @Test
    void oneClaimCostsOneTransaction() {
        Network network = world.createNetwork(NetworkPlan.of("10.77.0.0/16"));
        long before = world.store().commits();
        for (int i = 0; i < 100; i++) {
            world.requestAddress(network.poolId(), "");
        }
        assertThat(world.store().commits() - before).isEqualTo(100);
    }

    @Test
    void removingOneOfTwoNetworksOverAPoolFreesNothingOfTheOther() {
        Network one = world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.32/27").withGateway("10.77.0.254"));
        Network two = world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.64/27").withGateway("10.77.0.254"));
        Container kept = world.run(two);
        world.stop(world.run(one));
        world.removeNetwork(one);
        assertThat(world.claim(kept.ip().toString())).isPresent();
        assertThat(world.claim("10.77.0.254")).isPresent();
        assertThat(world.claim("10.77.0.32")).isEmpty();
        assertThat(world.run(two).ip()).hasToString("10.77.0.65");
    }
}
