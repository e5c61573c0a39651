package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Http;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A stand-in for Docker 29, which no release of Debian has: its calls, in its order, on a real daemon and kernel. What
 * is new: the container's name comes with RequestAddress, no gateway is guessed for a network that wants none, a Join
 * that failed is followed by Leave, once or twice, and Revoke may be missing.
 */
@InLab
final class Docker29Test {
    private static final String NETWORK = "a".repeat(64);
    private static final String ENDPOINT = "b".repeat(64);
    private static final String IDS = "'NetworkID':'" + NETWORK + "','EndpointID':'" + ENDPOINT + "'";
    private static final String SANDBOX = ",'SandboxKey':'/var/run/docker/netns/000000000029','Options':{}}";
    private static final String NO_GATEWAY =
            "{'com.docker.network.enable_ipv4':true,'com.docker.network.enable_ipv6':false,"
                    + "'com.docker.network.generic':{'io.patchbay.gateway':'none',"
                    + "'com.docker.network.bridge.name':'br29'}}";

    private final Lab lab;
    private final Leftovers leftovers;

    Docker29Test(Lab lab) {
        this.lab = lab;
        this.leftovers = new Leftovers(lab);
    }

    private JsonNode call(String method, String body) {
        Http.Answer answer = lab.patchbay().call(method, body.replace('\'', '"'));
        assertThat(answer.status()).as("%s: %s", method, answer).isEqualTo(200);
        return answer.json();
    }

    private JsonNode ok(String method, String body) {
        JsonNode answer = call(method, body);
        assertThat(answer.path("Err").asText()).as(method).isEmpty();
        return answer;
    }

    private String address(String pool) {
        return ok(
                        "IpamDriver.RequestAddress",
                        "{'PoolID':'" + pool + "','Address':'','Options':{'com.docker.network.endpoint.name':'web'}}")
                .path("Address")
                .asText();
    }

    private void createEndpoint(String address) {
        ok(
                "NetworkDriver.CreateEndpoint",
                "{" + IDS + ",'Interface':{'Address':'" + address + "','AddressIPv6':'','MacAddress':''},"
                        + "'Options':{'com.docker.network.portmap':[],'com.docker.network.endpoint.exposedports':[]}}");
    }

    private void release(String pool, String address) {
        ok(
                "IpamDriver.ReleaseAddress",
                "{'PoolID':'" + pool + "','Address':'" + address.replaceFirst("/.*", "") + "'}");
    }

    @Test
    void aNetworkWithoutAGatewayAndAContainerWhoseFirstJoinFails() {
        bridge("add", "type", "bridge");
        JsonNode need = ok("NetworkDriver.GwAllocCheck", "{'Options':" + NO_GATEWAY + "}");
        assertThat(need.path("SkipIPv4").asBoolean()).isTrue();
        String pool = ok(
                        "IpamDriver.RequestPool",
                        "{'AddressSpace':'patchbay-local','Pool':'" + Lab.SUBNET
                                + "','SubPool':'','Options':null,'V6':false}")
                .path("PoolID")
                .asText();
        ok(
                "NetworkDriver.CreateNetwork",
                "{'NetworkID':'" + NETWORK + "','Options':" + NO_GATEWAY
                        + ",'IPv4Data':[{'AddressSpace':'patchbay-local','Pool':'" + Lab.SUBNET + "'}],'IPv6Data':[]}");
        joinFails(pool);
        assertThat(leftovers.links()).isEmpty();

        String address = address(pool);
        createEndpoint(address);
        JsonNode joined = ok("NetworkDriver.Join", "{" + IDS + SANDBOX);
        assertThat(joined.path("Gateway").asText()).isEmpty();
        assertThat(joined.path("DisableGatewayService").asBoolean()).isTrue();
        assertThat(leftovers.links()).hasSize(2);
        // after a restart of the engine, with live-restore, it no longer knows that it has anything to revoke
        ok("NetworkDriver.Leave", "{" + IDS + "}");
        ok("NetworkDriver.DeleteEndpoint", "{" + IDS + "}");
        release(pool, address);
        ok("IpamDriver.ReleasePool", "{'PoolID':'" + pool + "'}");
        ok("NetworkDriver.DeleteNetwork", "{'NetworkID':'" + NETWORK + "'}");
        bridge("del");
        leftovers.assertNothing();
    }

    private void bridge(String verb, String... more) {
        List<String> command = new ArrayList<>(List.of("ip", "link", verb, "br29"));
        command.addAll(List.of(more));
        lab.inHostNetwork(command.toArray(String[]::new)).ok();
    }

    /** The bridge is away for a moment. */
    private void joinFails(String pool) {
        String address = address(pool);
        createEndpoint(address);
        bridge("del");
        assertThat(call("NetworkDriver.Join", "{" + IDS + SANDBOX).path("Err").asText())
                .contains("br29");
        bridge("add", "type", "bridge");
        ok("NetworkDriver.Leave", "{" + IDS + "}");
        ok("NetworkDriver.Leave", "{" + IDS + "}");
        ok("NetworkDriver.DeleteEndpoint", "{" + IDS + "}");
        release(pool, address);
    }
}
