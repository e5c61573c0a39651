package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways out by a router's link-local address, and names of interfaces, as dockerd is told of them. */
final class JoinAnswerTest {
    private static final String V4 = "10.77.0.0/24";
    private static final String V6 = "fd77::/64";
    private static final IpAddress ROUTER = IpAddress.parse("fe80::1");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private String network(Map<String, String> options, boolean internal, Map<String, String> gateways) {
        List<IpamData> data = new ArrayList<>();
        gateways.forEach((subnet, gateway) -> {
            String pool = world.requestPool(NetworkPlan.of(subnet));
            Optional<IpAddress> its = gateway.isEmpty()
                    ? Optional.empty()
                    : Optional.of(world.requestGateway(pool, Optional.of(gateway)));
            data.add(new IpamData(IpamDriver.LOCAL_SPACE, Subnet.parse(subnet), its, Map.of()));
        });
        String id = world.newId();
        world.driver().network().createNetwork(new NetworkRequest(id, new NetworkSettings(internal, options), data));
        return id;
    }

    private JoinGrant join(String network, String sandbox, Map<String, String> options, String... addresses) {
        String endpoint = world.newId();
        List<Cidr> cidrs = List.of(addresses).stream().map(Cidr::parse).toList();
        world.driver()
                .network()
                .createEndpoint(new EndpointRequest(network, endpoint, cidrs, Optional.empty(), options));
        return world.driver().network().join(network, endpoint, sandbox);
    }

    private static StaticRoute route(String destination, String hop) {
        return new StaticRoute(
                Subnet.parse(destination), hop.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(hop)));
    }

    @Test
    void aNextHopMayBeARoutersLinkLocalAddressAndIsFoundOnItsLink() {
        String lan = network(
                Map.of("io.patchbay.routes", "2001:db8::/32 via fe80::1, 2001:db9::/32 via fe80::1"),
                false,
                Map.of(V4, "10.77.0.254", V6, ""));
        JoinGrant grant = join(lan, "/c1", Map.of(), "10.77.0.9/24", "fd77::9/64");
        assertThat(grant.routes())
                .containsExactly(
                        route("fe80::1/128", ""), route("2001:db8::/32", "fe80::1"), route("2001:db9::/32", "fe80::1"));
        assertThat(grant.gatewayV6()).isEmpty();
    }

    @Test
    void soMayTheGatewayOfIPv6() {
        String lan = network(Map.of("io.patchbay.gateway6", "fe80::1"), false, Map.of(V4, "10.77.0.254", V6, ""));
        JoinGrant grant = join(lan, "/c1", Map.of(), "10.77.0.9/24", "fd77::9/64");
        assertThat(grant.gateway()).contains(IpAddress.parse("10.77.0.254"));
        assertThat(grant.gatewayV6()).contains(ROUTER);
        assertThat(grant.routes()).containsExactly(route("fe80::1/128", ""));
    }

    @Test
    void aContainerHasOneLinkOnWhichSuchARouterIs() {
        Map<String, String> options = Map.of("io.patchbay.gateway6", "fe80::1");
        String one = network(options, false, Map.of(V6, ""));
        String two = network(options, false, Map.of("fd78::/64", ""));
        join(one, "/c1", Map.of(), "fd77::9/64");
        assertThatThrownBy(() -> join(two, "/c1", Map.of(), "fd78::9/64"))
                .hasMessageContaining("whose next hop is fe80::1 too");
        join(two, "/c2", Map.of(), "fd78::10/64");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        routes   | 2001:db8::/32 via fe80::1 | false | 10.77.0.254 | 10.77.0.0/24 | which the network does not have
        gateway6 | fe80::1     | false | 10.77.0.254 | 10.77.0.0/24 | which the network does not have
        gateway6 | fe80::1     | true  | ''          | fd77::/64    | contradicts --internal
        gateway6 | fe80::1     | false | fd77::fe    | fd77::/64    | contradicts --gateway fd77::fe
        gateway6 | fd77::1     | false | ''          | fd77::/64    | is not a router's link-local address
        gateway6 | 169.254.1.1 | false | ''          | fd77::/64    | is not a router's link-local address
        gateway6 | me          | false | ''          | fd77::/64    | is no address
        """)
    void whatNoEngineCanDoIsRefusedWhenTheNetworkIsMade(
            String key, String value, boolean internal, String gateway, String subnet, String sentence) {
        assertThatThrownBy(() -> network(Map.of("io.patchbay." + key, value), internal, Map.of(subnet, gateway)))
                .hasMessageContaining(sentence);
    }

    @Test
    void aGatewayThatIsLeftOutCannotBeGiven() {
        assertThatThrownBy(() -> network(
                        Map.of("io.patchbay.gateway6", "fe80::1", "io.patchbay.gateway", "none6"),
                        false,
                        Map.of(V6, "")))
                .hasMessageContaining("contradicts io.patchbay.gateway");
    }

    private static Map<String, String> named(String name) {
        return Map.of("com.docker.network.endpoint.ifname", name);
    }

    @Test
    void aNameIsPassedOnAsThePrefixThatTheEngineNumbers() {
        String lan = network(Map.of(), false, Map.of(V4, "10.77.0.254"));
        JoinGrant wan = join(lan, "/c1", named("wan0"), "10.77.0.9/24");
        assertThat(wan.targetPrefix()).isEqualTo("wan");
        assertThat(wan.targetName()).contains("wan0");
        assertThat(join(lan, "/c2", named("eth1"), "10.77.0.10/24").targetPrefix())
                .isEqualTo("eth");
        assertThat(join(lan, "/c3", Map.of(), "10.77.0.11/24").targetName()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"wan1", "wan", "0", "a-very-long-name0", "w/0"})
    void aNameThatTheEngineWouldNotGiveIsRefused(String name) {
        String lan = network(Map.of(), false, Map.of(V4, "10.77.0.254"));
        assertThatThrownBy(() -> join(lan, "/c1", named(name), "10.77.0.9/24"))
                .hasMessageStartingWith("interface name " + name + " cannot be had: ")
                .hasMessageContaining("give a name such as lan0");
    }
}
