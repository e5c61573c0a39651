package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shared networks while one host cannot reach the store. */
final class ReplicationOutageTest {
    private final World one = World.ofCluster(0);
    private final World two = one.neighbour("h2");

    @AfterEach
    void close() {
        two.close();
        one.close();
    }

    private void round() {
        one.time.pass(Duration.ofMinutes(1));
        one.engineRound();
        two.engineRound();
    }

    private void shareLan() {
        one.engine.create(Lans.LAN);
        Await.until("the replica", () -> {
            round();
            return two.engine.find("lan").isPresent();
        });
    }

    private long records(World world) {
        return world.driver().inspection().networks().stream()
                .filter(n -> n.host().equals("h1") && !n.id().isEmpty())
                .count();
    }

    private void removeOnOne() {
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        assertThat(records(one)).isZero();
    }

    private void awaitGoneEverywhere() {
        Await.until("the network is gone on both", () -> {
            round();
            return one.engine.find("lan").isEmpty()
                    && two.engine.find("lan").isEmpty()
                    && one.store().list("definitions/").entries().isEmpty();
        });
        assertThat(one.store().list("hindrances/").entries()).isEmpty();
    }

    @Test
    void aRemovalThatCannotBeAgreedSucceedsHereAndIsEveryonesLater() {
        shareLan();
        one.line().cut();
        removeOnOne();
        int changes = one.engine.changes();
        round();
        assertThat(one.engine.changes()).as("alone nothing is made").isEqualTo(changes);
        assertThat(one.driver().inspection().networks())
                .anySatisfy(n -> assertThat(n.replication()).isEqualTo("removed_here"));
        assertThat(two.engine.find("lan")).isPresent();
        one.line().mend();
        awaitGoneEverywhere();
        assertThat(one.engine.changes()).as("it was never made again").isEqualTo(changes);
    }

    @Test
    void itOutlivesTheDaemon() {
        shareLan();
        one.line().cut();
        removeOnOne();
        int changes = one.engine.changes();
        one.restartDaemonAlone();
        assertThat(one.isAway()).isTrue();
        one.line().mend();
        awaitGoneEverywhere();
        assertThat(one.engine.changes()).isEqualTo(changes);
    }

    @Test
    void theStoreThatIsLostInTheMiddleOfTheRemovalMakesNoDifference() {
        shareLan();
        String id = one.engine.find("lan").orElseThrow().id();
        int changes = one.engine.changes();
        one.line().cut();
        assertThat(one.isAway()).isFalse();
        one.driver().network().deleteNetwork(id);
        assertThat(one.isAway()).isTrue();
        removeOnOne();
        one.line().mend();
        awaitGoneEverywhere();
        assertThat(one.engine.changes()).isEqualTo(changes + 1);
    }

    @Test
    void madeAnewElsewhereMeanwhileItStays() {
        shareLan();
        one.line().cut();
        removeOnOne();
        two.engine.remove(two.engine.find("lan").orElseThrow().id());
        two.engine.create(Lans.lan("lan", "10.78.0.0/24"));
        two.engineRound();
        one.line().mend();
        Await.until("the new one is on both", () -> {
            round();
            return one.engine.find("lan").isPresent();
        });
        assertThat(one.engine.subnet("lan")).isEqualTo("10.78.0.0/24");
        assertThat(two.engine.find("lan")).isPresent();
        assertThat(one.store().list("hindrances/").entries()).isEmpty();
    }

    @Test
    void whereAContainerUsesItItStaysUntilThen() {
        shareLan();
        Dockerd.Container web = two.run("lan", "web");
        one.line().cut();
        removeOnOne();
        one.line().mend();
        Await.until("the other host is asked to remove it", () -> {
            round();
            return two.driver().inspection().networks().stream()
                    .anyMatch(n -> n.host().equals("h2") && n.replication().equals("in_use"));
        });
        assertThat(one.engine.find("lan")).isEmpty();
        two.stop(web);
        two.engine.removeContainer("lan", "web");
        awaitGoneEverywhere();
    }

    @Test
    void byItselfItTakesMomentsAndNotTheNextMinute() {
        try (World a = World.ofClusterLive();
                World b = a.neighbour("b")) {
            String id = a.engine.create(Lans.LAN);
            Await.until("the replica", () -> b.engine.find("lan").isPresent());
            a.line().cut();
            a.engine.remove(id);
            Await.until("the store is missed", a::isAway);
            a.line().mend();
            Await.until("the end of the replica", () -> b.engine.find("lan").isEmpty());
        }
    }
}
