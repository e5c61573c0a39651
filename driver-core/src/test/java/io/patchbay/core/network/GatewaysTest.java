package io.patchbay.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.link.Links;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that name no gateway, on engines that can be told that there is none, and on those that cannot. */
final class GatewaysTest {
    private static final String ROUTER = "10.77.0.254";
    private static final NetworkPlan PLAIN = NetworkPlan.of(World.LAN).withRange("10.77.0.128/25");

    private final World h1 = new World();
    private final World h2 = h1.neighbour("h2");

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    private static void defaultRoute(World host, String router) {
        boolean v6 = IpAddress.parse(router).isV6();
        host.links.addRoute(
                new Links.Route(Subnet.parse(v6 ? "::/0" : "0.0.0.0/0"), 1, Optional.of(IpAddress.parse(router))));
    }

    /** What a new container on the network is told. */
    private static Optional<String> wayOut(World host, Network network) {
        Container container = host.run(network);
        JoinGrant grant = host.driver()
                .network()
                .join(network.id(), container.endpoint(), "/var/run/docker/netns/again" + container.ip());
        return grant.gateway().map(IpAddress::toString);
    }

    /** The watch tells a host what another has made of the pool. */
    private static void awaitGateway(World host, String gateway) {
        Await.until(
                host.host() + " knows the gateway " + gateway,
                () -> host.driver().inspection().pools().stream()
                        .anyMatch(pool -> pool.gateways().contains(gateway)));
    }

    private static void setAge(boolean old, World... hosts) {
        for (World host : hosts) {
            if (old) {
                host.beOld();
            }
        }
    }

    private List<String> gatewayClaims() {
        return h1.driver().inspection().claims().stream()
                .filter(claim -> claim.kind().equals("gateway"))
                .map(claim -> claim.address())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsTheNextHopOfTheHostsOwnDefaultRoute(boolean old) {
        setAge(old, h1);
        defaultRoute(h1, ROUTER);
        Network lan = h1.createNetwork(PLAIN);
        assertThat(wayOut(h1, lan)).contains(ROUTER);
        assertThat(gatewayClaims()).containsExactly(ROUTER);
        assertThatThrownBy(() -> h1.run(lan, ROUTER)).hasMessageContaining("is the gateway");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsTheOneOfTheOtherNetworksOnTheLanWhicheverHostMadeThem(boolean old) {
        setAge(old, h1, h2);
        Network named = h1.createNetwork(PLAIN.withGateway("10.77.0.1"));
        defaultRoute(h2, ROUTER);
        assertThat(wayOut(h2, h2.createNetwork(PLAIN))).contains("10.77.0.1");
        h1.removeNetwork(named);
        assertThat(gatewayClaims()).as("a network still has it").containsExactly("10.77.0.1");
    }

    @Test
    void withoutEitherThereIsNone() {
        defaultRoute(h1, "10.99.0.1");
        Network lan = h1.createNetwork(PLAIN);
        assertThat(wayOut(h1, lan)).isEmpty();
        assertThat(gatewayClaims()).isEmpty();
        assertThat(h1.driver().inspection().networks().get(0).gateways()).isEmpty();
    }

    @Test
    void anEngineThatCannotBeToldOfNoneIsRefusedInOneSentenceAndLeavesNothing() {
        h1.beOld();
        assertThatThrownBy(() -> h1.createNetwork(PLAIN))
                .hasMessage("no gateway is known for subnet 10.77.0.0/24: no network on it has one, this host has no"
                        + " default route in it, and engines before 28 cannot be told that there is none; give"
                        + " --gateway, or -o io.patchbay.gateway=none for containers without a way out");
        assertThat(h1.driver().inspection().claims()).isEmpty();
        assertThat(h1.driver().inspection().pools()).isEmpty();
    }

    @Test
    void whereNoneIsNeededAnOldEngineIsNotRefusedAndNoAddressGoesForIt() {
        h1.beOld();
        Network none = h1.createNetwork(PLAIN.withOptions(Map.of("io.patchbay.gateway", "none")));
        Network inner = h1.createNetwork(NetworkPlan.of("10.79.0.0/24").asInternal());
        assertThat(wayOut(h1, none)).isEmpty();
        assertThat(wayOut(h1, inner)).isEmpty();
        assertThat(gatewayClaims()).isEmpty();
        assertThat(h1.run(inner).ip()).hasToString("10.79.0.2");
        // neither says anything of the LAN
        assertThatThrownBy(() -> h1.createNetwork(PLAIN)).hasMessageContaining("no gateway is known");
        h1.removeNetwork(inner);
    }

    @Test
    void hostsWithEnginesOfBothAgesAgree() {
        Network lan = h1.createNetwork(PLAIN);
        h2.beOld();
        Network same = h2.createNetwork(PLAIN);
        assertThat(wayOut(h2, same)).isEmpty();
        defaultRoute(h2, ROUTER);
        Network third = h2.createNetwork(PLAIN);
        awaitGateway(h1, ROUTER);
        assertThat(List.of(wayOut(h1, lan), wayOut(h2, same), wayOut(h2, third)))
                .containsOnly(Optional.of(ROUTER));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGuessGivesWayToWhatSomebodyNames(boolean old) {
        setAge(old, h1, h2);
        defaultRoute(h1, ROUTER);
        Network guessed = h1.createNetwork(PLAIN);
        Network named = h2.createNetwork(PLAIN.withGateway("10.77.0.1"));
        assertThat(wayOut(h2, named)).contains("10.77.0.1");
        awaitGateway(h1, "10.77.0.1");
        assertThat(wayOut(h1, guessed)).as("all networks of a LAN agree").contains("10.77.0.1");
        assertThatThrownBy(() -> h1.createNetwork(PLAIN.withGateway("10.77.0.2")))
                .hasMessageContaining("whose gateway is 10.77.0.1 since host h2");
        h2.removeNetwork(named);
        Await.until(
                "h1 knows that nobody names one",
                () -> h1.driver().inspection().pools().stream()
                        .allMatch(pool -> pool.gateways().isEmpty()));
        assertThat(wayOut(h1, guessed)).contains(ROUTER);
    }

    @Test
    void aGatewayThatSomebodyNamedStaysWhateverOthersFind() {
        Network named = h1.createNetwork(PLAIN.withGateway(ROUTER));
        defaultRoute(h2, "10.77.0.1");
        Network second = h2.createNetwork(PLAIN);
        assertThat(wayOut(h1, named)).contains(ROUTER);
        assertThat(wayOut(h2, second)).contains(ROUTER);
    }

    @Test
    void twoLansOfOneSubnetSayNothingOfEachOther() {
        defaultRoute(h1, ROUTER);
        h1.createNetwork(
                PLAIN.withIpamOptions(Map.of("io.patchbay.segment", "lab")).withGateway("10.77.0.1"));
        assertThat(wayOut(h1, h1.createNetwork(PLAIN))).isEmpty();
    }
}
