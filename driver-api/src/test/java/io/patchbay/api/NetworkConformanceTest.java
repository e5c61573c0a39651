package io.patchbay.api;

import static io.patchbay.api.Served.ENDPOINT;
import static io.patchbay.api.Served.IDS;
import static io.patchbay.api.Served.NETWORK;
import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.api.RawClient.Response;
import io.patchbay.api.RecordingDrivers.EndpointCall;
import io.patchbay.api.RecordingDrivers.JoinCall;
import io.patchbay.api.RecordingDrivers.Named;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.JoinGrant;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the conformance list says of networks and endpoints, as far as it is translation, by number. */
class NetworkConformanceTest extends ServedDriver {
    private Object onlyRequest() {
        assertThat(served.recorded.seen).hasSize(1);
        return served.recorded.seen.remove();
    }

    private NetworkRequest create(String fields) throws IOException {
        assertThat(served.call("NetworkDriver.CreateNetwork", "{" + fields + "}")
                        .body())
                .isEqualTo("{}");
        return (NetworkRequest) onlyRequest();
    }

    private JsonNode endpoint(String fields) throws IOException {
        Response response = served.call("NetworkDriver.CreateEndpoint", "{" + IDS + "," + fields + "}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).has("Err")).as(response.body()).isFalse();
        return json(response).path("Interface");
    }

    @Test
    void c28_optionsReachCoreAsTheyAre() throws IOException {
        NetworkRequest request = create("\"NetworkID\":\"n\",\"Options\":{\"com.docker.network.enable_ipv4\":true,"
                + "\"com.docker.network.enable_ipv6\":false,\"com.docker.network.internal\":true,"
                + "\"com.docker.network.generic\":{\"parent\":\"eth0\",\"No.Such\":\"X\"}},"
                + "\"IPv4Data\":[],\"IPv6Data\":[]");
        assertThat(request)
                .isEqualTo(new NetworkRequest(
                        "n", new NetworkSettings(true, Map.of("parent", "eth0", "No.Such", "X")), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "\"true\"", "\"TRUE\""})
    void internalIsABooleanOrAText(String value) throws IOException {
        assertThat(create("\"NetworkID\":\"n\",\"Options\":{\"com.docker.network.internal\":" + value + "}")
                        .settings()
                        .internal())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "\"false\"", "null", "\"\""})
    void notInternalIsSaidInSeveralWays(String value) throws IOException {
        assertThat(create("\"NetworkID\":\"n\",\"Options\":{\"com.docker.network.internal\":" + value + "}")
                        .settings()
                        .internal())
                .isFalse();
    }

    @Test
    void c29_aSwarmNetworksIdIsTaken() throws IOException {
        assertThat(create("\"NetworkID\":\"v6ay8bpwdkl3h9gfzc7xnq01s\"").networkId())
                .isEqualTo("v6ay8bpwdkl3h9gfzc7xnq01s");
    }

    @Test
    void c30_c31_aNetworkMayHaveIpv6AloneAndNoGateway() throws IOException {
        NetworkRequest request = create("\"NetworkID\":\"n\",\"IPv4Data\":[],\"IPv6Data\":["
                + "{\"AddressSpace\":\"patchbay-local\",\"Pool\":\"fd77:0:0::/64\"}]");
        assertThat(request.ipam())
                .containsExactly(new IpamData("patchbay-local", Subnet.parse("fd77::/64"), Optional.empty(), Map.of()));
    }

    @Test
    void c32_auxAddressesThatAreNoneAreLeftOut() throws IOException {
        NetworkRequest request =
                create("\"NetworkID\":\"n\",\"IPv4Data\":[{\"AddressSpace\":\"s\",\"Pool\":\"10.1.0.0/24\","
                        + "\"Gateway\":\"10.1.0.1/24\","
                        + "\"AuxAddresses\":{\"a\":\"<nil>\",\"b\":\"10.1.0.2/24\",\"c\":\"10.1.0.3\",\"d\":\"\"}}]");
        assertThat(request.ipam())
                .containsExactly(new IpamData(
                        "s",
                        Subnet.parse("10.1.0.0/24"),
                        Optional.of(IpAddress.parse("10.1.0.1")),
                        Map.of("b", IpAddress.parse("10.1.0.2"), "c", IpAddress.parse("10.1.0.3"))));
    }

    @Test
    void theNullIpamsPoolIsTaken() throws IOException {
        assertThat(create("\"NetworkID\":\"n\",\"IPv4Data\":[{\"AddressSpace\":\"null\",\"Pool\":\"0.0.0.0/0\"}]")
                        .ipam()
                        .get(0)
                        .subnet())
                .isEqualTo(Subnet.parse("0.0.0.0/0"));
    }

    @Test
    void severalSubnetsKeepTheirOrder() throws IOException {
        assertThat(create("\"NetworkID\":\"n\",\"IPv4Data\":[{\"Pool\":\"10.2.0.0/24\"},{\"Pool\":\"10.1.0.0/24\"}],"
                                + "\"IPv6Data\":[{\"Pool\":\"fd01::/64\"}]")
                        .ipam())
                .extracting(data -> data.subnet().toString())
                .containsExactly("10.2.0.0/24", "10.1.0.0/24", "fd01::/64");
    }

    @Test
    void aBadGatewayNamesFieldAndValue() throws IOException {
        Response response = served.call(
                "NetworkDriver.CreateNetwork",
                "{\"NetworkID\":\"n\",\"IPv4Data\":[{\"Pool\":\"10.2.0.0/24\",\"Gateway\":\"10.2.0.999/24\"}]}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).path("Err").asText()).startsWith("field IPv4Data[0].Gateway is \"10.2.0.999/24\": ");
        assertThat(served.recorded.seen).isEmpty();
    }

    @Test
    void gwAllocCheckAnswersPerFamily() throws IOException {
        Response response = served.call(
                "NetworkDriver.GwAllocCheck",
                "{\"Options\":{\"com.docker.network.internal\":true,\"com.docker.network.generic\":{\"a\":\"b\"}}}");
        assertThat(response.body())
                .isIn("{\"SkipIPv4\":true,\"SkipIPv6\":true}", "{\"SkipIPv6\":true,\"SkipIPv4\":true}");
        assertThat(onlyRequest()).isEqualTo(new NetworkSettings(true, Map.of("a", "b")));
    }

    @Test
    void c26_deleteNetworkAnswersAnEmptyObject() throws IOException {
        assertThat(served.call("NetworkDriver.DeleteNetwork", "{\"NetworkID\":\"n\"}")
                        .body())
                .isEqualTo("{}");
        assertThat(onlyRequest()).isEqualTo(new Named("deleteNetwork", "n"));
    }

    @Test
    void allocateNetworkEchoesItsOptions() throws IOException {
        assertThat(json(served.call(
                                "NetworkDriver.AllocateNetwork",
                                "{\"NetworkID\":\"n\",\"Options\":{\"a\":\"b\",\"c\":\"\"},"
                                        + "\"IPv4Data\":[],\"IPv6Data\":null}"))
                        .toString())
                .isEqualTo("{\"Options\":{\"a\":\"b\",\"c\":\"\"}}");
        assertThat(served.call("NetworkDriver.FreeNetwork", "{\"NetworkID\":\"n\"}")
                        .body())
                .isEqualTo("{}");
        assertThat(served.recorded.seen)
                .containsExactly(
                        new NetworkRequest("n", new NetworkSettings(false, Map.of("a", "b", "c", "")), List.of()),
                        new Named("freeNetwork", "n"));
    }

    @Test
    void c38_whatDockerdGaveIsNotGivenBack() throws IOException {
        assertThat(endpoint("\"Interface\":{\"Address\":\"10.77.0.5/24\",\"AddressIPv6\":\"fd77::5/64\","
                                + "\"MacAddress\":\"02:42:0a:4d:00:05\"}")
                        .isEmpty())
                .isTrue();
        assertThat(onlyRequest())
                .isEqualTo(new EndpointRequest(
                        NETWORK,
                        ENDPOINT,
                        List.of(Cidr.parse("10.77.0.5/24"), Cidr.parse("fd77::5/64")),
                        Optional.of(MacAddress.parse("02:42:0a:4d:00:05")),
                        Map.of()));
    }

    @Test
    void c39_withoutAMacTheAnswerHasOneAndNothingElse() throws IOException {
        JsonNode answer =
                endpoint("\"Interface\":{\"Address\":\"10.77.0.5/24\",\"AddressIPv6\":\"\",\"MacAddress\":\"\"}");
        assertThat(answer.toString()).isEqualTo("{\"MacAddress\":\"" + RecordingDrivers.DERIVED + "\"}");
    }

    @Test
    void c40_withoutAnAddressTheRequestHasNone() throws IOException {
        assertThat(endpoint("\"Interface\":{\"Address\":\"\",\"AddressIPv6\":\"\",\"MacAddress\":\"\"}")
                        .has("Address"))
                .isFalse();
        assertThat(((EndpointRequest) onlyRequest()).addresses()).isEmpty();
    }

    @Test
    void c41_theUsersMacComesAsBase64OrInTheInterface() throws IOException {
        endpoint("\"Interface\":{},\"Options\":{\"com.docker.network.endpoint.macaddress\":\"AhEiM0RV\"}");
        EndpointRequest encoded = (EndpointRequest) onlyRequest();
        assertThat(encoded.mac()).contains(MacAddress.parse("02:11:22:33:44:55"));
        assertThat(encoded.options()).isEmpty();
        endpoint("\"Interface\":{\"MacAddress\":\"02:11:22:33:44:66\"},"
                + "\"Options\":{\"com.docker.network.endpoint.macaddress\":\"AhEiM0RV\"}");
        assertThat(((EndpointRequest) onlyRequest()).mac()).contains(MacAddress.parse("02:11:22:33:44:66"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AhEi", "not base64!", "02:11:22:33:44:55"})
    void aMacOptionThatIsNoneNamesFieldAndValue(String value) throws IOException {
        Response response = served.call(
                "NetworkDriver.CreateEndpoint",
                "{" + IDS + ",\"Options\":{\"com.docker.network.endpoint.macaddress\":\"" + value + "\"}}");
        assertThat(json(response).path("Err").asText())
                .startsWith("field Options.com.docker.network.endpoint.macaddress is \"" + value + "\": ");
        assertThat(served.recorded.seen).isEmpty();
    }

    @Test
    void c65_endpointOptionsAreTheTextsAtTheTopLevel() throws IOException {
        endpoint("\"Interface\":{},\"Options\":{\"foo\":\"bar\","
                + "\"com.docker.network.portmap\":[{\"Proto\":6,\"Port\":[[1]]}],"
                + "\"com.docker.network.endpoint.exposedports\":[],"
                + "\"com.docker.network.endpoint.dnsservers\":[\"10.0.0.1\"],"
                + "\"com.docker.network.endpoint.sysctls\":\"net.ipv4.conf.IFNAME.log_martians=1\","
                + "\"n\":null,\"o\":{\"p\":\"q\"}}");
        assertThat(((EndpointRequest) onlyRequest()).options())
                .isEqualTo(Map.of(
                        "foo", "bar",
                        "com.docker.network.endpoint.sysctls", "net.ipv4.conf.IFNAME.log_martians=1"));
    }

    @Test
    void c42_c43_joinAnswersWhatCoreGrants() throws IOException {
        Response response = served.call(
                "NetworkDriver.Join",
                "{" + IDS + ",\"SandboxKey\":\"/var/run/docker/netns/eb469f69fce5\","
                        + "\"Options\":{\"com.docker.network.portmap\":[]}}");
        assertThat(json(response).toString())
                .isEqualTo(json(response).toString())
                .contains("\"SrcName\":\"pb0123456789\"", "\"DstPrefix\":\"eth\"", "\"Gateway\":\"10.77.0.254\"")
                .doesNotContain("DstName", "GatewayIPv6", "StaticRoutes", "DisableGatewayService");
        assertThat(onlyRequest()).isEqualTo(new JoinCall(NETWORK, ENDPOINT, "/var/run/docker/netns/eb469f69fce5"));
    }

    @Test
    void c48_c49_joinCarriesRoutesAndTheGatewayServicesAbsence() throws IOException {
        served.recorded.joinGrant = () -> new JoinGrant(
                "pb1",
                "eth",
                Optional.of("eth7"),
                Optional.empty(),
                Optional.of(IpAddress.parse("fd77::1")),
                List.of(
                        new StaticRoute(Subnet.parse("10.9.0.0/16"), Optional.of(IpAddress.parse("10.77.0.1"))),
                        new StaticRoute(Subnet.parse("169.254.1.1/32"), Optional.empty())),
                true);
        JsonNode answer = json(served.call("NetworkDriver.Join", "{" + IDS + "}"));
        assertThat(answer.path("InterfaceName").path("DstName").asText()).isEqualTo("eth7");
        assertThat(answer.has("Gateway")).isFalse();
        assertThat(answer.path("GatewayIPv6").asText()).isEqualTo("fd77::1");
        assertThat(answer.path("DisableGatewayService").asBoolean()).isTrue();
        assertThat(answer.path("StaticRoutes"))
                .containsExactlyInAnyOrder(
                        Served.MAPPER.readTree(
                                "{\"Destination\":\"10.9.0.0/16\",\"RouteType\":0,\"NextHop\":\"10.77.0.1\"}"),
                        Served.MAPPER.readTree("{\"Destination\":\"169.254.1.1/32\",\"RouteType\":1}"));
    }

    @Test
    void c51_c52_leaveAndDeleteEndpointAnswerAnEmptyObject() throws IOException {
        assertThat(served.call("NetworkDriver.Leave", "{" + IDS + "}").body()).isEqualTo("{}");
        assertThat(onlyRequest()).isEqualTo(new EndpointCall("leave", NETWORK, ENDPOINT));
        assertThat(served.call("NetworkDriver.DeleteEndpoint", "{" + IDS + "}").body())
                .isEqualTo("{}");
        assertThat(onlyRequest()).isEqualTo(new EndpointCall("deleteEndpoint", NETWORK, ENDPOINT));
    }

    @Test
    void c53_endpointInfoIsAMapKnownOrNot() throws IOException {
        assertThat(json(served.call("NetworkDriver.EndpointOperInfo", "{" + IDS + "}"))
                        .toString())
                .isEqualTo("{\"Value\":{\"link\":\"pb0123456789\"}}");
        served.recorded.info = Map.of();
        assertThat(json(served.call("NetworkDriver.EndpointOperInfo", "{" + IDS + "}"))
                        .toString())
                .isEqualTo("{\"Value\":{}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{\"Proto\":6,\"Port\":80}]"})
    void c54_publishedPortsNeedNoProgramming(String ports) throws IOException {
        for (String verb : List.of("Program", "Program", "Revoke", "Revoke")) {
            assertThat(served.call(
                                    "NetworkDriver." + verb + "ExternalConnectivity",
                                    "{" + IDS + ",\"Options\":{\"com.docker.network.portmap\":" + ports
                                            + ",\"com.docker.network.driver.private.no_proxy_6to4\":true}}")
                            .body())
                    .isEqualTo("{}");
        }
        assertThat(served.recorded.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"New", "Delete"})
    void c55_discoveryIsAccepted(String verb) throws IOException {
        assertThat(served.call(
                                "NetworkDriver.Discover" + verb,
                                "{\"DiscoveryType\":1,\"DiscoveryData\":{"
                                        + "\"Address\":\"192.0.2.1\",\"BindAddress\":\"\",\"Self\":true}}")
                        .body())
                .isEqualTo("{}");
    }
}
