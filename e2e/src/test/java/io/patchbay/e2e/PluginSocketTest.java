package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Http;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The plugin's socket, called as dockerd calls it, in the orders in which a dockerd that crashed or repeats itself
 * calls; cNN are numbers of the conformance list.
 */
@InLab
@Tag("core")
final class PluginSocketTest {
    private static final String NETWORK = "1".repeat(64);
    private static final String ENDPOINT = "2".repeat(64);
    private static final String UNKNOWN = "3".repeat(64);

    private final Lab lab;
    private final Leftovers leftovers;
    private String space = "";
    private String pool = "";

    PluginSocketTest(Lab lab) {
        this.lab = lab;
        this.leftovers = new Leftovers(lab);
    }

    @BeforeEach
    void askForPoolAndGateway() {
        space = ok("IpamDriver.GetDefaultAddressSpaces", "")
                .path("LocalDefaultAddressSpace")
                .asText();
        pool = ok(
                        "IpamDriver.RequestPool",
                        "{'AddressSpace':'" + space
                                + "','Pool':'10.77.0.0/24','SubPool':'10.77.0.128/25','Options':{},'V6':false}")
                .path("PoolID")
                .asText();
        ok(
                "IpamDriver.RequestAddress",
                "{'PoolID':'" + pool + "','Address':'10.77.0.254','Options':{'RequestAddressType':"
                        + "'com.docker.network.gateway'}}");
    }

    @AfterEach
    void removeAll() {
        ok("IpamDriver.ReleaseAddress", "{'PoolID':'" + pool + "','Address':'10.77.0.254'}");
        ok("IpamDriver.ReleasePool", "{'PoolID':'" + pool + "'}");
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + NETWORK + "'}");
        leftovers.assertNothing();
    }

    private Http.Answer call(String method, String body) {
        return lab.patchbay().call(method, body.replace('\'', '"'));
    }

    private JsonNode ok(String method, String body) {
        Http.Answer answer = call(method, body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().path("Err").asText()
                        + answer.json().path("Error").asText())
                .as(method)
                .isEmpty();
        return answer.json();
    }

    private String err(String method, String body) {
        JsonNode answer = call(method, body).json();
        assertThat(answer.path("Err").asText()).as(method).isNotEmpty();
        assertThat(answer.path("Error").asText())
                .as(method)
                .isEqualTo(answer.path("Err").asText());
        return answer.path("Err").asText();
    }

    private void createNetwork(String options, String more) {
        ok("NetworkDriver.CreateNetwork", network(NETWORK, options, more));
    }

    private String network(String id, String options, String more) {
        return "{'NetworkID':'" + id + "','Options':{'com.docker.network.enable_ipv6':false,"
                + "'com.docker.network.generic':{" + options + "}},'IPv4Data':[{'AddressSpace':'" + space
                + "','Pool':'10.77.0.0/24'" + more + "}],'IPv6Data':[]}";
    }

    private String address() {
        return ok("IpamDriver.RequestAddress", "{'PoolID':'" + pool + "','Address':'','Options':null}")
                .path("Address")
                .asText();
    }

    private void createEndpoint(String address) {
        ok(
                "NetworkDriver.CreateEndpoint",
                "{'NetworkID':'" + NETWORK + "','EndpointID':'" + ENDPOINT + "','Options':{},'Interface':{'Address':'"
                        + address + "','AddressIPv6':'','MacAddress':''}}");
    }

    private static String ids(String endpoint) {
        return "{'NetworkID':'" + NETWORK + "','EndpointID':'" + endpoint + "'}";
    }

    private static String join(String endpoint) {
        return "{'NetworkID':'" + NETWORK + "','EndpointID':'" + endpoint
                + "','SandboxKey':'/var/run/docker/netns/000000000001','Options':{}}";
    }

    private void release(String address) {
        ok(
                "IpamDriver.ReleaseAddress",
                "{'PoolID':'" + pool + "','Address':'" + address.replaceFirst("/.*", "") + "'}");
    }

    @Test
    void c25c26SameNetworkTwiceIsOneAndIsDeletedTwice() {
        createNetwork("", ",'Gateway':'10.77.0.254/24'");
        createNetwork("", ",'Gateway':'10.77.0.254/24'");
        assertThat(lab.patchbay().list("networks")).hasSize(1);
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + NETWORK + "'}");
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + NETWORK + "'}");
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + UNKNOWN + "'}");
    }

    @Test
    void c27c28c33BadOptionsAreNamedAndLeaveNothing() {
        assertThat(err("NetworkDriver.CreateNetwork", network(NETWORK, "'com.docker.network.driver.mtu':'tall'", "")))
                .contains("com.docker.network.driver.mtu")
                .contains("tall");
        assertThat(err("NetworkDriver.CreateNetwork", network(NETWORK, "'colour':'red'", "")))
                .contains("colour");
        assertThat(lab.patchbay().list("networks")).isEmpty();
        assertThat(leftovers.links()).isEmpty();
    }

    @Test
    void c29NetworkIdOfSwarmIsTaken() {
        String id = "abcdefghijklmnopqrstuvwxy";
        ok("NetworkDriver.CreateNetwork", network(id, "", ""));
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + id + "'}");
    }

    @Test
    void c30NetworkOfIpv6Alone() {
        String pool6 = ok(
                        "IpamDriver.RequestPool",
                        "{'AddressSpace':'" + space + "','Pool':'fd00:77::/64','SubPool':'','Options':{},'V6':true}")
                .path("PoolID")
                .asText();
        ok(
                "NetworkDriver.CreateNetwork",
                "{'NetworkID':'" + NETWORK + "','Options':{'com.docker.network.enable_ipv4':false,"
                        + "'com.docker.network.enable_ipv6':true},'IPv4Data':[],'IPv6Data':[{'AddressSpace':'" + space
                        + "','Pool':'fd00:77::/64','Gateway':'fd00:77::fe/64'}]}");
        String address = ok("IpamDriver.RequestAddress", "{'PoolID':'" + pool6 + "','Address':'','Options':null}")
                .path("Address")
                .asText();
        assertThat(address).startsWith("fd00:77::").endsWith("/64");
        ok(
                "NetworkDriver.CreateEndpoint",
                "{'NetworkID':'" + NETWORK + "','EndpointID':'" + ENDPOINT + "','Options':{},'Interface':{'Address':'',"
                        + "'AddressIPv6':'" + address + "','MacAddress':''}}");
        JsonNode joined = ok("NetworkDriver.Join", join(ENDPOINT));
        assertThat(joined.path("GatewayIPv6").asText()).isEqualTo("fd00:77::fe");
        assertThat(joined.path("Gateway").asText()).isEmpty();
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        ok(
                "IpamDriver.ReleaseAddress",
                "{'PoolID':'" + pool6 + "','Address':'" + address.replaceFirst("/.*", "") + "'}");
        ok("IpamDriver.ReleasePool", "{'PoolID':'" + pool6 + "'}");
    }

    @Test
    void c31c32NoGatewayAndAuxAddressThatIsNone() {
        createNetwork("", ",'AuxAddresses':{'a':'<nil>'}");
        assertThat(lab.patchbay().list("networks")).hasSize(1);
    }

    @Test
    void c42c52c53UnknownEndpoints() {
        createNetwork("", ",'Gateway':'10.77.0.254/24'");
        assertThat(err("NetworkDriver.Join", join(UNKNOWN))).contains(UNKNOWN);
        ok("NetworkDriver.Leave", ids(UNKNOWN));
        ok("NetworkDriver.DeleteEndpoint", ids(UNKNOWN));
        assertThat(call("NetworkDriver.EndpointOperInfo", ids(UNKNOWN)).status())
                .isEqualTo(200);
    }

    @Test
    void c43c44c50JoinTwiceIsOneLinkAndDeletingLeavesNone() {
        createNetwork("'com.docker.network.driver.mtu':'1400'", ",'Gateway':'10.77.0.254/24'");
        String address = address();
        createEndpoint(address);
        String source = ok("NetworkDriver.Join", join(ENDPOINT))
                .path("InterfaceName")
                .path("SrcName")
                .asText();
        assertThat(ok("NetworkDriver.Join", join(ENDPOINT))
                        .path("InterfaceName")
                        .path("SrcName")
                        .asText())
                .isEqualTo(source)
                .hasSizeLessThanOrEqualTo(15);
        List<JsonNode> links = leftovers.links();
        assertThat(links)
                .hasSize(2)
                .anyMatch(l -> l.path("ifname").asText().equals(source)
                        && l.path("mtu").asInt() == 1400);
        assertThat(lab.inHostNetwork("ip", "-4", "addr", "show", "dev", source).text())
                .doesNotContain("inet ");
        assertThat(ok("NetworkDriver.EndpointOperInfo", ids(ENDPOINT))
                        .path("Value")
                        .isObject())
                .isTrue();
        ok("NetworkDriver.Leave", ids(ENDPOINT));
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        assertThat(leftovers.links()).isEmpty();
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        release(address);
        release(address);
    }

    @Test
    void c51DeleteWithoutJoinAndWithoutLeave() {
        createNetwork("", ",'Gateway':'10.77.0.254/24'");
        String first = address();
        createEndpoint(first);
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        release(first);
        String second = address();
        createEndpoint(second);
        ok("NetworkDriver.Join", join(ENDPOINT));
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        assertThat(leftovers.links()).isEmpty();
        release(second);
    }

    @Test
    void c36NetworkAndPoolOutliveTheDaemonWithoutBeingToldAgain() {
        createNetwork("", ",'Gateway':'10.77.0.254/24'");
        lab.restart("patchbay", true);
        String address = address();
        createEndpoint(address);
        assertThat(ok("NetworkDriver.Join", join(ENDPOINT)).path("Gateway").asText())
                .isEqualTo("10.77.0.254");
        ok("NetworkDriver.DeleteEndpoint", ids(ENDPOINT));
        release(address);
    }
}
