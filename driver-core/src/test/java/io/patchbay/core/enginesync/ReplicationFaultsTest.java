package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Races, restarts and what is out of reach in between. */
final class ReplicationFaultsTest extends TwoHosts {
    @Test
    void bothMakeItAtTheSameTimeAndOneDefinitionStands() {
        one.engine.create(Lans.LAN);
        two.engine.create(Lans.lan("lan", "10.78.0.0/24"));
        settled();
        Thread first = new Thread(one::engineRound);
        first.start();
        two.engineRound();
        join(first);
        rounds(one, two);
        assertThat(one.store().list("definitions/").entries()).hasSize(1);
        assertThat(one.driver().inspection().networks())
                .extracting(NetworkView::replication)
                .containsExactlyInAnyOrder("defined", "differs");
    }

    private static void join(Thread thread) {
        try {
            thread.join(40_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void removedAndMadeAnewQuicklyIsTheSameAgain() {
        shared(Lans.LAN);
        String replica = two.engine.find("lan").orElseThrow().id();
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        one.engine.create(Lans.LAN);
        settled();
        one.engineRound();
        rounds(two, one);
        assertThat(two.engine.find("lan").orElseThrow().id()).isEqualTo(replica);
        assertThat(view("h2").replication()).isEqualTo("replica");
        assertThat(view("h1").replication()).isEqualTo("defined");
        two.engine.remove(replica);
        rounds(one, two);
        assertThat(one.engine.find("lan")).isEmpty();
    }

    @Test
    void anEngineThatIsDownIsTriedAgain() {
        one.engine.create(Lans.LAN);
        rounds(one);
        two.engine.stop();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(two::engineRound))
                .isInstanceOf(PatchbayException.class);
        two.engine.start();
        rounds(two);
        assertThat(two.engine.find("lan")).isPresent();
    }

    @Test
    void aBridgeThatAHostDoesNotHaveIsSaidUntilItHas() {
        one.addBridge("br7");
        one.engine.create(Lans.withOptions(Lans.LAN, Map.of("com.docker.network.bridge.name", "br7")));
        rounds(one, two);
        assertThat(view("h2").replication()).isEqualTo("pending");
        assertThat(view("h2").id()).isEmpty();
        assertThat(said(two)).singleElement().asString().contains("bridge br7 does not exist on host h2");
        assertThat(two.driver().inspection().pools()).hasSize(1);
        two.addBridge("br7");
        rounds(two);
        assertThat(view("h2").replication()).isEqualTo("replica");
    }

    @Test
    void whatWaitsIsTriedAtGrowingDistances() {
        one.addBridge("br7");
        one.engine.create(Lans.withOptions(Lans.LAN, Map.of("com.docker.network.bridge.name", "br7")));
        rounds(one);
        settled();
        two.engineRound();
        int tried = 0;
        for (int second = 0; second < 60; second++) {
            one.time.pass(Duration.ofSeconds(1));
            long before = two.store().commits();
            two.engineRound();
            tried += two.store().commits() > before ? 1 : 0;
        }
        assertThat(tried).isBetween(3, 7);
    }

    @Test
    void theDaemonDiesBetweenCreateAndDefinition() {
        one.engine.create(Lans.LAN);
        one.restartDaemonAlone();
        rounds(one, two);
        assertThat(two.engine.find("lan")).isPresent();
    }

    @Test
    void theDaemonDiesBetweenMakingTheReplicaAndItsRecord() {
        one.engine.create(Lans.LAN);
        rounds(one);
        settled();
        two.engine.failAfterCreate(new PatchbayException(Kind.TIMEOUT, "the connection broke"));
        two.engineRound();
        two.restartDaemonAlone();
        rounds(two);
        assertThat(view("h2").replication()).isEqualTo("replica");
        assertThat(two.engine.changes()).isEqualTo(1);
        two.engine.remove(two.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("lan")).isEmpty();
    }

    @Test
    void removedElsewhereBeforeTheReplicaIsRecordedItGoesToo() {
        one.engine.create(Lans.LAN);
        rounds(one);
        settled();
        two.engine.failAfterCreate(new PatchbayException(Kind.TIMEOUT, "the connection broke"));
        two.engineRound();
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
        assertThat(one.driver().inspection().networks()).isEmpty();
    }

    @Test
    void theStoreThatIsAwayChangesNothing() {
        shared(Lans.LAN);
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        settled();
        one.store().setReachable(false);
        one.time.pass(Duration.ofMinutes(1));
        two.engineRound();
        assertThat(two.engine.find("lan")).isPresent();
        one.store().setReachable(true);
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
    }

    @Test
    void aRemovalThatNobodyHeardEndsTheRecordAndTheNetworkComesBack() {
        shared(Lans.LAN);
        String before = two.engine.find("lan").orElseThrow().id();
        two.engine.removeUnheard("lan");
        rounds(two);
        assertThat(two.engine.find("lan").orElseThrow().id()).isNotEqualTo(before);
        assertThat(two.driver().inspection().repairs()).containsEntry("network_unknown_to_engine", 1L);
        assertThat(views("h2")).hasSize(1);
        assertThat(two.driver().inspection().pools().get(0).users()).isEqualTo(2);
    }

    @Test
    void byItselfItTakesMomentsAndNoDeadlock() {
        try (World a = new World(Sharing.LIVE);
                World b = a.neighbour("b")) {
            String id = a.engine.create(Lans.LAN);
            Await.until("the replica", () -> b.engine.find("lan").isPresent());
            a.engine.remove(id);
            Await.until("its end", () -> b.engine.find("lan").isEmpty());
        }
    }

    /** The engine lists a network no longer that it is just removing; the round that sees it comes too early. */
    @Test
    void theLastNetworkThatGoesTakesTheEndedDefinitionAlong() {
        try (World a = new World(Sharing.LIVE);
                World b = a.neighbour("h2")) {
            a.engine.create(Lans.LAN);
            Await.until("b to have it", () -> b.engine.find("lan").isPresent());
            String id = b.engine.find("lan").orElseThrow().id();
            b.engineRound();
            b.engine.removeUnheard("lan");
            a.engine.remove(a.engine.find("lan").orElseThrow().id());
            awaitNoMoreRounds(b);
            assertThat(a.store().list("definitions/").entries()).hasSize(1);
            b.driver().network().deleteNetwork(id);
            awaitNoMoreRounds(b);
            a.engineRound();
            a.time.pass(Duration.ofMinutes(1));
            Await.until("it to be gone", () -> {
                a.engineRound();
                return a.store().list("definitions/").entries().isEmpty();
            });
        }
    }

    private static void awaitNoMoreRounds(World world) {
        long[] last = {-1, 0};
        Await.until("the engine to be asked no more", () -> {
            int lists = world.engine.lists();
            if (lists != last[0]) {
                last[0] = lists;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 300_000_000;
        });
    }
}
