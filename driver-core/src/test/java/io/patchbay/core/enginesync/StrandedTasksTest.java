package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.engine.EngineTask;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that run without a network, as a node's daemon finds them. */
final class StrandedTasksTest {
    private final PatchbayException refused =
            new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "context deadline exceeded");

    private final World world = new World(Sharing.OFF);

    @AfterEach
    void close() {
        world.close();
    }

    private static String lanOfSwarm(World on) {
        NetworkPlan lan = Lans.LAN;
        return on.engine.create(new NetworkPlan(
                lan.name(),
                lan.driver(),
                NetworkPlan.SWARM,
                lan.traits(),
                lan.configFrom(),
                lan.options(),
                lan.ipam(),
                lan.labels()));
    }

    private List<String> running() {
        return world.engine.tasks().stream().map(EngineTask::name).toList();
    }

    private List<Finding> findings() {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("task-endpoint"))
                .toList();
    }

    private long killed() {
        return world.driver().inspection().repairs().getOrDefault("task_without_endpoint", -1L);
    }

    private Duration roundAfter(Duration passed) {
        world.time.pass(passed);
        return world.driver().engineRound();
    }

    @Test
    void aTaskWithoutAnyEndpointIsNamedAndKilledAfterTenSeconds() {
        String lan = lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "")));
        assertThat(roundAfter(Duration.ZERO)).isEqualTo(Duration.ofSeconds(10));
        assertThat(findings()).extracting(Finding::subject).containsExactly("web.1.x");
        roundAfter(Duration.ofSeconds(9));
        assertThat(running()).containsExactly("web.1.x");
        assertThat(roundAfter(Duration.ofSeconds(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(running()).isEmpty();
        assertThat(findings()).isEmpty();
        assertThat(killed()).isEqualTo(1);
    }

    /** As behind a proxy of the socket that leaves the ids of endpoints out. */
    @Test
    void oneThatItsNetworkListsStaysWhateverIsSaidOfItElsewhere() {
        String lan = lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "")));
        world.engine.attach("lan", world.newId(), "web.1.x");
        roundAfter(Duration.ZERO);
        roundAfter(Duration.ofSeconds(11));
        assertThat(running()).containsExactly("web.1.x");
        assertThat(findings()).isEmpty();
    }

    @Test
    void oneThatHasAnEndpointOnAnyOfItsNetworksOrGetsOneStays() {
        String lan = lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "", "ingress", "e1")));
        world.engine.runTask(new EngineTask("c2", "web.2.x", Map.of(lan, "")));
        roundAfter(Duration.ZERO);
        world.engine.runTask(new EngineTask("c2", "web.2.x", Map.of(lan, "e2")));
        roundAfter(Duration.ofSeconds(9));
        world.engine.runTask(new EngineTask("c2", "web.2.x", Map.of(lan, "")));
        roundAfter(Duration.ofSeconds(9));
        assertThat(running()).containsExactly("web.1.x", "web.2.x");
        assertThat(findings())
                .as("the ten seconds begin anew")
                .extracting(Finding::subject)
                .containsExactly("web.2.x");
        assertThat(killed()).isZero();
    }

    @Test
    void aTaskOfOtherNetworksAndOneOfNoneAreNotOurs() {
        lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "other.1.x", Map.of("overlay", "")));
        world.engine.runTask(new EngineTask("c2", "none.1.x", Map.of()));
        roundAfter(Duration.ZERO);
        roundAfter(Duration.ofMinutes(1));
        assertThat(running()).containsExactly("other.1.x", "none.1.x");
    }

    @Test
    void aNetworkThatTheNodeHasNoMoreIsRemembered() {
        String lan = lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "")));
        roundAfter(Duration.ZERO);
        world.engine.remove(lan);
        roundAfter(Duration.ofSeconds(10));
        assertThat(running()).isEmpty();
    }

    @Test
    void anEngineThatRefusesIsAskedAgainAndStopsNothingElse() {
        String lan = lanOfSwarm(world);
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "")));
        world.engine.failTasks(refused);
        roundAfter(Duration.ZERO);
        assertThat(world.driver().engine().trouble()).isEmpty();
        world.engine.runTask(new EngineTask("c1", "web.1.x", Map.of(lan, "")));
        roundAfter(Duration.ZERO);
        world.engine.failKill(refused);
        assertThat(roundAfter(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(10));
        assertThat(findings()).extracting(Finding::subject).containsExactly("web.1.x");
        assertThat(killed()).isZero();
        assertThat(world.driver().engine().trouble()).isEmpty();
        world.engine.failKill(null);
        roundAfter(Duration.ofSeconds(10));
        assertThat(running()).isEmpty();
        assertThat(killed()).isEqualTo(1);
    }

    @Test
    void withoutANetworkOfTheSwarmNobodyIsAsked() {
        world.engine.create(Lans.LAN);
        world.engine.failTasks(new IllegalStateException("it was asked"));
        assertThat(roundAfter(Duration.ZERO)).isEqualTo(Duration.ofMinutes(1));
        assertThat(findings()).isEmpty();
    }

    @Test
    void theEndOfAnEndpointIsFollowedByALook() {
        try (World live = world.neighbour("h2", Sharing.LIVE)) {
            lanOfSwarm(live);
            Await.until(
                    "a round has seen the network",
                    () -> live.driver().inspection().networks().stream()
                            .anyMatch(n -> n.name().isPresent()));
            int before = live.engine.lists();
            Container web = live.run("lan", "web");
            Await.until("the round after the join", () -> live.engine.lists() > before);
            int joined = live.engine.lists();
            live.stop(web);
            Await.until("the round after the end", () -> live.engine.lists() > joined);
        }
    }
}
