package io.patchbay.api;

import static io.patchbay.api.Served.IDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What engines from 26 on send besides. */
@Timeout(60)
class NewerEnginesTest {
    @TempDir
    Path directory;

    private Object request(String method, String body) throws IOException {
        try (Served served = Served.in(directory);
                RawClient client = served.client()) {
            client.send("POST /" + method + " HTTP/1.1\r\nHost: plugin.moby.localhost\r\nContent-Length: "
                    + body.length() + "\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n" + body);
            Response response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).doesNotContain("Err");
            assertThat(served.recorded.seen).hasSize(1);
            return served.recorded.seen.remove();
        }
    }

    @Test
    void version28AsksWhetherAGatewayIsNeeded() throws IOException {
        assertThat(request(
                        "NetworkDriver.GwAllocCheck",
                        "{\"Options\":{\"com.docker.network.enable_ipv4\":true,"
                                + "\"com.docker.network.enable_ipv6\":false,"
                                + "\"com.docker.network.generic\":{\"com.docker.network.bridge.name\":\"br0\"}}}\n"))
                .isEqualTo(new NetworkSettings(false, Map.of("com.docker.network.bridge.name", "br0")));
    }

    @Test
    void version28GivesAnInterfaceNameAndSysctls() throws IOException {
        EndpointRequest request = (EndpointRequest) request(
                "NetworkDriver.CreateEndpoint",
                "{" + IDS + ",\"Interface\":{\"Address\":\"10.77.0.5/24\",\"AddressIPv6\":\"\",\"MacAddress\":\"\"},"
                        + "\"Options\":{\"com.docker.network.endpoint.ifname\":\"lan0\","
                        + "\"com.docker.network.portmap\":[],"
                        + "\"com.docker.network.endpoint.exposedports\":[]}}\n");
        assertThat(request.options()).isEqualTo(Map.of("com.docker.network.endpoint.ifname", "lan0"));
    }

    @Test
    void version29NamesTheContainerInRequestAddress() throws IOException {
        assertThat(request(
                        "IpamDriver.RequestAddress",
                        "{\"PoolID\":\"p\",\"Address\":\"\","
                                + "\"Options\":{\"com.docker.network.endpoint.name\":\"web\"}}\n"))
                .isEqualTo(
                        new AddressRequest("p", Optional.empty(), Map.of("com.docker.network.endpoint.name", "web")));
    }
}
