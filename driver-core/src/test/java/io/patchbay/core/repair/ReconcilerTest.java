package io.patchbay.core.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.link.FakeLinks;
import io.patchbay.core.link.VethSpec;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReconcilerTest {
    private final World world = new World();
    private final Network network = world.createNetwork(NetworkPlan.of(World.LAN));

    @AfterEach
    void close() {
        world.close();
    }

    private long repairs(String name) {
        return world.driver().inspection().repairs().getOrDefault(name, -1L);
    }

    @Test
    void aHealthyHostIsLeftAlone() {
        Container container = world.run(network);
        world.reconcileAfterGrace();
        assertThat(world.driver().inspection().repairs().values()).containsOnly(0L);
        assertThat(world.ourLinks()).contains(container.hostEnd());
    }

    @Test
    void aRoundLooksAtAllLinksOnceAndAgainOnlyIfThatFails() {
        try (World stepwise = World.ofClusterStepByStep(0)) {
            stepwise.run(stepwise.createNetwork(NetworkPlan.of(World.LAN)));
            int before = stepwise.links.calls(FakeLinks.Verb.LIST);
            stepwise.driver().reconcile();
            assertThat(stepwise.links.calls(FakeLinks.Verb.LIST)).isEqualTo(before + 1);
            stepwise.links.failNext(FakeLinks.Verb.LIST, new PatchbayException(Kind.KERNEL, "ENOBUFS"));
            stepwise.driver().reconcile();
            assertThat(stepwise.links.calls(FakeLinks.Verb.LIST)).isEqualTo(before + 3);
        }
    }

    @Test
    void aLinkThatNoEndpointOwnsGoesAfterTheGraceTime() {
        String id = world.newId();
        String name = "pb-" + id.substring(0, 11);
        world.links.createVeth(new VethSpec(
                name,
                name + "c",
                "br0",
                id,
                MacAddress.parse("fe:50:00:00:00:01"),
                MacAddress.parse("02:50:00:00:00:01"),
                OptionalInt.empty(),
                OptionalInt.empty()));
        world.driver().reconcile();
        assertThat(world.ourLinks()).hasSize(2);
        world.time.pass(Duration.ofSeconds(61));
        world.driver().reconcile();
        assertThat(world.ourLinks()).isEmpty();
        assertThat(repairs("link_without_endpoint")).isEqualTo(2);
    }

    @Test
    void aLinkThatSomebodyTookOffItsBridgeOrSetDownIsPutBack() {
        Container one = world.run(network);
        Container two = world.run(network);
        world.links.setMaster(one.hostEnd(), Optional.empty());
        world.links.setUp(two.hostEnd(), false);
        int announced = world.links.announcements().size();
        assertThat(findings())
                .extracting(Finding::message)
                .containsExactlyInAnyOrder(
                        "the link " + one.hostEnd() + " of container "
                                + one.endpoint().substring(0, 12) + " is no port of br0: nobody reaches the container",
                        "the link " + two.hostEnd() + " of container "
                                + two.endpoint().substring(0, 12) + " is down: nobody reaches the container");
        world.driver().reconcile();
        assertThat(world.links.find(one.hostEnd()).orElseThrow().isForwarding()).isTrue();
        assertThat(world.links.find(two.hostEnd()).orElseThrow().isForwarding()).isTrue();
        assertThat(repairs("link_off_bridge")).isEqualTo(2);
        assertThat(findings()).isEmpty();
        Await.until("both are announced anew", () -> world.links.announcements().size() > announced + 1);
    }

    @Test
    void aLinkWaitsForItsBridgeAndOthersDoNotWaitForIt() {
        Container one = world.run(network);
        world.links.removeForeign("br0");
        world.reconcileAfterGrace();
        assertThat(repairs("link_off_bridge")).isZero();
        assertThat(world.ourLinks()).contains(one.hostEnd());
        world.addBridge("br0");
        world.driver().reconcile();
        assertThat(repairs("link_off_bridge")).isEqualTo(1);
    }

    private List<Finding> findings() {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("container-link"))
                .toList();
    }

    @Test
    void anEndpointWhoseLinkWentWithItsSandboxGoesAndItsAddressIsFree() {
        Container container = world.run(network);
        world.links.destroySandbox(container.hostEnd());
        world.reconcileAfterGrace();
        assertThat(world.driver().inspection().endpoints()).isEmpty();
        assertThat(world.claim(container.ip().toString())).isEmpty();
        assertThat(repairs("endpoint_without_link")).isEqualTo(1);
    }

    @Test
    void anEndpointThatCannotBeEndedKeepsNoneBehindItAndTakesNothingOfTheirGrace() {
        Container one = world.run(network);
        Container other = world.run(network);
        world.links.destroySandbox(one.hostEnd());
        world.links.destroySandbox(other.hostEnd());
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(61));
        world.links.failNext(FakeLinks.Verb.DELETE, new IllegalStateException("a defect"));
        world.driver().reconcile();
        assertThat(world.driver().inspection().endpoints()).hasSize(1);
        world.driver().reconcile();
        assertThat(world.driver().inspection().endpoints()).isEmpty();
        assertThat(repairs("endpoint_without_link")).isEqualTo(2);
    }

    @Test
    void aStepThatCouldNotLookForgetsNothing() {
        world.addBridge("pb-orphan");
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(61));
        world.links.failNext(FakeLinks.Verb.LIST, new IllegalStateException("no memory"));
        world.driver().reconcile();
        assertThat(world.ourLinks()).containsExactly("pb-orphan");
        world.driver().reconcile();
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void anEndpointThatDockerdTookOutOfItsSandboxAndForgotGoesWithItsLinks() {
        Container container = world.run(network);
        world.links.moveBack(container.source());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).isEmpty();
        assertThat(repairs("endpoint_out_of_sandbox")).isEqualTo(1);
    }

    @Test
    void c89AClaimThatNoEndpointBoundIsCollected() {
        Cidr address = world.requestAddress(network.poolId(), "");
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(119));
        world.driver().reconcile();
        assertThat(world.claim(address.address().toString())).isPresent();
        world.time.pass(Duration.ofSeconds(2));
        world.driver().reconcile();
        assertThat(world.claim(address.address().toString())).isEmpty();
        assertThat(repairs("claim_never_bound")).isEqualTo(1);
    }

    @Test
    void anOutageDoesNotMakeTheGraceBeginAnew() {
        try (World host = World.ofClusterStepByStep(0)) {
            Network lan = host.createNetwork(NetworkPlan.of(World.LAN));
            Cidr address = host.requestAddress(lan.poolId(), "");
            host.driver().reconcile();
            host.time.pass(Duration.ofSeconds(100));
            host.line().cut();
            assertThatThrownBy(() -> host.requestAddress(lan.poolId(), "")).isInstanceOf(PatchbayException.class);
            assertThat(host.isAway()).isTrue();
            host.driver().reconcile();
            host.line().mend();
            host.background();
            host.time.pass(Duration.ofSeconds(21));
            host.driver().reconcile();
            assertThat(host.claim(address.address().toString())).isEmpty();
        }
    }

    @Test
    void aStepThatFailedDoesNotMakeTheGraceBeginAnew() {
        world.addBridge("pb-orphan");
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(40));
        world.links.failNext(FakeLinks.Verb.LIST, new PatchbayException(Kind.KERNEL, "list: ENOBUFS"));
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(21));
        world.driver().reconcile();
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void aClaimWhoseReleaseNeverCameIsCollected() {
        Container container = world.run(network);
        world.driver().network().leave(network.id(), container.endpoint());
        world.driver().network().deleteEndpoint(network.id(), container.endpoint());
        world.reconcileAfterGrace();
        assertThat(world.claim(container.ip().toString())).isEmpty();
        assertThat(repairs("claim_never_released")).isEqualTo(1);
    }

    @Test
    void aHeldAddressRestsForItsMinute() {
        Container container = world.run(network);
        world.stop(container);
        world.driver().reconcile();
        world.time.pass(Duration.ofSeconds(59));
        world.driver().reconcile();
        assertThat(world.claim(container.ip().toString())).isPresent();
        world.time.pass(Duration.ofSeconds(2));
        world.driver().reconcile();
        assertThat(world.claim(container.ip().toString())).isEmpty();
    }

    @Test
    void theWallsClockMayJumpByHoursWithoutHarm() {
        Container container = world.run(network);
        Cidr pending = world.requestAddress(network.poolId(), "");
        world.time.jump(Duration.ofHours(5));
        world.driver().reconcile();
        world.driver().reconcile();
        assertThat(world.ourLinks()).contains(container.hostEnd());
        assertThat(world.claim(pending.address().toString())).isPresent();
    }

    @Test
    void theBridgeOfAnInternalNetworkThatIsGoneGoesToo() {
        Network internal = world.createNetwork(NetworkPlan.of("10.78.0.0/24").asInternal());
        world.removeNetwork(internal);
        assertThat(world.ourLinks()).isEmpty();
        world.addBridge("pb-orphan");
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).isEmpty();
        assertThat(repairs("bridge_without_network")).isEqualTo(1);
    }

    @Test
    void afterABootTheNetworksAreThereAndTheOldEndpointsGo() {
        Container container = world.run(network);
        world.links.destroySandbox(container.hostEnd());
        world.restartDaemon();
        world.reconcileAfterGrace();
        assertThat(world.driver().inspection().endpoints()).isEmpty();
        assertThat(world.run(network).address().prefixLength()).isEqualTo(24);
    }
}
