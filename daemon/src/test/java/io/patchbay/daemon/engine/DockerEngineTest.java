package io.patchbay.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.engine.EngineService;
import io.patchbay.core.engine.EngineTask;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter on what real engines answered (20.10.24), shortened. */
class DockerEngineTest {
    private static final String LAN = """
        {"Name":"lan","Id":"c38c5fb5","Created":"2026-11-24T22:11:24.647899987Z","Scope":"local",
        "Driver":"patchbay","EnableIPv6":false,"IPAM":{"Driver":"patchbay","Options":{"io.patchbay.segment":"default"},
        "Config":[{"Subnet":"10.77.0.0/24","IPRange":"10.77.0.128/25","Gateway":"10.77.0.254",
        "AuxiliaryAddresses":{"a":"10.77.0.200"}}]},
        "Internal":false,"Attachable":false,"Ingress":false,
        "ConfigFrom":{"Network":""},"ConfigOnly":false,"Containers":{"29c08":{"Name":"c2","EndpointID":"981eda",
        "MacAddress":"02:50:0a:4d:00:81","IPv4Address":"10.77.0.129/24","IPv6Address":""}},
        "Options":{"com.docker.network.driver.mtu":"1400"},"Labels":{"x":"y"}}\
        """;

    private static final String HOST = """
        {"Name":"host","Id":"f2a7","Scope":"local","Driver":"host","EnableIPv6":false,
        "IPAM":{"Driver":"default","Options":null,"Config":[]},"Internal":false,"Attachable":false,"Ingress":false,
        "ConfigFrom":{"Network":""},"ConfigOnly":false,"Containers":{},"Options":null,"Labels":null}\
        """;

    @TempDir
    private Path folder;

    private EngineStub stub;
    private DockerEngine engine;

    @BeforeEach
    void listen() throws IOException {
        stub = new EngineStub(folder.resolve("d.sock"));
        engine = new DockerEngine(folder.resolve("d.sock"));
    }

    @AfterEach
    void close() throws IOException {
        stub.close();
    }

    private static NetworkPlan lan() {
        return new NetworkPlan(
                "lan",
                "patchbay",
                "local",
                NetworkPlan.Traits.PLAIN,
                Optional.empty(),
                Map.of("com.docker.network.driver.mtu", "1400"),
                new NetworkPlan.Ipam(
                        "patchbay",
                        Map.of("io.patchbay.segment", "default"),
                        List.of(new NetworkPlan.Range(
                                "10.77.0.0/24",
                                Optional.of("10.77.0.128/25"),
                                Optional.of("10.77.0.254"),
                                Map.of("a", "10.77.0.200")))),
                Map.of("x", "y"));
    }

    @Test
    void aListedNetworkIsReadWhole() {
        stub.answer("200 OK", "[" + HOST + "," + LAN + "]");
        List<EngineNetwork> networks = engine.networks();
        assertThat(stub.lastRequest()).startsWith("GET /networks HTTP/1.0\r\n");
        assertThat(networks).hasSize(2);
        assertThat(networks.get(1)).isEqualTo(new EngineNetwork("c38c5fb5", lan()));
        assertThat(networks.get(0).plan().options()).isEmpty();
    }

    @Test
    void whatIsAskedForIsWhatIsListedAfterwards() {
        stub.answer("201 Created", "{\"Id\":\"c38c5fb5\",\"Warning\":\"\"}");
        assertThat(engine.create(lan())).isEqualTo("c38c5fb5");
        String request = stub.lastRequest();
        assertThat(request).startsWith("POST /networks/create HTTP/1.0\r\n").contains("Content-Type: application/json");
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        assertThat(body).contains("\"CheckDuplicate\":true");
        stub.answer("200 OK", "[" + body.replaceFirst("\\{", "{\"Id\":\"c38c5fb5\",") + "]");
        assertThat(engine.networks()).containsExactly(new EngineNetwork("c38c5fb5", lan()));
    }

    /**
     * Engines refuse one that says its scope: "Network operator fields like [ ingress | internal | attachable | scope ]
     * are not supported".
     */
    @Test
    void aConfigOnlyNetworkDoesNotSayItsScope() {
        stub.answer("201 Created", "{\"Id\":\"c38c5fb5\"}");
        NetworkPlan lan = lan();
        engine.create(new NetworkPlan(
                "lan-config",
                "null",
                NetworkPlan.LOCAL,
                new NetworkPlan.Traits(false, true, false, false, false, true),
                Optional.empty(),
                lan.options(),
                lan.ipam(),
                lan.labels()));
        assertThat(stub.lastRequest()).contains("\"ConfigOnly\":true").doesNotContain("\"Scope\"");
        engine.create(lan);
        assertThat(stub.lastRequest()).contains("\"Scope\":\"local\"");
    }

    @Test
    void containersAreToldByNameWithoutTheSlash() {
        stub.answer("200 OK", LAN);
        assertThat(engine.attachments("c38c5fb5")).containsExactly(new Attachment("981eda", "c2"));
        stub.answer("200 OK", "[{\"Id\":\"cdb3\",\"Names\":[\"/gone\"],\"State\":\"exited\"}]");
        assertThat(engine.containersOf("c38c5fb5")).containsExactly("gone");
        assertThat(stub.lastRequest())
                .startsWith("GET /containers/json?all=1&filters=%7B%22network%22%3A%5B%22c38c5fb5%22%5D%7D HTTP");
    }

    /** What is not in half an answer would look forgotten, and its networks would be ended. */
    @Test
    void anAnswerThatIsCutOffIsNoAnswer() {
        String whole = "[" + HOST + "," + LAN + "]";
        for (String half : List.of("", "[", whole.substring(0, whole.length() / 2), "<html>", "{\"a\":1}", "null")) {
            stub.answer("200 OK", half);
            assertUnavailable(engine::networks);
            assertUnavailable(() -> engine.containersOf("c38c5fb5"));
            assertUnavailable(engine::services);
            assertUnavailable(engine::tasks);
        }
        for (String half : List.of("", LAN.substring(0, 40), "[]")) {
            stub.answer("200 OK", half);
            assertUnavailable(() -> engine.attachments("c38c5fb5"));
            stub.answer("201 Created", half);
            assertUnavailable(() -> engine.create(lan()));
        }
    }

    @Test
    void anAnswerShorterThanItSaysIsNoAnswer() {
        stub.answer("200 OK\r\nContent-Length: 3", "[]");
        assertUnavailable(engine::networks);
        stub.answer("200 OK\r\nContent-Length: 2", "[]");
        assertThat(engine.networks()).isEmpty();
    }

    private static void assertUnavailable(ThrowingCallable question) {
        assertThatThrownBy(question)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining("cut off");
    }

    @Test
    void anEndpointThatIsNotToldIsNotOneThatIsMissing() {
        stub.answer(
                "200 OK",
                "[{\"Id\":\"a\",\"Names\":[\"/t\"],\"NetworkSettings\":{\"Networks\":{\"lan\":{\"NetworkID\":\"n1\"},"
                        + "\"two\":{\"NetworkID\":\"n2\",\"EndpointID\":\"\"}}}}]");
        assertThat(engine.tasks().get(0).endpoints()).isEqualTo(Map.of("n2", ""));
    }

    @Test
    void anAbsentNetworkHasNoContainersAndIsRemovedAlready() {
        stub.answer("404 Not Found", "{\"message\":\"network x not found\"}");
        assertThat(engine.attachments("x")).isEmpty();
        engine.remove("x");
        assertThat(stub.lastRequest()).startsWith("DELETE /networks/x HTTP");
    }

    @Test
    void aTakenNameAndAUsedNetworkAreConflicts() {
        stub.answer("409 Conflict", "{\"message\":\"network with name lan already exists\"}");
        assertThatThrownBy(() -> engine.create(lan()))
                .hasMessageContaining("network with name lan already exists")
                .extracting(e -> ((PatchbayException) e).kind())
                .isEqualTo(Kind.CONFLICT);
        stub.answer("403 Forbidden", "{\"message\":\"error while removing network: it has active endpoints\"}");
        assertThatThrownBy(() -> engine.remove("x"))
                .hasMessageContaining("active endpoints")
                .extracting(e -> ((PatchbayException) e).kind())
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void aDriversRefusalIsPassedOnInItsWords() {
        stub.answer("500 Internal Server Error", "{\"message\":\"bridge br7 does not exist on host h2\"}");
        assertThatThrownBy(() -> engine.create(lan()))
                .hasMessageEndingWith("did not make network lan: bridge br7 does not exist on host h2")
                .extracting(e -> ((PatchbayException) e).kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void itsApiTellsWhetherItTakesNoGateway() {
        for (String old : List.of("1.41", "1.45", "1.47")) {
            stub.answer("200 OK", "{\"ApiVersion\":\"" + old + "\"}");
            assertThat(engine.takesNoGateway()).as(old).isFalse();
        }
        for (String other : List.of("1.48", "1.51", "2.0", "", "1.x")) {
            stub.answer("200 OK", "{\"ApiVersion\":\"" + other + "\"}");
            assertThat(engine.takesNoGateway()).as(other).isTrue();
        }
    }

    @Test
    void servicesAreThoseOfASwarmAndNoneElsewhere() {
        stub.answer("503 Service Unavailable", "{\"message\":\"This node is not a swarm manager.\"}");
        assertThat(engine.services()).isEmpty();
        stub.answer("200 OK", "[]");
        assertThat(engine.services()).contains(List.of());
        stub.answer(
                "200 OK",
                "[{\"ID\":\"s1\",\"Spec\":{\"Name\":\"web\",\"TaskTemplate\":{\"Networks\":[{\"Target\":\"n1\"}]},"
                        + "\"EndpointSpec\":{\"Mode\":\"dnsrr\"}}}]");
        assertThat(engine.services()).contains(List.of(new EngineService("s1", "web", "dnsrr", List.of("n1"))));
    }

    @Test
    void aServiceIsOnTheNetworksItNamesAndOnThoseItHasAVirtualAddressIn() {
        stub.answer("200 OK", """
            [{"ID":"s1","Spec":{"Name":"web","TaskTemplate":{"Networks":[{"Target":"n1","Aliases":["www"]}]},
            "EndpointSpec":{"Mode":"vip"}},"Endpoint":{"Spec":{"Mode":"vip"},
            "VirtualIPs":[{"NetworkID":"n1","Addr":"10.77.0.128/24"},{"NetworkID":"ingress","Addr":"10.0.0.3/24"}]}},
            {"ID":"s2","Spec":{"Name":"old","TaskTemplate":{},"Networks":[{"Target":"n2"}]},"Endpoint":{"Spec":{}}}]\
            """);
        assertThat(engine.services())
                .contains(List.of(
                        new EngineService("s1", "web", "vip", List.of("n1", "ingress")),
                        new EngineService("s2", "old", "vip", List.of("n2"))));
    }

    @Test
    void aSwarmWithoutALeaderIsNotOneWithoutServices() {
        stub.answer("500 Internal Server Error", "{\"message\":\"rpc error: The swarm does not have a leader.\"}");
        assertThatThrownBy(engine::services).hasMessageContaining("did not list services: rpc error");
    }

    /** As 28.5 told of a container that it had started for want of a network a second time. */
    @Test
    void aTaskSaysWhereItHasAnEndpoint() {
        stub.answer("200 OK", """
            [{"Id":"b0e2","Names":["/web.2.tgoc"],"State":"running","Labels":{"com.docker.swarm.task.id":"tgoc"},
            "NetworkSettings":{"Networks":{"lan":{"IPAMConfig":{},"NetworkID":"kkot","EndpointID":"","IPAddress":""}}}},
            {"Id":"a348","Names":["/web.5.qv9c"],"State":"running","Labels":{"com.docker.swarm.task.id":"qv9c"},
            "NetworkSettings":{"Networks":{"lan":{"NetworkID":"kkot","EndpointID":"ac9d","IPAddress":"10.77.0.198"},
            "ingress":{"NetworkID":"i","EndpointID":""}}}}]\
            """);
        List<EngineTask> tasks = engine.tasks();
        assertThat(stub.lastRequest())
                .startsWith("GET /containers/json?filters=%7B%22status%22%3A%5B%22running%22%5D%2C"
                        + "%22label%22%3A%5B%22com.docker.swarm.task.id%22%5D%7D HTTP");
        assertThat(tasks)
                .containsExactly(
                        new EngineTask("b0e2", "web.2.tgoc", Map.of("kkot", "")),
                        new EngineTask("a348", "web.5.qv9c", Map.of("kkot", "ac9d", "i", "")));
        assertThat(tasks).extracting(EngineTask::isStranded).containsExactly(true, false);
    }

    @Test
    void aContainerThatDoesNotRunIsKilledAlready() {
        stub.answer("204 No Content", "");
        engine.kill("b0e2");
        assertThat(stub.lastRequest()).startsWith("POST /containers/b0e2/kill HTTP");
        stub.answer("404 Not Found", "{\"message\":\"No such container: b0e2\"}");
        engine.kill("b0e2");
        stub.answer("409 Conflict", "{\"message\":\"container b0e2 is not running\"}");
        engine.kill("b0e2");
        stub.answer("500 Internal Server Error", "{\"message\":\"context deadline exceeded\"}");
        assertThatThrownBy(() -> engine.kill("b0e2"))
                .hasMessageEndingWith("did not kill container b0e2: context deadline exceeded");
    }

    @Test
    void anEngineThatIsNotThereIsUnavailable() throws IOException {
        stub.close();
        Files.delete(folder.resolve("d.sock"));
        assertThatThrownBy(engine::networks)
                .hasMessageStartingWith("the engine at " + folder.resolve("d.sock") + " cannot be asked")
                .extracting(e -> ((PatchbayException) e).kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }
}
