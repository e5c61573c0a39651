package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.cluster.HostSettings;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An address that was asked for by name, while its container does not run. */
final class FixedAddressesTest {
    private static final String FIXED = "10.77.0.129";

    private final World world = new World(Sharing.OFF);
    private final Network lan = network(world, "10.77.0.128/29");

    private static Network network(World host, String range) {
        host.engine.create(Lans.ranged("lan", range));
        return (Network) host.engine.made("lan");
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** docker run --ip. */
    private Container runFixed(World host, Network network) {
        host.engine.fix("fix", network.id(), FIXED);
        return host.run(network, FIXED);
    }

    private static void aMinuteLater(World host) {
        host.time.pass(Duration.ofSeconds(61));
        host.driver().reconcile();
        host.engineRound();
    }

    private List<String> held() {
        return world.driver().inspection().claims().stream()
                .filter(c -> c.state().equals("held"))
                .map(ClaimView::address)
                .toList();
    }

    @Test
    void anotherContainerThatIsStartedMeanwhileGetsAnother() {
        world.stop(runFixed(world, lan));
        assertThat(world.run(lan).ip()).doesNotHaveToString(FIXED);
        assertThat(world.run(lan, FIXED).ip()).hasToString(FIXED);
    }

    @Test
    void itStaysAsLongAsItsContainerExistsAndGoesWithIt() {
        world.stop(runFixed(world, lan));
        for (int i = 0; i < 5; i++) {
            aMinuteLater(world);
        }
        assertThat(world.claim(FIXED))
                .get()
                .satisfies(c -> assertThat(c.container()).contains("fix"));
        world.restartDaemon();
        aMinuteLater(world);
        assertThat(held()).containsExactly(FIXED);
        world.engine.removeFixed("fix");
        aMinuteLater(world);
        assertThat(world.claim(FIXED)).isEmpty();
    }

    @Test
    void nobodyElseGetsItWhateverIsLeftOfTheRange() {
        world.stop(runFixed(world, lan));
        for (int i = 0; i < 7; i++) {
            world.run(lan);
        }
        assertThatThrownBy(() -> world.run(lan)).hasMessageContaining("no address left");
        assertThat(world.run(lan, FIXED).ip()).hasToString(FIXED);
    }

    @Test
    void whereTheEngineMayNotBeAskedItIsTheLastOfTheRange() {
        HostSettings deaf =
                new HostSettings("machine of h2", "boot", "1", Duration.ofHours(1), Optional.empty(), false);
        try (World host = world.neighbour("h2", deaf)) {
            Network its = network(host, "10.77.0.136/29");
            String fixed = "10.77.0.137";
            host.stop(host.run(its, fixed));
            for (int i = 0; i < 5; i++) {
                host.time.pass(Duration.ofSeconds(61));
                host.driver().reconcile();
            }
            for (int i = 0; i < 7; i++) {
                assertThat(host.run(its).ip()).doesNotHaveToString(fixed);
            }
            assertThat(host.run(its).ip()).hasToString(fixed);
        }
    }

    @Test
    void anotherContainerThatNamesItGetsItOnAnyHost() {
        Container first = runFixed(world, lan);
        assertThatThrownBy(() -> world.run(lan, FIXED)).hasMessageContaining("is held by");
        world.stop(first);
        Container second = world.run(lan, FIXED);
        world.stop(second);
        try (World other = world.neighbour("h2")) {
            Network its = network(other, "10.77.0.136/29");
            Container moved = other.run(its, FIXED);
            Await.until(
                    "h2 has it",
                    () -> world.claim(FIXED)
                            .filter(c -> c.host().equals(Optional.of("h2"))
                                    && c.state().equals("bound"))
                            .isPresent());
            aMinuteLater(world);
            assertThat(world.claim(FIXED))
                    .get()
                    .satisfies(c -> assertThat(c.host()).contains("h2"));
            other.stop(moved);
            aMinuteLater(other);
            Await.until("nothing on h2 names it", () -> world.claim(FIXED).isEmpty());
            aMinuteLater(world);
            assertThat(held()).as("h1 has a container that does").containsExactly(FIXED);
        }
    }

    @Test
    void whatWasAskedForBeforeThisVersionOrNeverStartedIsLearnedFromTheEngine() {
        Container dynamic = world.run(lan);
        world.engine.fix("created", "lan", FIXED);
        world.engine.fix("running", lan.id(), dynamic.ip().toString());
        world.engineRound();
        assertThat(held()).containsExactly(FIXED);
        for (int i = 0; i < 6; i++) {
            assertThat(world.run(lan).ip()).doesNotHaveToString(FIXED);
        }
        world.stop(dynamic);
        assertThatThrownBy(() -> world.run(lan)).hasMessageContaining("no address left");
    }

    @Test
    void aPowerCutLosesItToNobody() {
        Container fixed = runFixed(world, lan);
        Container other = world.run(lan);
        world.links.delete(List.of(fixed.hostEnd(), other.hostEnd()));
        world.restartDaemon();
        // dockerd gives back what its stale sandboxes had, and starts containers in any order
        world.ipam().releaseAddress(lan.poolId(), other.ip());
        world.ipam().releaseAddress(lan.poolId(), fixed.ip());
        assertThat(world.run(lan).ip()).isEqualTo(other.ip());
        assertThat(world.run(lan).ip()).isNotEqualTo(fixed.ip());
        assertThat(world.run(lan, FIXED).ip()).isEqualTo(fixed.ip());
    }

    @Test
    void aRequestThatNoEndpointFollowedLeavesItToTheContainer() {
        world.engine.fix("fix", lan.id(), FIXED);
        world.requestAddress(lan.poolId(), FIXED);
        for (int i = 0; i < 5; i++) {
            aMinuteLater(world);
        }
        assertThat(held()).containsExactly(FIXED);
    }

    @Test
    void aNetworkThatIsMadeAnewUnderItsIdTakesThemOver() {
        world.stop(runFixed(world, lan));
        // the engine was killed on a swarm's node: nothing is released
        String pool = world.requestPool(lan.plan());
        world.requestGateway(pool, lan.plan().gateway());
        world.driver()
                .network()
                .createNetwork(new NetworkRequest(
                        lan.id(),
                        new NetworkSettings(false, Map.of()),
                        List.of(new IpamData(
                                IpamDriver.LOCAL_SPACE, Subnet.parse(World.LAN), lan.gateway(), Map.of()))));
        aMinuteLater(world);
        assertThat(held()).containsExactly(FIXED);
        world.removeNetwork(new Network(lan.id(), pool, lan.plan(), lan.gateway()));
        assertThat(world.claim(FIXED)).isEmpty();
    }

    @Test
    void anEngineThatDoesNotAnswerEndsNothing() {
        world.stop(runFixed(world, lan));
        world.engine.stop();
        world.time.pass(Duration.ofHours(1));
        assertThatThrownBy(world::engineRound).hasMessageContaining("does not run");
        world.driver().reconcile();
        world.time.pass(Duration.ofHours(1));
        world.driver().reconcile();
        assertThat(held()).containsExactly(FIXED);
    }

    @Test
    void aloneOnlyWhoNamesItGetsIt() {
        try (World host = World.ofCluster(2)) {
            Network its = network(host, "10.77.0.128/28");
            Container fixed = runFixed(host, its);
            Await.until(
                    "the reserve",
                    () -> host.driver().inspection().claims().stream()
                                    .filter(c -> c.state().equals("spare"))
                                    .count()
                            == 2);
            host.line().cut();
            host.stop(fixed);
            for (int i = 0; i < 2; i++) {
                assertThat(host.run(its).ip()).doesNotHaveToString(FIXED);
            }
            assertThatThrownBy(() -> host.run(its)).hasMessageContaining("of the reserve of host");
            assertThat(host.run(its, FIXED).ip()).hasToString(FIXED);
        }
    }

    @Test
    void aNetworkThatIsRemovedTakesItsFixedAddressesAlong() {
        world.stop(runFixed(world, lan));
        world.engine.remove(lan.id());
        assertThat(world.driver().inspection().claims()).isEmpty();
    }

    /** docker-compose up, down and up: whoever starts first would get it. */
    @Test
    void theNextNetworkGivesItLastOfAllOnEveryHost() {
        try (World other = world.neighbour("h2")) {
            Network its = network(other, "10.77.0.128/29");
            other.run(its);
            world.stop(runFixed(world, lan));
            Await.until("h2 knows of it", () -> other.claim(FIXED).isPresent());
            world.engine.removeFixed("fix");
            world.engine.remove(lan.id());
            Await.until("it is free", () -> other.claim(FIXED).isEmpty());
            Network again = network(world, "10.77.0.128/29");
            for (int i = 0; i < 3; i++) {
                assertThat(world.run(again).ip()).doesNotHaveToString(FIXED);
                assertThat(other.run(its).ip()).doesNotHaveToString(FIXED);
            }
            assertThat(world.run(again, FIXED).ip()).hasToString(FIXED);
        }
    }
}
