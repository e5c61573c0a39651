package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The LAN learns at once who has an address now. */
@InLab
@Tag("core")
final class AnnouncementTest {
    private final Lab lab;
    private final Docker docker;

    AnnouncementTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void aQuietContainerIsAnnouncedOnTheLan() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", "10.77.0.40");
        Await.until(
                "the switch saw 10.77.0.40 announced",
                Duration.ofSeconds(5),
                () -> lab.ports().saidOf("10.77.0.40").stream()
                        .anyMatch(s -> s.mac().equals("02:50:0a:4d:00:28")));
        assertThat(lab.ports().portOf("02:50:0a:4d:00:28")).isNotEmpty();
    }

    @Test
    void aNeighbourThatKnowsTheAddressUnderAnotherMacIsSetRight() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", "10.77.0.40", "--mac-address", "02:11:22:33:44:01");
        lab.assertReachable("10.77.0.40");
        docker.ok("rm", "-f", "c1");
        docker.sleeper("c2", "lan", "--ip", "10.77.0.40", "--mac-address", "02:11:22:33:44:02");
        Await.until(
                "the printer knows the new MAC without having asked",
                Duration.ofSeconds(5),
                () -> lab.onPrinter("ip", "neigh", "show", "10.77.0.40").out().contains("02:11:22:33:44:02"));
        lab.assertReachable("10.77.0.40");
    }
}
