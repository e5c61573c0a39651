package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.EndpointView;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host learns from its own engine, alone. */
final class EngineSyncTest {
    private final World world = new World(Sharing.OFF);

    @AfterEach
    void close() {
        world.close();
    }

    private long repairs(String name) {
        return world.driver().inspection().repairs().getOrDefault(name, -1L);
    }

    @Test
    void networksAndContainersGetTheirNames() {
        world.engine.create(Lans.LAN);
        world.run("lan", "web");
        world.engineRound();
        assertThat(world.driver().inspection().networks())
                .extracting(NetworkView::name)
                .containsExactly(Optional.of("lan"));
        assertThat(world.driver().inspection().endpoints())
                .extracting(EndpointView::container)
                .containsExactly(Optional.of("web"));
        assertThat(world.driver().inspection().claims())
                .extracting(ClaimView::container)
                .containsExactly(Optional.of("web"));
    }

    @Test
    void manyNamesAreFewTransactions() {
        world.engine.create(Lans.LAN);
        List<Container> containers = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            containers.add(world.run("lan", "c" + i));
        }
        world.engineRound();
        long before = world.store().commits();
        world.engineRound();
        assertThat(world.store().commits()).as("nothing is left to learn").isEqualTo(before);
        assertThat(world.driver().inspection().endpoints())
                .allSatisfy(e -> assertThat(e.container()).isPresent());
        assertThat(before).isLessThan(3L * containers.size() + 20);
    }

    @Test
    void aNameOutlivesALaterChangeOfTheRecord() {
        world.engine.create(Lans.LAN);
        Container web = world.run("lan", "web");
        world.engineRound();
        world.driver().network().join(web.network().id(), web.endpoint(), "/var/run/docker/netns/again");
        assertThat(world.driver().inspection().endpoints().get(0).container()).contains("web");
    }

    @Test
    void aNetworkThatDockerdForgotEndsAfterTheGraceTimeWithItsPool() {
        world.engine.create(Lans.LAN);
        world.engine.removeUnheard("lan");
        world.engineRound();
        world.time.pass(Duration.ofSeconds(59));
        world.engineRound();
        assertThat(world.driver().inspection().networks()).hasSize(1);
        world.time.pass(Duration.ofSeconds(2));
        world.engineRound();
        assertThat(world.driver().inspection().networks()).isEmpty();
        assertThat(world.driver().inspection().pools()).isEmpty();
        assertThat(world.driver().inspection().claims()).isEmpty();
        assertThat(repairs("network_unknown_to_engine")).isEqualTo(1);
    }

    @Test
    void oneThatTheEngineListsAgainInBetweenStays() {
        world.engine.create(Lans.LAN);
        world.engineRound();
        world.engine.stop();
        world.time.pass(Duration.ofHours(1));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(world::engineRound))
                .isNotNull();
        world.engine.start();
        world.engineRound();
        world.time.pass(Duration.ofHours(1));
        world.engineRound();
        assertThat(world.driver().inspection().networks()).hasSize(1);
        assertThat(repairs("network_unknown_to_engine")).isZero();
    }

    @Test
    void oneWithAnEndpointStaysWhateverTheEngineLists() {
        world.engine.create(Lans.LAN);
        world.run("lan", "web");
        world.engine.removeUnheard("lan");
        world.engineRound();
        world.time.pass(Duration.ofHours(1));
        world.engineRound();
        assertThat(world.driver().inspection().networks()).hasSize(1);
    }

    @Test
    void aPoolForWhichNoNetworkCameIsReleased() {
        world.requestPool(NetworkPlan.of("10.78.0.0/24"));
        world.engineRound();
        assertThat(world.driver().inspection().pools()).hasSize(1);
        world.time.pass(Duration.ofSeconds(61));
        world.engineRound();
        assertThat(world.driver().inspection().pools()).isEmpty();
        assertThat(repairs("pool_without_network")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {World.LAN, "10.81.0.9/24", "FD00:80::/64"})
    void aPoolOfAnotherDriversNetworkStaysHoweverItsSubnetIsWritten(String subnet) {
        world.requestPool(NetworkPlan.of(subnet));
        world.engine.create(Lans.lan("lan", subnet).withDrivers("bridge", "patchbay"));
        world.engineRound();
        world.time.pass(Duration.ofHours(1));
        world.engineRound();
        assertThat(world.driver().inspection().pools()).hasSize(1);
    }

    @Test
    void aNetworkThatIsMadeWhileTheEngineIsDownIsLearnedWhenItIsBack() {
        try (World live = new World(Sharing.LIVE)) {
            live.engine.create(Lans.LAN);
            Await.until(
                    "the network's name",
                    () -> live.driver().inspection().networks().stream()
                            .anyMatch(n -> n.name().isPresent()));
            live.run("lan", "web");
            live.engine.stop();
            Await.until(
                    "trouble is said",
                    () -> live.driver().inspection().doctor().stream()
                            .anyMatch(f -> f.check().equals("engine-api")
                                    && f.message().contains("does not run")));
            live.engine.start();
            Await.until(
                    "the container's name",
                    () -> live.driver().inspection().endpoints().stream()
                            .anyMatch(e -> e.container().isPresent()));
        }
    }
}
