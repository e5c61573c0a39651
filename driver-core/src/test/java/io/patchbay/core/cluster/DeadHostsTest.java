package io.patchbay.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadHostsTest {
    private static final IpAddress GATEWAY = IpAddress.parse("10.77.0.254");
    private static final MacAddress MAC = MacAddress.parse("02:77:00:00:00:fe");
    private static final HostSettings FREES =
            new HostSettings("machine of h3", "", "", Duration.ofHours(1), Optional.of(Duration.ofHours(1)), true);

    private final World h1 = new World();
    private final World h2 = h1.neighbour("h2");
    private final World h3 = h1.neighbour("h3", FREES);

    @BeforeEach
    void aLan() {
        h3.links.addStation(GATEWAY, MAC);
        h3.links.addAddress(new LinkAddress(h3.links.find("br0").orElseThrow().index(), Cidr.parse("10.77.0.13/24")));
        Network network = h2.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
        h2.run(network, "10.77.0.9");
        h2.run(network, "10.77.0.10", Optional.of(MacAddress.parse("02:11:22:33:44:55")));
    }

    @AfterEach
    void end() {
        h3.close();
        h1.close();
    }

    private void killAndWait(Duration time) {
        h2.close();
        Await.until(
                "h2 is missed",
                () -> h3.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("dead")));
        h3.driver().cluster().tick();
        h3.time.pass(time);
        h3.driver().cluster().tick();
    }

    private long endpointsOfH2() {
        return h3.driver().inspection().endpoints().stream()
                .filter(e -> e.host().equals("h2"))
                .count();
    }

    @Test
    void whatNobodyAnswersForIsFreedAfterTheTime() {
        killAndWait(Duration.ofMinutes(61));
        assertThat(h3.claim("10.77.0.9")).isEmpty();
        assertThat(h3.claim("10.77.0.10")).isEmpty();
        assertThat(h3.claim("10.77.0.254")).isPresent();
        assertThat(endpointsOfH2()).isZero();
        assertThat(h3.store().list("macs/").entries()).isEmpty();
        assertThat(h3.driver().inspection().freedOfDeadHosts()).isEqualTo(2);
    }

    @Test
    void notBeforeTheTime() {
        killAndWait(Duration.ofMinutes(59));
        assertThat(h3.claim("10.77.0.9")).isPresent();
        assertThat(h3.links.probed()).isEmpty();
    }

    /** Frozen after it has asked, it hears nothing of who has come meanwhile. */
    @Test
    void aSilenceOfSomeTimeAgoFreesNothing() {
        h3.links.duringNextProbe(() -> h3.time.pass(Duration.ofMinutes(3)));
        killAndWait(Duration.ofMinutes(61));
        assertThat(h3.claim("10.77.0.9")).isPresent();
        h3.driver().cluster().tick();
        assertThat(h3.claim("10.77.0.9")).isEmpty();
    }

    @Test
    void whoDoesNotFreeDoesNotAskEither() {
        killAndWait(Duration.ofMinutes(1));
        h1.driver().cluster().tick();
        h1.time.pass(Duration.ofDays(30));
        h1.driver().cluster().tick();
        assertThat(h1.claim("10.77.0.9")).isPresent();
        assertThat(h1.links.probed()).isEmpty();
    }

    @Test
    void whatAnswersIsKeptAndAskedAgainLater() {
        h3.links.addStation(IpAddress.parse("10.77.0.9"), MacAddress.parse("02:50:0a:4d:00:09"));
        killAndWait(Duration.ofMinutes(61));
        assertThat(h3.claim("10.77.0.9")).isPresent();
        assertThat(h3.claim("10.77.0.10")).isEmpty();
        assertThat(endpointsOfH2()).isEqualTo(1);
        assertThat(h3.driver().inspection().hosts())
                .filteredOn(h -> h.host().equals("h2"))
                .singleElement()
                .satisfies(h -> assertThat(h.answering()).isEqualTo(1));
        h3.links.removeStation(IpAddress.parse("10.77.0.9"));
        h3.driver().cluster().tick();
        assertThat(h3.claim("10.77.0.9")).isPresent();
        h3.time.pass(Duration.ofSeconds(61));
        h3.driver().cluster().tick();
        assertThat(h3.claim("10.77.0.9")).isEmpty();
    }

    @Test
    void silenceProvesNothingWhenTheGatewayIsSilentToo() {
        h3.links.removeStation(GATEWAY);
        killAndWait(Duration.ofMinutes(61));
        assertThat(h3.links.probed()).contains(IpAddress.parse("10.77.0.9"), GATEWAY);
        assertThat(h3.claim("10.77.0.9")).isPresent();
    }

    @Test
    void withoutAnUplinkNothingIsAsked() {
        h3.links.setUp("eth0", false);
        killAndWait(Duration.ofMinutes(61));
        assertThat(h3.links.probed()).isEmpty();
        assertThat(h3.claim("10.77.0.9")).isPresent();
    }

    @Test
    void aHostThatCameAndWentIsMissedAnew() {
        killAndWait(Duration.ofMinutes(59));
        World back = h1.neighbour("h2");
        Await.until(
                "h2 is back",
                () -> h3.driver().inspection().hosts().stream()
                        .allMatch(h -> h.status().equals("alive")));
        back.close();
        Await.until(
                "h2 is missed",
                () -> h3.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.status().equals("dead")));
        h3.time.pass(Duration.ofMinutes(59));
        h3.driver().cluster().tick();
        assertThat(h3.claim("10.77.0.9")).isPresent();
        h3.time.pass(Duration.ofMinutes(2));
        h3.driver().cluster().tick();
        assertThat(h3.claim("10.77.0.9")).isEmpty();
    }

    @Test
    void aHostThatHasLostItsOwnLeaseFreesNothing() {
        killAndWait(Duration.ofMinutes(1));
        h3.store().expireLeases();
        h3.store().setReachable(false);
        h3.time.pass(Duration.ofHours(2));
        h3.driver().cluster().tick();
        assertThat(h3.links.probed()).isEmpty();
        h3.store().setReachable(true);
    }
}
