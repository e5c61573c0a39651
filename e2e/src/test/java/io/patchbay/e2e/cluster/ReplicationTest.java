package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A network made on one host is on all of them, and goes from all of them. */
@InLab(hosts = 3)
final class ReplicationTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Duration CATCHES_UP = Duration.ofSeconds(60);

    private final Lab lab;

    ReplicationTest(Lab lab) {
        this.lab = lab;
    }

    private Docker docker(int host) {
        return lab.host(host).docker();
    }

    @Test
    @Tag("core")
    void aNetworkAppearsOnAllHostsWithItsOptionsAndGoesFromAll() {
        docker(1)
                .lan(
                        "lan",
                        "-o",
                        "com.docker.network.driver.mtu=1400",
                        "--aux-address",
                        "nas=10.77.0.200",
                        "--label",
                        "floor=2");
        JsonNode made = docker(1).api("/networks/lan");
        for (Host host : lab.hosts()) {
            host.docker().awaitNetwork("lan", SECONDS);
            JsonNode here = host.docker().api("/networks/lan");
            assertThat(here.path("IPAM").path("Config"))
                    .as("%s", host)
                    .isEqualTo(made.path("IPAM").path("Config"));
            assertThat(here.path("Options")
                            .path("com.docker.network.driver.mtu")
                            .asText())
                    .as("%s", host)
                    .isEqualTo("1400");
            assertThat(here.path("Labels").path("floor").asText())
                    .as("%s", host)
                    .isEqualTo("2");
            host.docker().sleeper("c1", "lan");
            assertThat(host.docker().link("c1")).contains("mtu 1400");
        }
        lab.ports().assertAsEnginesKnow();
        lab.hosts().forEach(host -> host.docker().ok("rm", "-f", "c1"));
        docker(2).ok("network", "rm", "lan");
        lab.hosts().forEach(host -> host.docker().awaitNoNetwork("lan", SECONDS));
        new Leftovers(lab).assertNothing();
    }

    @Test
    void whereAContainerUsesTheNetworkItStaysUntilThatIsGone() {
        lab.lanEverywhere("lan");
        docker(3).sleeper("c1", "lan");
        docker(1).ok("network", "rm", "lan");
        docker(2).awaitNoNetwork("lan", SECONDS);
        lab.assertReachable(docker(3).ip("c1", "lan"));
        assertThat(docker(3).networkNames()).contains("lan");
        assertThat(lab.host(1).on("patchbay", "networks").out()
                        + lab.host(3).on("patchbay", "doctor").out())
                .as("what says that host 3 still has it")
                .contains("h3")
                .contains("lan");
        docker(3).ok("rm", "-f", "c1");
        docker(3).awaitNoNetwork("lan", CATCHES_UP);
    }

    @Test
    void aHostThatWasOffCatchesUpWithWhatWasMadeAndRemoved() {
        lab.lanEverywhere("old");
        lab.crash(lab.host(2));
        docker(1).ok("network", "rm", "old");
        docker(1).lan("new");
        docker(3).awaitNetwork("new", SECONDS);
        docker(3).awaitNoNetwork("old", SECONDS);
        lab.host(2).boot();
        docker(2).awaitNetwork("new", CATCHES_UP);
        docker(2).awaitNoNetwork("old", CATCHES_UP);
        docker(2).sleeper("c1", "new");
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    void aNetworkThatIsToStayOnItsHostStaysThere() {
        docker(1).localLan("own");
        docker(1).lan("shared", "--ip-range", "10.77.0.64/27");
        docker(2).awaitNetwork("shared", SECONDS);
        docker(3).awaitNetwork("shared", SECONDS);
        // made before the one that is there by now
        assertThat(docker(2).networkNames()).containsExactly("shared");
        assertThat(docker(3).networkNames()).containsExactly("shared");
    }

    @Test
    void anotherDriversNetworkOfTheNameIsLeftAlone() {
        String theirs = docker(2).ok("network", "create", "-d", "bridge", "lan");
        docker(1).lan("lan");
        docker(3).awaitNetwork("lan", SECONDS);
        assertThat(docker(2).api("/networks/" + theirs).path("Driver").asText()).isEqualTo("bridge");
        docker(1).ok("network", "rm", "lan");
        docker(3).awaitNoNetwork("lan", SECONDS);
        assertThat(docker(2).api("/networks/" + theirs).path("Driver").asText()).isEqualTo("bridge");
    }
}
