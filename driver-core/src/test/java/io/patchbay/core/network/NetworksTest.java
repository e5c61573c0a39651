package io.patchbay.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.NetworkDriver.GatewayNeed;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks; the numbers are those of the protocol's conformance list, section Network. */
final class NetworksTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private NetworkView only() {
        assertThat(world.driver().inspection().networks()).hasSize(1);
        return world.driver().inspection().networks().get(0);
    }

    @Test
    void c25ANetworkCreatedTwiceIsOne() {
        NetworkRequest request = new NetworkRequest(world.newId(), new NetworkSettings(false, Map.of()), List.of());
        world.driver().network().createNetwork(request);
        world.driver().network().createNetwork(request);
        assertThat(only().bridge()).isEqualTo("br0");
    }

    @Test
    void c26DeletingAnUnknownNetworkDoesNothing() {
        world.driver().network().deleteNetwork(world.newId());
        assertThat(world.driver().inspection().networks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        com.docker.network.driver.mtu | 67 | option com.docker.network.driver.mtu=67 is not a number of bytes from 68 \
        to 65535
        com.docker.network.driver.mtu | big | option com.docker.network.driver.mtu=big is not a number of bytes from \
        68 to 65535
        parent | a b | option parent=a b is not the name of a link: 1 to 15 characters without space, slash or colon
        io.patchbay.gateway | 10.0.0.1 | option io.patchbay.gateway=10.0.0.1 is not "none", "none4" or "none6"; a \
        gateway's address is given with --gateway
        io.patchbay.routes | 10.9.0.0/16 via | option io.patchbay.routes=10.9.0.0/16 via is not a list such as \
        "10.9.0.0/16 via 10.77.0.1, 10.8.0.0/24": "10.9.0.0/16 via" has another form
        io.patchbay.routes | 10.9.0.0/16 via fd00::1 | option io.patchbay.routes=10.9.0.0/16 via fd00::1 is not a \
        list such as "10.9.0.0/16 via 10.77.0.1, 10.8.0.0/24": next hop fd00::1 is of another family than 10.9.0.0/16
        io.patchbay.routes | 10.9.0.0/16 via 10.99.0.1 | option io.patchbay.routes: next hop 10.99.0.1 lies in no \
        subnet of the network
        io.patchbay.probe | yes | option io.patchbay.probe=yes is not "on" or "off"
        io.patchbay.ra | yes | option io.patchbay.ra=yes is not "accept" or "drop"
        io.patchbay.routes | 0.0.0.0/0 via 10.77.0.1 | option io.patchbay.routes: 0.0.0.0/0 is a default route, which \
        --gateway gives
        io.patchbay.routes | ::/0 | option io.patchbay.routes: ::/0 is a default route, which --gateway gives
        io.patchbay.routes | 10.9.0.0/16 via 10.77.0.255 | option io.patchbay.routes: next hop 10.77.0.255 is no \
        station's address in 10.77.0.0/24 but the first or last of it
        io.patchbay.routes | 10.77.0.0/24 | option io.patchbay.routes: 10.77.0.0/24 is the network's own subnet, which \
        containers reach without
        io.patchbay.routes | 10.9.0.0/16, 10.9.7.0/16 | option io.patchbay.routes: 10.9.0.0/16 is given twice
        io.patchbay.replicate | no | option io.patchbay.replicate=no is not "true" or "false"
        com.docker.network.container_iface_prefix | 0lan | option com.docker.network.container_iface_prefix=0lan is \
        not a letter and up to 10 letters, digits, dots, dashes
        """)
    void c27AWrongValueIsRefusedNamingOptionValueAndRule(String key, String value, String sentence) {
        assertThatThrownBy(() -> world.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of(key, value))))
                .isInstanceOf(PatchbayException.class)
                .hasMessage(sentence);
        assertThat(world.driver().inspection().networks()).isEmpty();
        assertThat(world.driver().inspection().claims()).as("c33").isEmpty();
    }

    /** The engine would fail at each start of a container, in words of the kernel's. */
    @Test
    void anMtuThatIpv6CannotHaveIsRefused() {
        NetworkPlan plan = NetworkPlan.of("fd00:77::/64");
        assertThatThrownBy(() -> world.createNetwork(plan.withOptions(Map.of("com.docker.network.driver.mtu", "1279"))))
                .hasMessage(
                        "option com.docker.network.driver.mtu=1279 is too small for IPv6, which takes 1280 at least");
        assertThat(world.driver().inspection().networks()).isEmpty();
        world.createNetwork(plan.withOptions(Map.of("com.docker.network.driver.mtu", "1280")));
        assertThat(only().mtu()).contains(1280);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/24, 127.0.0.0/8",
        "224.0.0.0/24, 224.0.0.0/3",
        "192.0.0.0/2, 224.0.0.0/3",
        "fe80::/64, fe80::/10",
        "ff05::/64, ff00::/8",
        "::7:0/112, ::/8"
    })
    void aSubnetThatNoLanHasIsRefused(String subnet, String block) {
        assertThatThrownBy(() -> world.createNetwork(NetworkPlan.of(subnet)))
                .hasMessage("subnet " + subnet + " has addresses of " + block
                        + ", which no station on a LAN has; give the LAN's own");
    }

    @Test
    void anOptionThatIsGivenInTwoCasesIsRefused() {
        NetworkPlan plan =
                NetworkPlan.of(World.LAN).withOptions(Map.of("io.patchbay.probe", "on", "IO.patchbay.probe", "off"));
        assertThatThrownBy(() -> world.createNetwork(plan))
                .hasMessage("option io.patchbay.probe is given twice, in upper and lower case; give it once");
    }

    @Test
    void c28AnUnknownOptionIsRefusedWithTheListOfKnownOnes() {
        assertThatThrownBy(() -> world.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of("mtu", "1400"))))
                .hasMessage("option \"mtu\" is not known; known are com.docker.network.bridge.name,"
                        + " com.docker.network.container_iface_prefix, com.docker.network.driver.mtu,"
                        + " io.patchbay.gateway, io.patchbay.gateway6, io.patchbay.probe, io.patchbay.ra,"
                        + " io.patchbay.replicate, io.patchbay.routes, parent");
    }

    @Test
    void whatDockerdReadsItselfIsLetPassAndKeysAreMatchedWithoutRegardToCase() {
        world.createNetwork(NetworkPlan.of(World.LAN)
                .withOptions(Map.of(
                        "com.docker.network.advertise_addr_nmsgs", "2", "COM.docker.network.driver.MTU", "1400")));
        assertThat(only().mtu()).contains(1400);
    }

    @Test
    void c29ANetworkIdOfSwarmIsTwentyFiveCharacters() {
        NetworkRequest request =
                new NetworkRequest("q4zklx1b2n8v0c7m5j3h9g6f2", new NetworkSettings(false, Map.of()), List.of());
        world.driver().network().createNetwork(request);
        assertThat(only().id()).hasSize(25);
    }

    @Test
    void c36ANetworkOutlivesTheDaemon() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN));
        world.restartDaemon();
        assertThat(world.run(network).ip()).hasToString("10.77.0.1");
    }

    @Test
    void aBridgeThatIsAbsentIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> world.createNetwork(
                        NetworkPlan.of(World.LAN).withOptions(Map.of(NetworkOptions.BRIDGE, "br9"))))
                .hasMessageContaining("bridge br9 does not exist on host h1");
        assertThat(world.driver().inspection().pools()).isEmpty();
    }

    @Test
    void parentMayNameAPortOfTheBridge() {
        world.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of("parent", "eth0")));
        assertThat(only().bridge()).isEqualTo("br0");
        world.links.addForeign("eth7", MacAddress.parse("02:77:00:00:00:07"), Optional.empty());
        assertThatThrownBy(
                        () -> world.createNetwork(NetworkPlan.of("10.78.0.0/24").withOptions(Map.of("parent", "eth7"))))
                .hasMessageContaining("link eth7 on host h1 is neither a bridge nor a port of one");
        assertThatThrownBy(() -> world.createNetwork(NetworkPlan.of("10.78.0.0/24")
                        .withOptions(Map.of("parent", "eth0", NetworkOptions.BRIDGE, "br0"))))
                .hasMessageContaining("name two bridges");
    }

    @Test
    void aBridgeOfTheEnginesOwnIsRefusedAlsoByAPortOfIt() {
        for (String bridge : List.of("docker0", "docker_gwbridge", "br-0123456789ab")) {
            world.addBridge(bridge);
            assertThatThrownBy(() -> world.createNetwork(
                            NetworkPlan.of(World.LAN).withOptions(Map.of(NetworkOptions.PARENT, bridge))))
                    .hasMessageStartingWith("bridge " + bridge + " on host h1 is the engine's own");
        }
        world.links.addForeign("veth1", MacAddress.parse("02:77:00:00:00:07"), Optional.of("docker0"));
        assertThatThrownBy(() -> world.createNetwork(
                        NetworkPlan.of(World.LAN).withOptions(Map.of(NetworkOptions.PARENT, "veth1"))))
                .hasMessageStartingWith("bridge docker0 on host h1 is the engine's own");
        assertThat(world.driver().inspection().pools()).isEmpty();
    }

    @Test
    void anInternalNetworkHasABridgeOfItsOwnThatGoesWithIt() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).asInternal());
        assertThat(world.ourLinks()).containsExactly(only().bridge());
        world.removeNetwork(network);
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void anInternalNetworkOnANamedBridgeStaysThere() {
        world.createNetwork(NetworkPlan.of(World.LAN).asInternal().withOptions(Map.of("parent", "br0")));
        assertThat(only().bridge()).isEqualTo("br0");
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void anInternalNetworkTakesNoWayOutFromRouters() {
        assertThatThrownBy(() -> world.createNetwork(
                        NetworkPlan.of(World.LAN).asInternal().withOptions(Map.of("io.patchbay.ra", "accept"))))
                .hasMessageStartingWith("option io.patchbay.ra=accept contradicts --internal");
    }

    @Test
    void anEngineThatAsksNeedNotAskForAGateway() {
        assertThat(world.driver().network().gatewayNeed(new NetworkSettings(false, Map.of())))
                .isEqualTo(new GatewayNeed(true, true));
    }

    @Test
    void aFilterThatIsTurnedOnLaterIsSeenSoon() {
        world.createNetwork(NetworkPlan.of("10.77.0.0/24"));
        assertThat(world.forwarding.allowed()).isEmpty();
        world.forwarding.drop();
        Await.until("the rule", () -> world.forwarding.allowed().equals(List.of("br0")));
    }

    private Finding firewall() {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("firewall"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFirewallThatDropsBridgedFramesIsMendedAtCreateAndNoFaultBefore() {
        world.forwarding.drop();
        assertThat(firewall().severity()).isEqualTo(Severity.OK);
        assertThat(firewall().message()).startsWith("the first network on br0 puts in the rule that is missing yet: ");
        world.createNetwork(NetworkPlan.of(World.LAN));
        assertThat(world.forwarding.allowed()).containsExactly("br0");
        assertThat(firewall().message()).isEqualTo("a rule in DOCKER-USER accepts br0");
    }

    @Test
    void twoNetworksOfOneSubnetAreTiedToTheirOwnRanges() {
        Network one = world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.32/27").withGateway("10.77.0.254"));
        Network two = world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.64/27").withGateway("10.77.0.254"));
        assertThat(world.run(one).ip()).hasToString("10.77.0.32");
        assertThat(world.run(two).ip()).hasToString("10.77.0.64");
        assertThat(world.driver().inspection().pools()).hasSize(1);
    }

    @Test
    void aContainerOfAnotherDriversNetworkGetsNoAddress() {
        String id = world.requestPool(NetworkPlan.of(World.LAN));
        world.requestGateway(id, Optional.of("10.77.0.254"));
        assertThatThrownBy(() -> world.requestAddress(id, ""))
                .hasMessage("pool 10.77.0.0/24 was asked for by no network of this driver that host h1 knows, and"
                        + " containers of other drivers' networks get no address of it, because nothing tells when they"
                        + " end; make the network with this driver, or without its IPAM driver");
        AddressRequest named =
                new AddressRequest(id, Optional.empty(), Map.of("com.docker.network.endpoint.name", "web"));
        assertThatThrownBy(() -> world.ipam().requestAddress(named)).isInstanceOf(PatchbayException.class);
        world.time.pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> world.requestAddress(id, "10.77.0.9")).isInstanceOf(PatchbayException.class);
        assertThat(world.driver().inspection().claims()).hasSize(1);
        Network ours = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
        assertThat(world.run(ours).ip()).hasToString("10.77.0.1");
    }

    @Test
    void whatANetworkHadBeforeItWasMadeAnewEndsWithItsAuxAddresses() {
        NetworkPlan before =
                NetworkPlan.of(World.LAN).withGateway("10.77.0.254").withAux(Map.of("nas", "10.77.0.9"));
        Network first = world.createNetwork(before);
        // the engine was killed: nothing is released, and the network comes again under its id
        NetworkPlan after = NetworkPlan.of(World.LAN).withGateway("10.77.0.254");
        String pool = world.requestPool(after);
        world.requestGateway(pool, after.gateway());
        IpamData data = new IpamData(IpamDriver.LOCAL_SPACE, Subnet.parse(World.LAN), first.gateway(), Map.of());
        world.driver()
                .network()
                .createNetwork(new NetworkRequest(first.id(), new NetworkSettings(false, Map.of()), List.of(data)));
        assertThat(world.claim("10.77.0.9")).isEmpty();
        assertThat(world.claim("10.77.0.254")).isPresent();
        world.removeNetwork(new Network(first.id(), pool, after, first.gateway()));
        assertThat(world.driver().inspection().claims()).isEmpty();
        assertThat(world.driver().inspection().pools()).isEmpty();
    }

    @Test
    void aMacComesFromTheAddress() {
        assertThat(Macs.ofContainer(List.of(io.patchbay.core.addr.Cidr.parse("fd00::5/64")), "e")
                        .toString())
                .startsWith("06:50:");
        assertThat(Macs.ofHostEnd("e").toString()).startsWith("fe:50:");
    }
}
