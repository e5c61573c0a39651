package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Squatter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A machine on the LAN has an address that containers would get: before they start, while they do, and after. */
@InLab
@Tag("core")
final class SquatterTest {
    private static final Duration HEARD = Duration.ofSeconds(20);
    private static final String NET6 = "fd00:77::/64";
    private static final String RANGE6 = "fd00:77::70:0/125";

    private final Lab lab;
    private final Docker docker;

    SquatterTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    /** Each test has a range of its own: what was silent a moment ago is not asked for again. */
    private void lan(String range, String... more) {
        List<String> words = new ArrayList<>(List.of("--ip-range", range));
        words.addAll(List.of(more));
        docker.lan("lan", words.toArray(String[]::new));
    }

    private String why(String address) {
        return lab.onHost("patchbay", "claims", "why", address).out();
    }

    private void awaitQuarantined(String address) {
        Await.until(address + " is in quarantine", HEARD, () -> why(address).contains("with MAC " + Squatter.MAC));
    }

    private List<String> addresses() {
        return lab.patchbay().list("claims").stream()
                .filter(claim -> claim.path("kind").asText().equals("endpoint"))
                .map((JsonNode claim) -> claim.path("address").asText())
                .toList();
    }

    @Test
    void whatItHadBeforeIsSteppedOverAndRefusedByNameInBothFamilies() {
        try (Squatter squatter = Squatter.with(lab, "10.77.0.65/24")) {
            squatter.take("fd00:77::70:1/64");
            lan("10.77.0.64/29", "--ipv6", "--subnet", NET6, "--ip-range", RANGE6, "--gateway", Lab.PRINTER6);
            awaitQuarantined("10.77.0.65");
            awaitQuarantined("fd00:77::70:1");
            for (int i = 0; i < 4; i++) {
                docker.sleeper("c" + i, "lan");
            }
            assertThat(addresses()).doesNotContain("10.77.0.65", "fd00:77::70:1");
            docker.refuses(
                    "address 10.77.0.65 of pool 10.77.0.0/24 is that of a machine on the LAN with MAC " + Squatter.MAC,
                    Docker.trial("lan", "--ip", "10.77.0.65"));
            assertThat(lab.onHost("patchbay", "doctor").out()).contains("quarantine", "10.77.0.65", Squatter.MAC);
        }
    }

    @Test
    void oneThatIsWantedByNameIsAskedForAtOnce() {
        lan("10.77.0.72/29");
        try (Squatter squatter = Squatter.with(lab, "10.77.0.99/24")) {
            assertThat(squatter).isNotNull();
            docker.refuses(
                    "address 10.77.0.99 of pool 10.77.0.0/24 is that of a machine on the LAN with MAC " + Squatter.MAC,
                    Docker.trial("lan", "--ip", "10.77.0.99"));
        }
        docker.sleeper("c1", "lan", "--ip", "10.77.0.98");
        lab.assertReachable("10.77.0.98");
    }

    /** The network has just been made, so that nothing was asked when the first container comes. */
    @Test
    void whatIsFoundWhileContainersStartIsKeptFromTheNext() {
        try (Squatter squatter = Squatter.with(lab, "10.77.0.80/24")) {
            assertThat(squatter).isNotNull();
            lan("10.77.0.80/29");
            var first = docker.run(Docker.trial("lan"));
            assertThat(first.exit() == 0 || first.toString().contains("is that of a machine on the LAN"))
                    .as("%s", first)
                    .isTrue();
            awaitQuarantined("10.77.0.80");
            docker.sleeper("c1", "lan");
            assertThat(addresses()).doesNotContain("10.77.0.80");
        }
    }

    @Test
    void whatItTakesAfterwardsIsNotGivenAgain() {
        lan("10.77.0.88/29");
        docker.sleeper("c1", "lan");
        try (Squatter squatter = Squatter.with(lab, "10.77.0.100/24")) {
            assertThat(squatter).isNotNull();
            docker.refuses("with MAC " + Squatter.MAC, Docker.trial("lan", "--ip", "10.77.0.100"));
            awaitQuarantined("10.77.0.100");
        }
    }

    @Test
    void aNetworkThatSaysNoDoesNotAsk() {
        docker.lan("lan", "--ip-range", "10.77.0.104/29", "-o", "io.patchbay.probe=off");
        try (Squatter squatter = Squatter.with(lab, "10.77.0.104/24")) {
            assertThat(squatter).isNotNull();
            docker.sleeper("c1", "lan");
            assertThat(docker.ip("c1", "lan")).isEqualTo("10.77.0.104");
            assertThat(why("10.77.0.104")).doesNotContain(Squatter.MAC);
        }
    }
}
