package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.link.Links.Route;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code patchbay network create} finds out when nobody says a subnet. */
@Timeout(60)
final class NetworkProposalsTest {
    private static final IpAddress ROUTER = IpAddress.parse("10.77.0.1");
    private static final MacAddress MAC = MacAddress.parse("02:77:00:00:00:fe");
    private static final NetworkWish NOTHING_SAID =
            new NetworkWish(Optional.empty(), false, true, List.of(), false, Map.of(), Map.of());

    private final World h1 = new World();

    @BeforeEach
    void aHomeLan() {
        address("br0", "10.77.0.11/24");
        route("0.0.0.0/0", "br0", "10.77.0.1");
        h1.links.addStation(ROUTER, MAC);
    }

    @AfterEach
    void end() {
        h1.close();
    }

    private int index(String link) {
        return h1.links.find(link).orElseThrow().index();
    }

    private void address(String link, String cidr) {
        h1.links.addAddress(new LinkAddress(index(link), Cidr.parse(cidr)));
        h1.time.pass(Duration.ofSeconds(1));
    }

    private void route(String destination, String link, String nextHop) {
        h1.links.addRoute(new Route(Subnet.parse(destination), index(link), Optional.of(IpAddress.parse(nextHop))));
    }

    private NetworkProposal propose() {
        return h1.driver().proposals().propose(NOTHING_SAID);
    }

    private void refused(NetworkWish wish, Kind kind, String sentence) {
        assertThatThrownBy(() -> h1.driver().proposals().propose(wish))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    private static NetworkWish with(Map<String, String> options) {
        return new NetworkWish(Optional.empty(), false, true, List.of(), false, options, Map.of());
    }

    @Test
    void aHomeLanIsToldThingByThing() {
        NetworkProposal proposal = propose();
        assertThat(proposal.subnets()).containsExactly("10.77.0.0/24");
        assertThat(proposal.gateways()).containsExactly("10.77.0.1");
        assertThat(proposal.ranges()).containsExactly("10.77.0.224/27");
        assertThat(proposal.options()).isEmpty();
        assertThat(proposal.why())
                .containsExactly(
                        "bridge br0: the daemon's --bridge, with eth0",
                        "subnet 10.77.0.0/24: this host has 10.77.0.11/24 on br0",
                        "gateway 10.77.0.1: this host's default route, and 02:77:00:00:00:fe answers for it",
                        "DHCP: no server answered within 5 s",
                        "range 10.77.0.224/27: nobody answers for any of it, and no host has an address of it; what is"
                                + " switched off now cannot be seen");
    }

    @Test
    void whatAnswersIsKeptAwayFrom() {
        h1.links.addStation(IpAddress.parse("10.77.0.230"), MAC);
        NetworkProposal proposal = propose();
        assertThat(proposal.ranges()).containsExactly("10.77.0.192/27");
        assertThat(proposal.why()).contains("not 10.77.0.224/27: 02:77:00:00:00:fe answers for 10.77.0.230");
    }

    @Test
    void theRangeIsFarFromWhatDhcpOffers() {
        h1.links.addOffer(IpAddress.parse("10.77.0.231"), ROUTER);
        NetworkProposal proposal = propose();
        // 10.77.0.0/27 has the router and this host
        assertThat(proposal.ranges()).containsExactly("10.77.0.32/27");
        assertThat(proposal.why()).anyMatch(s -> s.startsWith("DHCP: server 10.77.0.1 offers 10.77.0.231;"));
    }

    @Test
    void dhcpIsNotAskedWhereNobodyWantsIt() {
        h1.links.addOffer(IpAddress.parse("10.77.0.231"), ROUTER);
        NetworkProposal proposal = h1.driver()
                .proposals()
                .propose(new NetworkWish(Optional.empty(), false, false, List.of(), false, Map.of(), Map.of()));
        assertThat(proposal.ranges()).containsExactly("10.77.0.224/27");
        assertThat(proposal.why()).anyMatch(s -> s.contains("--no-dhcp"));
    }

    @Test
    void hostsOtherNetworksAndReservedRangesAreKeptAwayFrom() {
        address("br0", "10.77.0.240/24");
        h1.createNetwork(NetworkPlan.of(World.LAN).withRange("10.77.0.192/28").withGateway("10.77.0.1"));
        h1.driver().cluster().reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.161"), "printer");
        NetworkProposal proposal = propose();
        assertThat(proposal.ranges()).containsExactly("10.77.0.128/27");
        assertThat(proposal.why())
                .contains("gateway 10.77.0.1: that of the networks on this subnet, and 02:77:00:00:00:fe answers for"
                        + " it");
    }

    @Test
    void aNetworkThatGivesOutTheWholeSubnetLeavesNone() {
        h1.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        refused(NOTHING_SAID, Kind.EXHAUSTED, "give out some of it or all; say which with --ip-range or --range");
    }

    @Test
    void aRouterThatIsSilentIsNotProposed() {
        h1.links.removeStation(ROUTER);
        refused(NOTHING_SAID, Kind.NOT_FOUND, "default route leads to 10.77.0.1, and nobody answers for it on br0");
    }

    @Test
    void withoutADefaultRouteTheGatewayIsTheOperatorsToSay() {
        h1.links.clearRoutes();
        refused(NOTHING_SAID, Kind.NOT_FOUND, "say --gateway, or -o io.patchbay.gateway=none");
        assertThat(h1.driver()
                        .proposals()
                        .propose(with(Map.of(NetworkOptions.GATEWAY, "none")))
                        .gateways())
                .isEmpty();
        NetworkWish said =
                new NetworkWish(Optional.empty(), false, true, List.of("10.77.0.254"), true, Map.of(), Map.of());
        NetworkProposal proposal = h1.driver().proposals().propose(said);
        assertThat(proposal.gateways()).isEmpty();
        assertThat(proposal.ranges()).isEmpty();
        assertThat(proposal.why()).contains("gateway 10.77.0.254: as you said, and nobody answers for it now");
    }

    @Test
    void theSubnetIsThatOfTheWayOut() {
        h1.links.clearRoutes();
        address("br0", "10.78.0.11/24");
        route("0.0.0.0/0", "br0", "10.78.0.1");
        h1.links.addStation(IpAddress.parse("10.78.0.1"), MAC);
        assertThat(propose().subnets()).containsExactly("10.78.0.0/24");
    }

    @Test
    void anotherBridgeIsNamedInTheOptions() {
        h1.addBridge("lan7");
        h1.links.addForeign("eth7", MAC, Optional.of("lan7"));
        address("lan7", "10.99.7.2/24");
        route("0.0.0.0/0", "lan7", "10.99.7.1");
        h1.links.addStation(IpAddress.parse("10.99.7.1"), MAC);
        NetworkWish wish = new NetworkWish(Optional.of("eth7"), false, true, List.of(), false, Map.of(), Map.of());
        NetworkProposal proposal = h1.driver().proposals().propose(wish);
        assertThat(proposal.subnets()).containsExactly("10.99.7.0/24");
        assertThat(proposal.options()).containsExactly(Map.entry(NetworkOptions.BRIDGE, "lan7"));
        refused(
                new NetworkWish(Optional.of("br9"), false, true, List.of(), false, Map.of(), Map.of()),
                Kind.NOT_FOUND,
                "bridge br9 does not exist");
    }

    @Test
    void aPoolThatOverlapsIsNamed() {
        h1.createNetwork(
                NetworkPlan.of("10.77.0.0/16").withRange("10.77.9.0/24").withGateway("10.77.0.1"));
        refused(
                NOTHING_SAID,
                Kind.CONFLICT,
                "a network has 10.77.0.0/16, which overlaps it; say --subnet 10.77.0.0/16");
    }

    @Test
    void aSmallSubnetHasASmallRange() {
        h1.links.clearRoutes();
        address("br0", "10.78.0.2/28");
        route("0.0.0.0/0", "br0", "10.78.0.1");
        h1.links.addStation(IpAddress.parse("10.78.0.1"), MAC);
        assertThat(propose().ranges()).containsExactly("10.78.0.12/30");
    }

    private NetworkProposal proposeBoth() {
        return h1.driver()
                .proposals()
                .propose(new NetworkWish(Optional.empty(), true, true, List.of(), false, Map.of(), Map.of()));
    }

    /** The usual home LAN: IPv4 by a fixed gateway, IPv6 by the router's advertisements. */
    @Test
    void aRouterThatAdvertisesItselfIsTakenFromItsAdvertisements() {
        address("br0", "fe80::11/64");
        address("br0", "2001:db8:7::11/64");
        address("br0", "fd77::11/64");
        route("::/0", "br0", "fe80::1");
        NetworkProposal proposal = proposeBoth();
        assertThat(proposal.subnets()).containsExactly("10.77.0.0/24", "fd77::/64");
        assertThat(proposal.gateways()).containsExactly("10.77.0.1");
        assertThat(proposal.ranges()).containsExactly("10.77.0.224/27", "fd77::5042:0/112");
        assertThat(proposal.options())
                .containsOnly(Map.entry(NetworkOptions.GATEWAY, "none6"), Map.entry(NetworkOptions.RA, "accept"));
        assertThat(proposal.why()).anyMatch(s -> s.contains("advertises itself as fe80::1"));
    }

    @Test
    void aRouterWithAnAddressOfThePrefixIsTheGateway() {
        address("br0", "fd77::11/64");
        route("::/0", "br0", "fd77::1");
        h1.links.addStation(IpAddress.parse("fd77::1"), MAC);
        NetworkProposal proposal = proposeBoth();
        assertThat(proposal.gateways()).containsExactly("10.77.0.1", "fd77::1");
        assertThat(proposal.options()).isEmpty();
    }

    @Test
    void withoutAPrefixThereIsNoIpv6ToPropose() {
        assertThatThrownBy(this::proposeBoth).hasMessageContaining("no IPv6 address on br0 but its link-local one");
    }
}
