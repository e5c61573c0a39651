package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an operator reads on the host. */
@InLab
final class CommandLineTest {
    private final Lab lab;
    private final Docker docker;

    CommandLineTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
        docker.lan("lan");
        docker.sleeper("c1", "lan");
    }

    @Test
    void listsAreTheDaemonsOwn() throws Exception {
        // the engine is asked for names beside its calls
        Await.until(
                "the claim has its container's name",
                Duration.ofSeconds(10),
                () -> lab.patchbay().list("claims").stream()
                        .anyMatch(claim -> claim.path("container").asText().equals("c1")));
        for (String what : List.of("networks", "endpoints", "pools", "claims")) {
            String json = lab.onHost("patchbay", what, "--json").text();
            List<JsonNode> rows = lab.patchbay().list(what);
            assertThat(rows).isNotEmpty();
            JsonNode printed = new ObjectMapper().readTree(json);
            JsonNode list = printed.isArray() ? printed : printed.path(what);
            assertThat(list).containsExactlyElementsOf(rows);
        }
        assertThat(lab.onHost("patchbay", "claims").text()).contains("ADDRESS").contains(docker.ip("c1", "lan"));
    }

    @Test
    void statusShowsTheClusterAndThatNothingFails() {
        String status = lab.onHost("patchbay", "status").text();
        assertThat(status).startsWith("Patchbay ").contains(": ready\n").containsPattern("lan +10\\.");
        assertThat(lab.onHost("patchbay", "endpoints", "--filter", "network=lan", "--format", "{{.Addresses}}")
                        .text()
                        .strip())
                .startsWith(docker.ip("c1", "lan") + "/");
    }

    /** Without a JVM there is no other way than the daemon's. */
    @Test
    void theDaemonDoesWhatAProcessOfItsOwnWould() {
        for (String what : List.of("status", "networks", "endpoints --no-trunc", "claims --json", "pool --help")) {
            List<String> words = List.of(what.split(" ", -1));
            String shown = lab.onHost(command(words, "env", "JAVA_HOME=/nowhere", "patchbay"))
                    .text();
            assertThat(shown)
                    .isEqualTo(lab.onHost(command(words, "env", "PATCHBAY_ALONE=yes", "patchbay"))
                            .text());
        }
        assertThat(lab.onHost("env", "JAVA_HOME=/nowhere", "patchbay", "claims", "--config", "/x")
                        .err())
                .contains("JAVA_HOME is /nowhere");
    }

    private static String[] command(List<String> words, String... before) {
        return Stream.concat(Stream.of(before), words.stream()).toArray(String[]::new);
    }

    @Test
    void doctorFindsNothingWrong() {
        assertThat(lab.onHost("patchbay", "doctor").ok().out()).contains("br0");
    }

    @Test
    void doctorNamesAMissingCable() {
        lab.lab("port", "1", "down").ok();
        try {
            assertThat(lab.onHost("patchbay", "doctor").out()).containsIgnoringCase("eth0");
        } finally {
            lab.lab("port", "1", "up").ok();
        }
    }

    @Test
    void metricsCountCallsAndAddresses() {
        assertThat(lab.onHost("curl", "-sf", "http://127.0.0.1:9877/metrics").text())
                .contains("patchbay_")
                .contains("CreateEndpoint");
    }
}
