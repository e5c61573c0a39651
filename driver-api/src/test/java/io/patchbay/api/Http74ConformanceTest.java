package io.patchbay.api;

import static io.patchbay.api.Served.IDS;
import static io.patchbay.api.Served.NETWORK;
import static io.patchbay.api.Served.assertRefused;
import static io.patchbay.api.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.api.RawClient.Response;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance list's cases on the raw socket, by number. */
class Http74ConformanceTest extends ServedDriver {
    static List<String> methodsWithBody() {
        return Route.table(new ExternalConnectivity()).values().stream()
                .map(Route::method)
                .sorted()
                .toList();
    }

    @Test
    void c01_activateIsAnsweredAThousandTimesTheSame() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<Future<Response>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                answers.add(clients.submit(() -> served.call("Plugin.Activate", "")));
            }
            for (Future<Response> answer : answers) {
                Response response = answer.get(30, TimeUnit.SECONDS);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo("{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}");
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void c02_networkCapabilitiesDeclareLocalScopeAndGlobalConnectivity() throws IOException {
        JsonNode answer = json(served.call("NetworkDriver.GetCapabilities", ""));
        assertThat(answer.path("Scope").asText()).isEqualTo("local");
        assertThat(answer.path("ConnectivityScope").asText()).isEqualTo("global");
        assertThat(answer.path("GwAllocChecker").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Plugin.Activate",
                "NetworkDriver.GetCapabilities",
                "IpamDriver.GetCapabilities",
                "IpamDriver.GetDefaultAddressSpaces"
            })
    void c03_c04_theHandshakeIsTheSameWithoutAStore(String method) throws IOException {
        Response connected = served.call(method, "");
        served.close();
        try (Served alone =
                Served.waiting(PluginSettings.of(directory.resolve("b.sock"), false), new CompletableFuture<>())) {
            Response unconnected = alone.call(method, "");
            assertThat(unconnected.status()).isEqualTo(200);
            assertThat(unconnected.body()).isEqualTo(connected.body());
        }
    }

    @Test
    void c04_addressSpacesAreTwoDifferentNames() throws IOException {
        JsonNode answer = json(served.call("IpamDriver.GetDefaultAddressSpaces", ""));
        assertThat(answer.path("LocalDefaultAddressSpace").asText()).isNotEmpty();
        assertThat(answer.path("GlobalDefaultAddressSpace").asText())
                .isNotEmpty()
                .isNotEqualTo(answer.path("LocalDefaultAddressSpace").asText());
        JsonNode capabilities = json(served.call("IpamDriver.GetCapabilities", ""));
        assertThat(capabilities.path("RequiresMACAddress").asBoolean(true)).isFalse();
        assertThat(capabilities.path("RequiresRequestReplay").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/NetworkDriver.NoSuchMethod",
                "/IpamDriver.NoSuchMethod",
                "/",
                "/foo",
                "/Plugin.Activate/",
                "//",
                "/%00",
                "/NetworkDriver.Join%0a"
            })
    void c05_c06_anUnknownPathIs404(String path) throws IOException {
        try (RawClient client = served.client()) {
            assertRefused(client.post(path, "{}"), 404);
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Plugin.Activate", "/NetworkDriver.Join", "/IpamDriver.RequestPool"})
    void c07_getIs405AndTheServerStaysUp(String path) throws IOException {
        try (RawClient client = served.client()) {
            assertRefused(client.get(path), 405);
            assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Content-Type: text/plain\r\n", "Content-Type: ;;;\r\n", "Content-Type: application/json\r\n"
            })
    void c08_c09_theBodyIsParsedWhateverItsContentType(String header) throws IOException {
        String body = "{\"PoolID\":\"p\",\"Address\":\"10.77.0.9\",\"Options\":null}\n";
        try (RawClient client = served.client()) {
            client.send("POST /IpamDriver.RequestAddress HTTP/1.1\r\nHost: \r\n" + header + "Content-Length: "
                    + body.length() + "\r\n\r\n" + body);
            assertThat(json(client.read()).path("Address").asText()).isEqualTo("10.77.0.9/24");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: \r\n",
                "Host:\r\n",
                "Host: plugin.moby.localhost\r\n",
                "Host: %2frun%2fdocker.sock\r\n",
                "Host: a b c\r\n",
                "Host: x:99999\r\n",
                ""
            })
    void c10_anyHostIsServed(String host) throws IOException {
        try (RawClient client = served.client()) {
            client.send("POST /Plugin.Activate HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void c11_http10IsServed() throws IOException {
        String body = "{" + IDS + ",\"SandboxKey\":\"/var/run/docker/netns/1\"}";
        try (RawClient client = served.client()) {
            client.send("POST /NetworkDriver.Join HTTP/1.0\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(json(client.read()).path("InterfaceName").path("SrcName").asText())
                    .isEqualTo("pb0123456789");
        }
    }

    @ParameterizedTest
    @MethodSource("methodsWithBody")
    void c12_c13_c14_whatIsNoObjectIsRefusedWithoutEffect(String method) throws IOException {
        for (String body :
                List.of("", "{", "null", "[]", "\"x\"", "1", "true", "nonsense", "{\"a\":", "{\"a\":[1", "\0", " ")) {
            try (RawClient client = served.client()) {
                assertRefused(client.post("/" + method, body), 400);
                assertThat(client.post("/Plugin.Activate", "").status()).isEqualTo(200);
            }
        }
        assertThat(served.recorded.seen).isEmpty();
    }

    @Test
    void c13_anEmptyBodySaysThatNothingWasDone() throws IOException {
        assertThat(json(served.call("NetworkDriver.CreateEndpoint", ""))
                        .path("Err")
                        .asText())
                .isEqualTo("NetworkDriver.CreateEndpoint came without a body; nothing was done");
    }

    @Test
    void c15_unknownFieldsAreIgnored() throws IOException {
        Response response = served.call(
                "NetworkDriver.Leave",
                "{" + IDS + ",\"Later\":{\"deep\":[[{\"a\":1.5e9}],null]},\"x\":-3,\"y\":[]} trailing");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{}");
    }

    @Test
    void c16_optionalObjectsMayBeNullOrAbsent() throws IOException {
        for (String rest : List.of("", ",\"Options\":null,\"Interface\":null", ",\"Options\":{},\"Interface\":{}")) {
            assertThat(served.call("NetworkDriver.CreateEndpoint", "{" + IDS + rest + "}")
                            .status())
                    .isEqualTo(200);
        }
        for (String rest : List.of(
                "",
                ",\"Options\":null,\"IPv4Data\":null,\"IPv6Data\":null",
                ",\"Options\":{\"com.docker.network.generic\":null}")) {
            assertThat(served.call("NetworkDriver.CreateNetwork", "{\"NetworkID\":\"" + NETWORK + "\"" + rest + "}")
                            .status())
                    .isEqualTo(200);
        }
        assertThat(served.call("NetworkDriver.Join", "{" + IDS + ",\"Options\":null}")
                        .status())
                .isEqualTo(200);
        assertThat(served.call("IpamDriver.RequestPool", "{\"AddressSpace\":\"patchbay-local\"}")
                        .status())
                .isEqualTo(200);
        assertThat(served.recorded.seen).hasSize(8);
    }

    static List<List<String>> wrongTypes() {
        String data = "{\"NetworkID\":\"n\",\"IPv4Data\":[{\"Pool\":\"10.0.0.0/8\"";
        return List.of(
                List.of("NetworkDriver.DeleteNetwork", "{\"NetworkID\":7}", "NetworkID"),
                List.of("NetworkDriver.DeleteNetwork", "{\"NetworkID\":[]}", "NetworkID"),
                List.of("NetworkDriver.DeleteNetwork", "{\"NetworkID\":{}}", "NetworkID"),
                List.of("NetworkDriver.DeleteNetwork", "{\"NetworkID\":\"\"}", "NetworkID"),
                List.of("NetworkDriver.DeleteNetwork", "{}", "NetworkID"),
                List.of("NetworkDriver.Leave", "{\"NetworkID\":\"n\",\"EndpointID\":true}", "EndpointID"),
                List.of("NetworkDriver.Join", "{" + IDS + ",\"SandboxKey\":1}", "SandboxKey"),
                List.of("NetworkDriver.CreateEndpoint", "{" + IDS + ",\"Interface\":\"x\"}", "Interface"),
                List.of(
                        "NetworkDriver.CreateEndpoint",
                        "{" + IDS + ",\"Interface\":{\"Address\":4}}",
                        "Interface.Address"),
                List.of("NetworkDriver.CreateEndpoint", "{" + IDS + ",\"Options\":[]}", "Options"),
                List.of("NetworkDriver.CreateNetwork", "{\"NetworkID\":\"n\",\"IPv4Data\":{}}", "IPv4Data"),
                List.of("NetworkDriver.CreateNetwork", "{\"NetworkID\":\"n\",\"IPv4Data\":[null]}", "IPv4Data[0]"),
                List.of("NetworkDriver.CreateNetwork", data + "},{\"Pool\":1}]}", "IPv4Data[1].Pool"),
                List.of("NetworkDriver.CreateNetwork", data + ",\"AuxAddresses\":[]}]}", "IPv4Data[0].AuxAddresses"),
                List.of(
                        "NetworkDriver.CreateNetwork",
                        "{\"NetworkID\":\"n\",\"Options\":{\"com.docker.network.internal\":1}}",
                        "Options.com.docker.network.internal"),
                List.of(
                        "NetworkDriver.GwAllocCheck",
                        "{\"Options\":{\"com.docker.network.generic\":{\"mtu\":1400}}}",
                        "Options.com.docker.network.generic.mtu"),
                List.of("IpamDriver.RequestPool", "{\"AddressSpace\":[]}", "AddressSpace"),
                List.of("IpamDriver.RequestPool", "{\"V6\":\"maybe\"}", "V6"),
                List.of("IpamDriver.RequestAddress", "{\"PoolID\":\"p\",\"Options\":{\"a\":null}}", "Options.a"),
                List.of("IpamDriver.RequestAddress", "{\"Address\":\"10.0.0.1\"}", "PoolID"),
                List.of("IpamDriver.ReleaseAddress", "{\"PoolID\":\"p\"}", "Address"));
    }

    @ParameterizedTest
    @MethodSource("wrongTypes")
    void c17_aWrongTypeIsRefusedByTheFieldsName(List<String> row) throws IOException {
        Response response = served.call(row.get(0), row.get(1));
        assertRefused(response, 400);
        assertThat(json(response).path("Err").asText()).contains("field " + row.get(2) + " is ");
        assertThat(served.recorded.seen).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("methodsWithBody")
    void c18_successIs200WithAnObjectThatNamesNoError(String method) throws IOException {
        Response response = served.call(
                method, "{" + IDS + ",\"PoolID\":\"p\",\"Address\":\"10.77.0.9\",\"AddressSpace\":\"patchbay-local\"}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).isObject()).isTrue();
        assertThat(json(response).has("Err")).isFalse();
        assertThat(json(response).has("Error")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("methodsWithBody")
    void c19_failureHasBothKeys(String method) throws IOException {
        boolean asksTheDriver = Route.table(new ExternalConnectivity()).get("/" + method) instanceof Route.Driven;
        String body = "{" + IDS + ",\"PoolID\":\"p\",\"Address\":\"10.77.0.9\",\"AddressSpace\":\"patchbay-local\"}";
        for (Kind kind : asksTheDriver ? Kind.values() : new Kind[0]) {
            served.recorded.before = () -> {
                throw new PatchbayException(kind, "pool 10.77.0.0/24 is \"full\"");
            };
            Response response = served.call(method, body);
            assertRefused(response, kind == Kind.INTERNAL ? 500 : 200);
            assertThat(json(response).path("Err").asText()).isEqualTo("pool 10.77.0.0/24 is \"full\"");
        }
    }

    @Test
    void c19_aDefectIsAnAnswerToo() throws IOException {
        for (Throwable defect : List.of(new IllegalStateException("secret"), new StackOverflowError("secret"))) {
            served.recorded.before = () -> sneak(defect);
            Response response = served.call("NetworkDriver.Join", "{" + IDS + "}");
            assertRefused(response, 500);
            assertThat(response.body())
                    .contains(defect.getClass().getSimpleName())
                    .doesNotContain("secret");
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }
}
