package io.patchbay.core.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host on a store that does not know it: that a record is absent ends nothing that lives. */
final class UnknownStoreTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Optional<Finding> unknownLink() {
        return world.driver().inspection().doctor().stream()
                .filter(finding -> finding.check().equals("unknown-link"))
                .findFirst();
    }

    @Test
    void containersKeepTheirLinksAndDoctorSaysSo() {
        Container container = world.run(world.createNetwork(Dockerd.NetworkPlan.of(World.LAN)));
        assertThat(unknownLink()).isEmpty();
        world.restartDaemonOn(new MemoryStore());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).contains(container.hostEnd());
        assertThat(world.driver().inspection().repairs().values()).containsOnly(0L);
        assertThat(unknownLink()).hasValueSatisfying(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.FAIL);
            assertThat(finding.message()).contains(container.hostEnd());
            assertThat(finding.advice()).contains("patchbay import");
        });
    }

    @Test
    void anInternalNetworksBridgeStaysAsLongAsAContainerIsOnIt() {
        Network internal =
                world.createNetwork(Dockerd.NetworkPlan.of("10.78.0.0/24").asInternal());
        String bridge = "pb-" + internal.id().substring(0, 12);
        Container container = world.run(internal);
        world.restartDaemonOn(new MemoryStore());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).contains(bridge, container.hostEnd());
        world.links.destroySandbox(container.hostEnd());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).isEmpty();
        assertThat(unknownLink()).isEmpty();
    }

    @Test
    void whatDockerdNeverMovedIntoASandboxGoesAsEver() {
        Container container = world.run(world.createNetwork(Dockerd.NetworkPlan.of(World.LAN)));
        world.restartDaemonOn(new MemoryStore());
        world.links.moveBack(container.source());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void theAddressOfALivingContainerWhoseRecordWasLostIsKept() {
        Container container = world.run(world.createNetwork(Dockerd.NetworkPlan.of(World.LAN)));
        world.store()
                .commit(Transaction.builder()
                        .delete("endpoints/h1/" + container.endpoint())
                        .build());
        Await.until(
                "the record is gone",
                () -> world.driver().inspection().endpoints().isEmpty());
        world.reconcileAfterGrace();
        assertThat(world.claim(container.ip().toString())).isPresent();
        assertThat(unknownLink()).isPresent();
        String address = container.ip().toString();
        assertThatThrownBy(() -> world.requestAddress(container.network().poolId(), address))
                .hasMessageContaining("is held by endpoint " + container.endpoint());
        world.links.destroySandbox(container.hostEnd());
        assertThat(world.requestAddress(container.network().poolId(), address)).isEqualTo(container.address());
    }

    @Test
    void theMacOfALivingContainerWhoseRecordWasLostIsKept() {
        Container container = world.run(
                world.createNetwork(Dockerd.NetworkPlan.of(World.LAN)),
                "",
                Optional.of(MacAddress.parse("02:11:22:33:44:55")));
        world.store()
                .commit(Transaction.builder()
                        .delete("endpoints/h1/" + container.endpoint())
                        .build());
        Await.until(
                "the record is gone",
                () -> world.driver().inspection().endpoints().isEmpty());
        world.reconcileAfterGrace();
        assertThat(world.store().list("macs/").entries()).hasSize(1);
        world.links.destroySandbox(container.hostEnd());
        world.reconcileAfterGrace();
        assertThat(world.store().list("macs/").entries()).isEmpty();
    }

    @Test
    void itsOwnStoreIsFoundAgain() {
        MemoryStore own = world.store();
        Container container = world.run(world.createNetwork(Dockerd.NetworkPlan.of(World.LAN)));
        world.restartDaemonOn(new MemoryStore());
        world.reconcileAfterGrace();
        world.restartDaemonOn(own);
        world.reconcileAfterGrace();
        assertThat(unknownLink()).isEmpty();
        assertThat(world.claim(container.ip().toString())).isPresent();
        world.stop(container);
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void networksOfTheEngineThatTheStoreDoesNotKnowAreNamed() {
        world.engine.create(Lans.LAN);
        MemoryStore own = world.store();
        engineRounds();
        assertThat(unknownNetworks()).isEmpty();
        world.restartDaemonOn(new MemoryStore());
        engineRounds();
        assertThat(unknownNetworks()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.FAIL);
            assertThat(finding.message()).contains("network lan of Patchbay");
        });
        assertThat(world.engine.find("lan")).isPresent();
        world.restartDaemonOn(own);
        engineRounds();
        assertThat(unknownNetworks()).isEmpty();
    }

    private void engineRounds() {
        world.engineRound();
        world.time.pass(Duration.ofMinutes(2));
        world.engineRound();
    }

    private List<Finding> unknownNetworks() {
        return world.driver().inspection().doctor().stream()
                .filter(finding -> finding.check().equals("unknown-network"))
                .toList();
    }
}
