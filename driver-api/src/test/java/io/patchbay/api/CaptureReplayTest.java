package io.patchbay.api;

import static io.patchbay.api.Served.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.api.RawClient.Response;
import io.patchbay.api.RecordingDrivers.EndpointCall;
import io.patchbay.api.RecordingDrivers.JoinCall;
import io.patchbay.api.RecordingDrivers.Named;
import io.patchbay.api.RecordingDrivers.Release;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver.AddressRequest;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What dockerd 20.10 sent, byte for byte, arrives in core as a second, independent decoder reads it. */
@Timeout(60)
class CaptureReplayTest {
    private static final Path CAPTURES = Path.of("src/test/resources/dockerd-20.10");

    @TempDir
    Path directory;

    static Stream<Path> captures() throws IOException {
        try (Stream<Path> files = Files.list(CAPTURES)) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void everyRequestIsUnderstood(Path capture) throws IOException {
        List<Object> expected = new ArrayList<>();
        try (Served served = Served.in(directory);
                RawClient client = served.client()) {
            for (String line : Files.readAllLines(capture)) {
                JsonNode sent = MAPPER.readTree(line);
                String path = sent.path("path").asText();
                String body = sent.path("body").asText();
                client.send("POST " + path + " HTTP/1.1\r\nHost: "
                        + sent.path("host").asText()
                        + "\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: " + body.length()
                        + "\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n" + body);
                Response response = client.read();
                assertThat(response.status())
                        .as("%s %s: %s", path, body, response.body())
                        .isEqualTo(200);
                assertThat(MAPPER.readTree(response.body()).has("Err"))
                        .as(response.body())
                        .isFalse();
                decoded(path, MAPPER.readTree(body)).ifPresent(expected::add);
            }
            assertThat(served.recorded.seen).containsExactlyElementsOf(expected);
        }
    }

    private static Optional<Object> decoded(String path, JsonNode r) {
        String network = r.path("NetworkID").asText();
        String endpoint = r.path("EndpointID").asText();
        String pool = r.path("PoolID").asText();
        return Optional.ofNullable(
                switch (path) {
                    case "/IpamDriver.RequestPool" ->
                        new PoolRequest(
                                r.path("AddressSpace").asText(),
                                given(r.path("Pool")).map(Subnet::parse),
                                given(r.path("SubPool")).map(Subnet::parse),
                                texts(r.path("Options")),
                                r.path("V6").asBoolean());
                    case "/IpamDriver.ReleasePool" -> new Named("releasePool", pool);
                    case "/IpamDriver.RequestAddress" ->
                        new AddressRequest(
                                pool, given(r.path("Address")).map(IpAddress::parse), texts(r.path("Options")));
                    case "/IpamDriver.ReleaseAddress" ->
                        new Release(pool, IpAddress.parse(r.path("Address").asText()));
                    case "/NetworkDriver.CreateNetwork" -> network(network, r);
                    case "/NetworkDriver.AllocateNetwork" -> allocated(network, r);
                    case "/NetworkDriver.FreeNetwork" -> new Named("freeNetwork", network);
                    case "/NetworkDriver.DeleteNetwork" -> new Named("deleteNetwork", network);
                    case "/NetworkDriver.CreateEndpoint" -> endpoint(network, endpoint, r);
                    case "/NetworkDriver.Join" ->
                        new JoinCall(network, endpoint, r.path("SandboxKey").asText());
                    case "/NetworkDriver.Leave" -> new EndpointCall("leave", network, endpoint);
                    case "/NetworkDriver.DeleteEndpoint" -> new EndpointCall("deleteEndpoint", network, endpoint);
                    case "/NetworkDriver.EndpointOperInfo" -> new EndpointCall("endpointInfo", network, endpoint);
                    default -> null;
                });
    }

    private static NetworkRequest network(String id, JsonNode r) {
        JsonNode options = r.path("Options");
        return new NetworkRequest(
                id,
                new NetworkSettings(
                        options.path("com.docker.network.internal").asBoolean(),
                        texts(options.path("com.docker.network.generic"))),
                ipam(r));
    }

    /** Here the options are those of {@code -o} alone. */
    private static NetworkRequest allocated(String id, JsonNode r) {
        return new NetworkRequest(id, new NetworkSettings(false, texts(r.path("Options"))), ipam(r));
    }

    private static List<IpamData> ipam(JsonNode r) {
        List<IpamData> ipam = new ArrayList<>();
        for (String family : List.of("IPv4Data", "IPv6Data")) {
            r.path(family)
                    .forEach(data -> ipam.add(new IpamData(
                            data.path("AddressSpace").asText(),
                            Subnet.parse(data.path("Pool").asText()),
                            given(data.path("Gateway"))
                                    .map(text -> Cidr.parse(text).address()),
                            aux(data.path("AuxAddresses")))));
        }
        return ipam;
    }

    private static Map<String, IpAddress> aux(JsonNode aux) {
        Map<String, IpAddress> addresses = new HashMap<>();
        texts(aux).forEach((name, text) -> addresses.put(name, Cidr.parse(text).address()));
        return addresses;
    }

    private static EndpointRequest endpoint(String network, String endpoint, JsonNode r) {
        JsonNode wanted = r.path("Interface");
        Map<String, String> options = texts(r.path("Options"));
        options.remove("com.docker.network.endpoint.macaddress");
        return new EndpointRequest(
                network,
                endpoint,
                Stream.of("Address", "AddressIPv6")
                        .flatMap(name -> given(wanted.path(name)).stream())
                        .map(Cidr::parse)
                        .toList(),
                given(wanted.path("MacAddress")).map(MacAddress::parse),
                options);
    }

    private static Optional<String> given(JsonNode value) {
        return value.asText("").isEmpty() ? Optional.empty() : Optional.of(value.asText());
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        StreamSupport.stream(object.properties().spliterator(), false)
                .filter(field -> field.getValue().isTextual())
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
