package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host that is the one cut off does not judge the others. */
@Timeout(60)
class CutOffTest {
    private static final String ADDRESS = "10.77.0.9";
    private final World h1 = World.ofCluster(0);

    @AfterEach
    void end() {
        h1.close();
    }

    private List<Finding> ofHosts() {
        return h1.driver().inspection().doctor().stream()
                .filter(finding -> finding.check().equals("dead-host"))
                .toList();
    }

    private boolean isToldToForget() {
        return ofHosts().stream().anyMatch(finding -> finding.advice().contains("host forget"));
    }

    private String why() {
        return h1.driver()
                .inspection()
                .why(IpAddress.parse(ADDRESS), Optional.empty())
                .get(0)
                .message();
    }

    @Test
    void itIsNotToldToForgetThem() {
        World h2 = h1.neighbour("h2");
        h2.run(h2.createNetwork(NetworkPlan.of(World.LAN)), ADDRESS);
        Await.until("h1 knows", () -> why().endsWith("Host h2 is alive"));
        h2.close();
        Await.until("h2 is missed", this::isToldToForget);
        assertThat(why()).contains("patchbay host forget");
        h1.line().cut();
        Await.until("h1 is away", h1::isAway);
        assertThat(ofHosts()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARN);
            assertThat(finding.message()).startsWith("this host is cut off");
        });
        assertThat(isToldToForget()).isFalse();
        assertThat(why()).doesNotContain("patchbay host forget").contains("is not known here");
        h1.line().mend();
        Await.until("h1 is back", () -> {
            // h2 is asked, and answers nothing
            h1.time.pass(Duration.ofMillis(100));
            return isToldToForget();
        });
    }

    @Test
    void norToForgetItselfAfterARestart() {
        h1.run(h1.createNetwork(NetworkPlan.of(World.LAN)), ADDRESS);
        Await.until(
                "the copy on disk",
                () -> h1.onDisk("mirror/claims/default~10.77.0.0_24/" + ADDRESS).isPresent());
        h1.stopDaemon();
        h1.line().cut();
        h1.restartDaemonAlone();
        assertThat(h1.isAway()).isTrue();
        assertThat(isToldToForget()).isFalse();
        assertThat(ofHosts())
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.WARN));
    }
}
