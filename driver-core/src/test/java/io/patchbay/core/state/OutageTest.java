package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host whose line to the shared store is cut, and mended. */
final class OutageTest {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/24").withGateway("10.77.0.254");

    private final World h1 = World.ofCluster(4);
    private final World h2 = h1.neighbour("h2");

    @AfterEach
    void close() {
        h1.close();
        h2.close();
    }

    private Network networkWithReserve(World world) {
        Network network = world.createNetwork(LAN);
        Await.until("the reserve", () -> spares(h1, world.host()) == 4 && spares(h2, world.host()) == 4);
        return network;
    }

    private static long spares(World world, String host) {
        return world.driver().inspection().claims().stream()
                .filter(c -> c.state().equals("spare") && c.host().orElseThrow().equals(host))
                .count();
    }

    private void cut() {
        h1.line().cut();
    }

    private void mend() {
        h1.line().mend();
        Await.until("contact", () -> !h1.isAway());
    }

    /** What another host sees of an address. */
    private Optional<ClaimView> seenByH2(Container container) {
        return h2.claim(container.ip().toString());
    }

    private boolean isBoundAsH2SeesIt(Container container) {
        return seenByH2(container)
                .flatMap(ClaimView::endpoint)
                .filter(container.endpoint()::equals)
                .isPresent();
    }

    @Test
    void aRestartKeepsItsAddressWhileTheStoreIsAway() {
        Network network = networkWithReserve(h1);
        Container first = h1.run(network);
        cut();
        h1.stop(first);
        Container again = h1.run(network);
        assertThat(again.ip()).isEqualTo(first.ip());
        assertThat(h1.isAway()).isTrue();
        mend();
        Await.until("h2 to see it", () -> isBoundAsH2SeesIt(again));
    }

    @Test
    void aStoreThatDoesNotAnswerAQuestionIsLostAtOnce() {
        try (World still = World.ofClusterStepByStep(0)) {
            Network network = still.createNetwork(LAN);
            still.line().cut();
            still.ipam().releasePool(network.poolId());
            assertThat(still.isAway()).isTrue();
            still.line().mend();
            still.background();
            still.driver().reconcile();
            assertThat(still.driver().inspection().pools()).isEmpty();
        }
    }

    @Test
    void manyRestartAtOnceWhileTheStoreIsAway() {
        Network network = networkWithReserve(h1);
        List<Container> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(h1.run(network));
        }
        cut();
        List<CompletableFuture<Container>> restarting = running.stream()
                .map(first -> CompletableFuture.supplyAsync(() -> {
                    Container now = first;
                    for (int i = 0; i < 100; i++) {
                        h1.stop(now);
                        now = h1.run(network);
                    }
                    return now;
                }))
                .toList();
        assertThat(CompletableFuture.allOf(restarting.toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(40));
        Set<IpAddress> given = new HashSet<>();
        restarting.forEach(r -> given.add(r.join().ip()));
        assertThat(given).hasSize(4);
    }

    @Test
    void newContainersLiveOffTheReserveAndThenTheAnswerSaysWhy() {
        Network network = networkWithReserve(h1);
        cut();
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            given.add(h1.run(network).ip().toString());
        }
        assertThat(given).hasSize(4);
        assertThatThrownBy(() -> h1.run(network))
                .hasMessageContaining("10.77.0.0/24")
                .hasMessageContaining("--reserve 4")
                .hasMessageContaining("the line is cut");
        mend();
        Await.until(
                "h2 to see them",
                () -> given.stream()
                        .allMatch(a -> h2.claim(a)
                                .filter(c -> c.state().equals("bound"))
                                .isPresent()));
        Await.until("a new reserve", () -> spares(h2, "h1") == 4);
    }

    /**
     * The container gets it, or one of the reserve, as the store is online again before the next attempt or after it.
     */
    @Test
    void aClaimWhoseAnswerWasLostIsUsedOrGivenBack() {
        Network network = networkWithReserve(h1);
        h1.line().loseAnswers(1);
        awaitNothingBut(h1.run(network));
        Await.until("a whole reserve", () -> spares(h2, "h1") == 4);
    }

    @Test
    void aClaimWhoseAnswerWasLostIsGivenBackIfTheContainerHasAnotherMeanwhile() {
        Network network = networkWithReserve(h1);
        h1.line().cutDuringWriteOf("claims/default~10.77.0.0_24/10.77.0.1");
        Container container = h1.run(network);
        assertThat(h1.isAway()).isTrue();
        assertThat(seenByH2(container))
                .isPresent()
                .get()
                .extracting(ClaimView::state)
                .isEqualTo("spare");
        mend();
        awaitNothingBut(container);
        Await.until("a new reserve", () -> spares(h2, "h1") == 4);
    }

    private void awaitNothingBut(Container container) {
        Await.until(
                "its address and no other, as h2 sees it",
                () -> h2.driver().inspection().claims().stream()
                        .filter(c -> c.kind().equals("endpoint") && !c.state().equals("spare"))
                        .map(ClaimView::address)
                        .toList()
                        .equals(List.of(container.ip().toString())));
        Await.until("h2 to see it bound", () -> isBoundAsH2SeesIt(container));
    }

    @Test
    void whatAnotherHostMayHaveTakenIsNotTakenBack() {
        Network network = networkWithReserve(h1);
        Network theirs = h2.createNetwork(LAN);
        Container first = h1.run(network);
        h1.stop(first);
        cut();
        Container moved = h2.run(theirs, first.ip().toString());
        Container again = h1.run(network);
        assertThat(again.ip()).isNotEqualTo(moved.ip());
        mend();
        assertThat(h1.claim(moved.ip().toString()).orElseThrow().host()).contains("h2");
    }

    @Test
    void aReleaseWhoseAnswerWasLostIsNotTakenBack() {
        Network network = networkWithReserve(h1);
        Network theirs = h2.createNetwork(LAN);
        Container first = h1.run(network);
        h1.driver().network().leave(network.id(), first.endpoint());
        h1.driver().network().deleteEndpoint(network.id(), first.endpoint());
        h1.line().loseAnswers(1);
        h1.ipam().releaseAddress(network.poolId(), first.ip());
        cut();
        Await.until(
                "h2 to see the release",
                () -> seenByH2(first).filter(c -> c.state().equals("held")).isPresent());
        Container moved = h2.run(theirs, first.ip().toString());
        assertThat(h1.run(network).ip()).isNotEqualTo(moved.ip());
        mend();
        assertThat(h1.claim(moved.ip().toString()).orElseThrow().host()).contains("h2");
    }

    /** Its answer may still be lost, and then the address is anybody's. */
    @Test
    void aReleaseThatIsUnderWayIsNotTakenBack() {
        World sender = World.ofClusterStepByStep(4);
        try (sender;
                World observer = sender.neighbour("h2")) {
            Network network = sender.createNetwork(LAN);
            sender.background();
            Container first = sender.run(network);
            String address = first.ip().toString();
            sender.line().cut();
            sender.driver().network().deleteEndpoint(network.id(), first.endpoint());
            sender.ipam().releaseAddress(network.poolId(), first.ip());
            sender.line().mend();
            List<String> given = new ArrayList<>();
            sender.line().meanwhile(() -> {
                observer.background();
                boolean released =
                        !observer.claim(address).orElseThrow().state().equals("bound");
                if (released && given.isEmpty()) {
                    given.add(sender.run(network).ip().toString());
                }
            });
            sender.background();
            assertThat(given).hasSize(1).doesNotContain(address);
        }
    }

    @Test
    void aNetworkRemovedWhileTheStoreIsAwayIsGoneAfterwards() {
        Network network = networkWithReserve(h1);
        Container container = h1.run(network);
        cut();
        h1.stop(container);
        h1.removeNetwork(network);
        mend();
        Await.until("the pool's end", () -> h2.driver().inspection().pools().isEmpty());
        Await.until("the claims' end", () -> h2.driver().inspection().claims().isEmpty());
        assertThat(h2.driver().inspection().networks()).isEmpty();
    }

    @Test
    void aDaemonThatStartsWhileTheStoreIsAwayKnowsItsNetworksAndWhatItHasNotSent() {
        Network network = networkWithReserve(h1);
        Container first = h1.run(network);
        Container second = h1.run(network);
        Await.until(
                "the mirror",
                () -> h1.onDisk("mirror/endpoints/h1/" + second.endpoint()).isPresent());
        cut();
        h1.stop(first);
        h1.restartDaemon();
        assertThat(h1.isAway()).isTrue();
        Container again = h1.run(network);
        assertThat(again.ip()).isEqualTo(first.ip());
        h1.stop(second);
        mend();
        Await.until(
                "h2 to see it",
                () -> seenByH2(again).filter(c -> c.state().equals("bound")).isPresent()
                        && h2.driver().inspection().endpoints().size() == 1);
    }

    @Test
    void aHostThatWasGivenUpPutsBackWhatNobodyHasTaken() {
        Network network = networkWithReserve(h1);
        Container kept = h1.run(network);
        Container lost = h1.run(network);
        cut();
        Await.until("the host to notice", h1::isAway);
        h1.store().expireLeases();
        h2.driver().cluster().tick();
        Await.until("h2 to miss it", () -> !h2.driver().cluster().watch().isAlive("h1"));
        h1.time.pass(Duration.ofSeconds(5));
        h2.driver().cluster().forget("h1");
        Await.until("h2 to see it", () -> h2.driver().inspection().claims().isEmpty());
        Network theirs = h2.createNetwork(LAN);
        Container taker = h2.run(theirs, lost.ip().toString());
        mend();
        Await.until("the kept one", () -> isBoundAsH2SeesIt(kept));
        Await.until("the end of the other", () -> !h1.ourLinks().contains(lost.hostEnd()));
        assertThat(h1.ourLinks()).contains(kept.hostEnd());
        assertThat(isBoundAsH2SeesIt(taker)).isTrue();
        assertThat(h1.run(network).ip()).isNotIn(kept.ip(), lost.ip());
    }

    @Test
    void aNewerSchemaIsNotWrittenInto() {
        Network network = networkWithReserve(h1);
        h1.store()
                .commit(Transaction.builder()
                        .put("schema", Value.of("{\"version\":\"2\"}"))
                        .build());
        assertThatThrownBy(() -> h1.run(network))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("schema 2");
        assertThatThrownBy(() -> h1.neighbour("h3").close()).hasMessageContaining("schema 2");
    }

    @Test
    void aSpareIsHandedOverToWhoNeedsTheVeryAddress() {
        Network network = networkWithReserve(h1);
        Network theirs = h2.createNetwork(LAN);
        String spare = h1.driver().inspection().claims().stream()
                .filter(c -> c.state().equals("spare") && c.host().orElseThrow().equals("h1"))
                .findFirst()
                .orElseThrow()
                .address();
        assertThat(h2.run(theirs, spare).ip().toString()).isEqualTo(spare);
        assertThat(h1.run(network).ip().toString()).isNotEqualTo(spare);
    }

    /** The store has let it go, the answer does not come, and before that is noticed a container starts. */
    @Test
    void aSpareThatIsBeingHandedOverIsNotUsed() {
        String address = "10.77.0.253";
        String key =
                Keys.claim(new PoolName(PoolName.DEFAULT_SEGMENT, Subnet.parse(World.LAN)), IpAddress.parse(address));
        try (World keeper = World.ofClusterStepByStep(4)) {
            Network network = keeper.createNetwork(LAN);
            keeper.background();
            Claim spare = Claim.read(keeper.store().get(key).orElseThrow().value());
            keeper.store()
                    .commit(Transaction.builder()
                            .put(key, spare.wantedBy("h2").write())
                            .build());
            List<String> given = new ArrayList<>();
            keeper.line().meanwhile(() -> {
                if (given.isEmpty() && keeper.store().get(key).isEmpty()) {
                    keeper.line().cut();
                    given.add(keeper.run(network).ip().toString());
                    keeper.line().loseAnswers(1);
                }
            });
            keeper.background();
            assertThat(given).hasSize(1).doesNotContain(address);
        }
    }

    @Test
    void aPoolCanBeEmptiedToItsLastAddress() {
        NetworkPlan small = NetworkPlan.of("10.77.0.0/27").withGateway("10.77.0.30");
        Network one = h1.createNetwork(small);
        Network two = h2.createNetwork(small);
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 29; i++) {
            Container container = i % 2 == 0 ? h1.run(one) : h2.run(two);
            assertThat(given.add(container.ip().toString())).isTrue();
        }
        assertThatThrownBy(() -> h2.run(two)).hasMessageContaining("no address left in pool 10.77.0.0/27");
        assertThatThrownBy(() -> h1.run(one)).hasMessageContaining("no address left in pool 10.77.0.0/27");
    }

    /** Its containers run, but it may have been forgotten, and its addresses may be others'. */
    @Test
    void aDaemonThatStartsWithoutTheStoreTellsTheLanNothingUntilItHasAsked() {
        try (World host = World.ofClusterStepByStep(0)) {
            host.run(host.createNetwork(NetworkPlan.of(World.LAN)));
            host.background();
            host.line().cut();
            host.restartDaemon();
            int before = host.links.announcements().size();
            host.background();
            assertThat(host.links.announcements()).hasSize(before);
            host.line().mend();
            for (int i = 0; i < 4; i++) {
                host.background();
            }
            assertThat(host.links.announcements()).hasSizeGreaterThan(before);
        }
    }
}
