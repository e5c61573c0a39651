package io.patchbay.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.HostView;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.HostKind;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PresenceTest {
    private static final HostSettings IMPATIENT =
            new HostSettings("another machine", "b2", "2", Duration.ofMillis(50), Optional.empty(), true);

    private final World h1 = new World();

    @AfterEach
    void end() {
        h1.close();
    }

    private static HostView host(World seenFrom, String name) {
        return seenFrom.driver().inspection().hosts().stream()
                .filter(h -> h.host().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no host " + name));
    }

    private static boolean isAlive(World seenFrom, String name) {
        return seenFrom.driver().inspection().hosts().stream()
                .anyMatch(h -> h.host().equals(name) && h.status().equals("alive"));
    }

    @Test
    void everyHostSeesTheOthersWithTheirBridges() {
        h1.links.addAddress(new LinkAddress(h1.links.find("br0").orElseThrow().index(), Cidr.parse("10.77.0.11/24")));
        h1.driver().cluster().tick();
        h1.run(h1.createNetwork(NetworkPlan.of(World.LAN)));
        try (World h2 = h1.neighbour("h2")) {
            HostView seen = host(h2, "h1");
            assertThat(seen.status()).isEqualTo("alive");
            assertThat(seen.self()).isFalse();
            assertThat(seen.bridges()).containsExactly("br0");
            assertThat(seen.uplinks()).containsExactly("eth0");
            assertThat(seen.addresses()).containsExactly("10.77.0.11/24");
            assertThat(seen.networks()).isEqualTo(1);
            assertThat(seen.endpoints()).isEqualTo(1);
            assertThat(seen.claims()).isEqualTo(1);
            assertThat(seen.lastSeen()).isEqualTo("now");
            assertThat(host(h2, "h2").self()).isTrue();
            Await.until("h1 sees h2", () -> isAlive(h1, "h2"));
        }
    }

    @Test
    void aStoppedHostIsDeadAndStaysKnown() {
        World h2 = h1.neighbour("h2");
        Await.until("h2 is seen", () -> isAlive(h1, "h2"));
        h2.close();
        Await.until("h2 is missed", () -> !isAlive(h1, "h2"));
        h1.time.pass(Duration.ofMinutes(12));
        assertThat(host(h1, "h2").lastSeen()).contains("12m ago");
        assertThat(host(h1, "h2").missedSeconds()).contains(720L);
    }

    @Test
    void whoDidNotSeeItGoSaysAtLeast() {
        h1.neighbour("h2").close();
        h1.time.pass(Duration.ofHours(5));
        try (World h3 = h1.neighbour("h3")) {
            h1.time.pass(Duration.ofMinutes(3));
            h3.driver().cluster().tick();
            h1.time.pass(Duration.ofMinutes(3));
            assertThat(host(h3, "h2").lastSeen()).startsWith("over ").endsWith("m ago");
        }
    }

    @Test
    void clocksOfOtherHostsMeanNothing() {
        World h2 = h1.neighbour("h2");
        Await.until("h2 is seen", () -> isAlive(h1, "h2"));
        h1.time.jump(Duration.ofHours(-9));
        h2.close();
        Await.until("h2 is missed", () -> !isAlive(h1, "h2"));
        h1.time.jump(Duration.ofHours(20));
        h1.time.pass(Duration.ofSeconds(30));
        assertThat(host(h1, "h2").missedSeconds()).contains(30L);
    }

    @Test
    void aLostLeaseIsAcquiredAnew() {
        h1.store().expireLeases();
        Await.until("h1 misses itself", () -> !isAlive(h1, "h1"));
        h1.driver().cluster().tick();
        assertThat(isAlive(h1, "h1")).isTrue();
    }

    @Test
    void whatSaysThatAHostIsAliveIsWrittenAgainThoughTheLeaseLives() {
        h1.store().commit(Transaction.builder().delete("alive/h1").build());
        Await.until("it is there again", () -> {
            h1.driver().cluster().glance();
            return h1.store().get("alive/h1").isPresent();
        });
        h1.store().expireLeases();
        assertThat(h1.store().get("alive/h1")).as("it is under a lease").isEmpty();
    }

    @Test
    void aStoreThatIsAwayAtFirstIsTriedAgain() {
        h1.store().expireLeases();
        h1.store().setReachable(false);
        h1.driver().cluster().tick();
        h1.store().setReachable(true);
        assertThat(h1.driver().cluster().presence().isRegistered()).isFalse();
        h1.driver().cluster().tick();
        assertThat(h1.driver().cluster().presence().isRegistered()).isTrue();
    }

    @Test
    void anotherMachineWithTheNameIsRefusedAndToldWhoHasIt() {
        assertThatThrownBy(() -> h1.neighbour("h1", IMPATIENT))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("host name \"h1\" is taken")
                .hasMessageContaining("machine id machine of h1")
                .hasMessageContaining("--host");
        assertThat(isAlive(h1, "h1")).isTrue();
    }

    @Test
    void anotherMachineGetsTheNameOfOneThatIsGone() {
        h1.neighbour("h2").close();
        try (World again = h1.neighbour("h2", IMPATIENT)) {
            assertThat(isAlive(again, "h2")).isTrue();
        }
    }

    @Test
    void anotherMachineWaitsForTheLeaseOfOneThatIsJustGone() {
        HostSettings patient =
                new HostSettings("another machine", "", "", Duration.ofSeconds(30), Optional.empty(), true);
        World h2 = h1.neighbour("h2");
        CompletableFuture<World> coming = CompletableFuture.supplyAsync(() -> h1.neighbour("h2", patient));
        h2.close();
        try (World again = coming.join()) {
            assertThat(isAlive(again, "h2")).isTrue();
        }
    }

    @Test
    void theSameMachineNeedNotWaitForTheLeaseOfTheDaemonThatCrashed() {
        try (World again = h1.neighbour("h1", HostKind.named("h1"))) {
            assertThat(isAlive(again, "h1")).isTrue();
        }
    }

    private static HostAlive signOfLife(World seenFrom) {
        return HostAlive.read(seenFrom.store().get("alive/h1").orElseThrow().value());
    }

    private static Presence presence(World host) {
        return host.driver().cluster().presence();
    }

    private static void settled(World one, World other) {
        one.awaitAllTold();
        one.driver().cluster().glance();
        one.awaitAllTold();
        other.driver().cluster().glance();
        other.driver().cluster().tick();
        one.awaitAllTold();
    }

    @Test
    void aCopyOfAMachineThatRunsIsRefusedAndBothSaySo() {
        Network lan = h1.createNetwork(NetworkPlan.of(World.LAN));
        try (World copy = h1.neighbour("h1", HostKind.named("h1"))) {
            settled(h1, copy);
            assertThat(presence(copy).refusal())
                    .hasValueSatisfying(sentence -> assertThat(sentence)
                            .contains("host name \"h1\" is taken: another daemon runs with it and with this one's"));
            refusesForItsName(() -> copy.createNetwork(NetworkPlan.of("10.78.0.0/24")));
            assertThat(presence(h1).isRegistered()).isTrue();
            assertThat(h1.run(lan).ip()).isNotNull();
            assertThat(h1.driver().inspection().doctor()).anySatisfy(finding -> {
                assertThat(finding.check()).isEqualTo("host-name");
                assertThat(finding.severity()).isEqualTo(Severity.WARN);
                assertThat(finding.message()).contains("another daemon").contains("was refused");
            });
            HostAlive before = signOfLife(h1);
            settled(copy, h1);
            settled(h1, copy);
            assertThat(signOfLife(h1))
                    .as("neither takes it from the other again")
                    .isEqualTo(before);
        }
    }

    @Test
    void aCopyThatCameWhileTheMachineWasAwayStays() {
        h1.store().expireLeases();
        try (World copy = h1.neighbour("h1", HostKind.named("h1"))) {
            settled(h1, copy);
            assertThat(presence(copy).isRegistered()).isTrue();
            h1.driver().cluster().tick();
            assertThat(presence(h1).refusal())
                    .hasValueSatisfying(sentence -> assertThat(sentence).contains("on a copy of it"));
        }
        h1.awaitAllTold();
        h1.driver().cluster().tick();
        assertThat(presence(h1).isRegistered()).as("the other has gone").isTrue();
    }

    @Test
    void aHostThatIsRestartedOverAndOverIsNobodysCopy() {
        for (int i = 0; i < 3; i++) {
            String before = signOfLife(h1).process().orElseThrow();
            h1.restartDaemonAlone();
            h1.driver().cluster().glance();
            h1.driver().cluster().tick();
            assertThat(presence(h1).isRegistered()).isTrue();
            assertThat(presence(h1).copy()).isEmpty();
            assertThat(signOfLife(h1).process()).isPresent().isNotEqualTo(Optional.of(before));
            assertThat(signOfLife(h1).over()).isEmpty();
        }
    }

    @Test
    void whoFindsItsNameTakenLaterStartsNothingMoreAndSaysSo() {
        World h2 = h1.neighbour("h2");
        Network lan = h2.createNetwork(NetworkPlan.of(World.LAN));
        Container running = h2.run(lan);
        h1.store().expireLeases();
        World other = h1.neighbour("h2", IMPATIENT);
        Presence presence = h2.driver().cluster().presence();
        Await.until("h2 sees the other", () -> presence.refusal().isPresent());
        assertThat(presence.isRegistered()).isFalse();
        assertThat(h2.driver().inspection().gauges()).containsEntry("host_name_taken", 1L);
        assertThat(h2.driver().inspection().doctor()).anySatisfy(finding -> {
            assertThat(finding.check()).isEqualTo("host-name");
            assertThat(finding.severity()).isEqualTo(Severity.FAIL);
            assertThat(finding.message()).contains("another machine");
        });
        refusesForItsName(() -> h2.run(lan));
        refusesForItsName(() -> h2.createNetwork(NetworkPlan.of("10.78.0.0/24")));
        refusesForItsName(() -> h2.createEndpoint(lan, h2.newId(), running.address()));
        h2.stop(running);
        assertThat(h2.ourLinks()).isEmpty();
        other.close();
        Await.until("the other is gone", () -> {
            h2.driver().cluster().tick();
            return presence.isRegistered();
        });
        assertThat(h2.driver().inspection().gauges()).containsEntry("host_name_taken", 0L);
        assertThat(h2.run(lan).ip()).isNotNull();
        h2.close();
    }

    private static void refusesForItsName(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining("nothing can be started on this machine")
                .hasMessageContaining("is taken: ");
    }

    @Test
    void whoseNameIsTakenLeavesTheOthersNetworksAlone() {
        World h2 = h1.neighbour("h2");
        h1.store().expireLeases();
        try (World other = h1.neighbour("h2", IMPATIENT)) {
            Network theirs = other.createNetwork(NetworkPlan.of(World.LAN));
            Await.until("h2 sees it", () -> !h2.driver().inspection().networks().isEmpty());
            h2.engineRound();
            h1.time.pass(Duration.ofMinutes(5));
            h2.engineRound();
            assertThat(other.run(theirs).ip()).isNotNull();
        } finally {
            h2.close();
        }
    }

    @Test
    void aHostThatReturnsIsToldThatItWasForgotten() {
        List<String> told = new ArrayList<>();
        try (World h2 = h1.neighbour("h2")) {
            h2.driver().cluster().presence().onForgotten(told::add);
            h1.store().expireLeases();
            h1.driver().cluster().tick();
            h2.driver().cluster().tick();
            assertThat(told).isEmpty();
            // the watch brings it; who has not heard of a host cannot forget it
            Await.until("h1 sees h2", () -> isAlive(h1, "h2"));
            h1.store().expireLeases();
            h1.driver().cluster().tick();
            Await.until("h2 is missed", () -> !isAlive(h1, "h2"));
            h1.driver().cluster().forget("h2");
            h2.driver().cluster().tick();
            assertThat(told).containsExactly("h2");
            Await.until("h1 sees h2", () -> isAlive(h1, "h2"));
        }
    }
}
