package io.patchbay.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.cluster.Operations.ForgetResult;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostRemovalTest {
    private final World h1 = new World();
    private final World h2 = h1.neighbour("h2");

    @AfterEach
    void end() {
        h1.close();
    }

    private void kill(World host, String name) {
        host.close();
        awaitDead(name);
    }

    private void awaitDead(String name) {
        Await.until(
                name + " is missed",
                () -> h1.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals(name) && h.status().equals("dead")));
    }

    private void awaitWaiting(int commits) {
        Await.until(commits + " commits wait", () -> h1.store().waitingCommits() == commits);
    }

    private long keysOf(String host) {
        return h1.store().list("").entries().stream()
                .filter(e -> e.key().contains("/" + host + "/") || e.key().endsWith("/" + host))
                .count();
    }

    @Test
    void whatADeadHostHeldIsFreeForOthers() {
        Network own = h1.createNetwork(NetworkPlan.of(World.LAN));
        Network theirs = h2.createNetwork(NetworkPlan.of(World.LAN));
        h2.run(theirs, "10.77.0.9", Optional.of(MacAddress.parse("02:11:22:33:44:55")));
        h2.run(theirs);
        h2.requestAddress(theirs.poolId(), "10.77.0.30");
        kill(h2, "h2");
        assertThat(h1.driver().cluster().forget("h2")).isEqualTo(new ForgetResult("h2", 3, 2, 1, 1));
        assertThat(keysOf("h2")).isZero();
        assertThat(h1.store().list("macs/").entries()).isEmpty();
        assertThat(h1.run(own, "10.77.0.9").ip()).hasToString("10.77.0.9");
        assertThat(h1.driver().inspection().hosts()).hasSize(1);
    }

    @Test
    void gatewayAndAuxGoOnlyIfNobodyElseNamesThem() {
        h1.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
        h2.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254").withAux(Map.of("printer", "10.77.0.5")));
        h2.createNetwork(NetworkPlan.of("10.78.0.0/24"));
        kill(h2, "h2");
        h1.driver().cluster().forget("h2");
        assertThat(h1.claim("10.77.0.254")).isPresent();
        assertThat(h1.claim("10.77.0.5")).isEmpty();
        assertThat(h1.driver().inspection().pools())
                .singleElement()
                .satisfies(pool -> assertThat(pool.subnet()).isEqualTo(World.LAN));
        assertThat(h1.createNetwork(NetworkPlan.of("10.78.0.0/16")).id()).isNotEmpty();
    }

    @Test
    void aLivingHostIsNotForgotten() {
        Network theirs = h2.createNetwork(NetworkPlan.of(World.LAN));
        h2.run(theirs, "10.77.0.9");
        refused("h2", Kind.CONFLICT, "is alive");
        refused("h1", Kind.CONFLICT, "is this host itself");
        refused("h9", Kind.NOT_FOUND, "there is no host \"h9\"");
        Await.until("the claim", () -> h1.claim("10.77.0.9").isPresent());
        h2.close();
    }

    @Test
    void aHostThatLivesIsNotForgottenThoughItsKeyWasDeleted() {
        h2.createNetwork(NetworkPlan.of(World.LAN));
        h1.store().commit(Transaction.builder().delete("alive/h2").build());
        Await.until("it is there again", () -> {
            h2.driver().cluster().glance();
            return h2.store().get("alive/h2").isPresent();
        });
        h1.awaitAllTold();
        refused("h2", Kind.CONFLICT, "is alive");
        h2.close();
    }

    @Test
    void aPoolsUserGoesAlsoIfTheStoreHasLostThePool() {
        h2.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));
        kill(h2, "h2");
        h1.store()
                .commit(Transaction.builder()
                        .delete("pools/default~10.77.0.0_24")
                        .build());
        Await.until("h1 to hear of it", () -> h1.driver().inspection().pools().isEmpty());
        h1.driver().cluster().forget("h2");
        assertThat(keysOf("h2")).isZero();
        assertThat(h1.claim("10.77.0.254")).isEmpty();
        assertThat(h1.store().list("segments/").entries()).isEmpty();
    }

    @Test
    void nothingIsLeftOfASegmentWithoutPools() {
        h1.removeNetwork(h1.createNetwork(NetworkPlan.of(World.LAN)));
        assertThat(h1.store().list("segments/").entries()).isEmpty();
        h2.close();
    }

    private void refused(String host, Kind kind, String sentence) {
        assertThatThrownBy(() -> h1.driver().cluster().forget(host))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    @Test
    void manyAddressesGoInTransactionsThatFit() {
        Network theirs = h2.createNetwork(NetworkPlan.of("10.80.0.0/22"));
        for (int i = 0; i < 300; i++) {
            h2.run(theirs);
        }
        kill(h2, "h2");
        assertThat(h1.driver().cluster().forget("h2").claims()).isEqualTo(300);
        assertThat(keysOf("h2")).isZero();
    }

    @Test
    void oneThatComesBackInTheMiddleIsLeftAlone() throws Exception {
        Network theirs = h2.createNetwork(NetworkPlan.of(World.LAN));
        h2.run(theirs, "10.77.0.9");
        h1.store().expireLeases();
        h1.driver().cluster().tick();
        awaitDead("h2");
        h1.store().pauseCommits();
        Thread forgetting = new Thread(() -> h1.driver().cluster().forget("h2"));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        forgetting.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        Thread returning = new Thread(() -> h2.driver().cluster().tick());
        returning.start();
        awaitWaiting(1);
        forgetting.start();
        awaitWaiting(2);
        h1.store().resumeCommits();
        returning.join();
        forgetting.join();
        // whichever commit came first: nothing is half gone, and who was not told of a host that is back has freed it
        // all
        boolean kept = h1.claim("10.77.0.9").isPresent();
        assertThat(h1.store().list("endpoints/h2/").entries()).hasSize(kept ? 1 : 0);
        if (failure.get() == null) {
            assertThat(kept).isFalse();
        } else {
            assertThat(failure.get()).hasMessageContaining("host \"h2\" is alive");
        }
        h2.close();
    }
}
