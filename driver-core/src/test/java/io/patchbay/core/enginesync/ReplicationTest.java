package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is made or removed on one host, and what the other has then. */
final class ReplicationTest extends TwoHosts {
    @Test
    void aNetworkMadeOnOneHostIsMadeOnTheOther() {
        one.engine.create(Lans.withOptions(Lans.LAN, Map.of("com.docker.network.driver.mtu", "1400")));
        rounds(one, two);
        EngineNetwork replica = two.engine.find("lan").orElseThrow();
        assertThat(replica.plan().options()).containsEntry("com.docker.network.driver.mtu", "1400");
        assertThat(replica.plan().ipam().ranges().get(0).subnet()).isEqualTo(World.LAN);
        assertThat(replica.plan().labels()).containsOnlyKeys("io.patchbay.replicated");
        assertThat(one.engine.find("lan").orElseThrow().plan().labels()).isEmpty();
        assertThat(view("h1").replication()).isEqualTo("defined");
        assertThat(view("h2").replication()).isEqualTo("replica");
        assertThat(view("h2").name()).contains("lan");
        assertThat(two.run("lan", "web").address().prefixLength()).isEqualTo(24);
    }

    @Test
    void nothingGoesRoundInCircles() {
        shared(Lans.LAN);
        int before = one.engine.changes() + two.engine.changes();
        long revision = one.store().list("").revision();
        rounds(one, two);
        assertThat(one.engine.changes() + two.engine.changes()).isEqualTo(before);
        assertThat(one.store().list("").entries())
                .allSatisfy(e -> assertThat(e.revision()).isLessThanOrEqualTo(revision));
    }

    @Test
    void aNetworkRemovedOnTheOtherHostGoesOnBoth() {
        shared(Lans.LAN);
        two.engine.remove(two.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("lan")).isEmpty();
        assertThat(two.engine.find("lan")).isEmpty();
        assertThat(one.driver().inspection().networks()).isEmpty();
        assertThat(one.driver().inspection().pools()).isEmpty();
        assertThat(one.store().list("definitions/").entries()).isEmpty();
    }

    /** Removed ones stay as long as a network of them does, so what is absent was lost. */
    @Test
    void aDefinitionThatIsMissingIsPutBackAndNoNetworkGoes() {
        shared(Lans.LAN);
        String before =
                one.store().list("definitions/").entries().get(0).value().text();
        one.store().commit(Transaction.builder().delete("definitions/lan").build());
        rounds(one, two);
        assertThat(one.engine.find("lan")).isPresent();
        assertThat(two.engine.find("lan")).isPresent();
        assertThat(one.store().list("definitions/").entries())
                .singleElement()
                .satisfies(e -> assertThat(generation(e.value().text())).isEqualTo(generation(before)));
        two.engine.remove(two.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("lan")).isEmpty();
    }

    /** A host that is just making the network must not take the definition for lost. */
    @Test
    void aRemovedDefinitionStaysForAMinuteAfterTheLastNetwork() {
        shared(Lans.LAN);
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        for (int i = 0; i < 3; i++) {
            settled();
            one.engineRound();
            settled();
            two.engineRound();
        }
        assertThat(two.engine.find("lan")).isEmpty();
        assertThat(one.store().list("definitions/").entries())
                .singleElement()
                .satisfies(e -> assertThat(e.value().text()).contains("\"REMOVED\""));
        rounds(one, two);
        assertThat(one.store().list("definitions/").entries()).isEmpty();
    }

    private static String generation(String definition) {
        return definition.replaceFirst(".*\"generation\":\"([0-9a-f]+)\".*", "$1");
    }

    @Test
    void aHostThatWasOffCatchesUpWithBoth() {
        shared(Lans.LAN);
        World three = host("h3", Sharing.BY_HAND);
        rounds(one, two, three);
        assertThat(three.engine.find("lan")).isPresent();
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        one.engine.create(Lans.lan("second", "10.78.0.0/24"));
        rounds(one, two);
        assertThat(three.engine.find("lan")).isPresent();
        three.restartDaemonAlone();
        rounds(three);
        assertThat(three.engine.find("lan")).isEmpty();
        assertThat(three.engine.find("second")).isPresent();
        assertThat(one.store().list("definitions/").entries()).hasSize(1);
    }

    @Test
    void whereAContainerRunsItStaysUntilTheContainerIsGone() {
        shared(Lans.LAN);
        Dockerd.Container web = two.run("lan", "web");
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(two.engine.find("lan")).isPresent();
        assertThat(view("h2").replication()).isEqualTo("in_use");
        assertThat(view("h2").reason().orElseThrow())
                .contains("removed on host h1")
                .contains("container web");
        assertThat(said(two)).singleElement().asString().contains("container web");
        assertThat(one.driver().inspection().gauges()).containsEntry("networks_hindered", 1L);
        two.stop(web);
        two.engine.stopContainer("lan", "web");
        rounds(one, two);
        assertThat(two.engine.find("lan"))
                .as("a stopped container starts again one day")
                .isPresent();
        two.engine.removeContainer("lan", "web");
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
        assertThat(said(two)).isEmpty();
    }

    @Test
    void aForeignNetworkOfTheNameIsLeftAloneAndSaid() {
        String foreign = two.engine.create(Lans.foreign("lan"));
        one.engine.create(Lans.LAN);
        rounds(one, two);
        assertThat(two.engine.find("lan").orElseThrow().id()).isEqualTo(foreign);
        assertThat(two.engine.changes()).isEqualTo(1);
        assertThat(view("h2").replication()).isEqualTo("name_taken");
        assertThat(said(two))
                .singleElement()
                .asString()
                .contains("driver bridge")
                .contains("host h1");
        two.engine.remove(foreign);
        rounds(one, two);
        assertThat(view("h2").replication()).isEqualTo("replica");
        assertThat(said(two)).isEmpty();
    }

    @Test
    void theSameMadeByHandOnBothIsOneNetwork() {
        one.engine.create(Lans.withOptions(Lans.LAN, Map.of("com.docker.network.bridge.name", "br0")));
        two.addBridge("br9");
        two.engine.create(Lans.withOptions(Lans.LAN, Map.of("parent", "br9")));
        rounds(one, two);
        assertThat(view("h1").replication()).isEqualTo("defined");
        assertThat(view("h2").replication()).isEqualTo("replica");
        assertThat(one.engine.changes() + two.engine.changes()).isEqualTo(2);
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
    }

    @Test
    void aDifferentOneOfTheSameNameIsNotOverwrittenAndTheDefiningHostIsNamed() {
        two.engine.create(Lans.lan("lan", "10.78.0.0/24"));
        one.engine.create(Lans.LAN);
        rounds(one, two);
        assertThat(two.engine.subnet("lan")).isEqualTo("10.78.0.0/24");
        assertThat(view("h2").replication()).isEqualTo("differs");
        assertThat(said(two))
                .singleElement()
                .asString()
                .contains("defined on host h1")
                .contains("10.78.0.0/24")
                .contains("10.77.0.0/24");
        two.engine.remove(two.engine.find("lan").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("lan"))
                .as("removing the odd one removes no other")
                .isPresent();
        assertThat(view("h2").replication()).isEqualTo("replica");
    }

    @Test
    void madeAnewWithAnotherSubnetItIsExchangedWhereNothingUsesIt() {
        shared(Lans.LAN);
        Dockerd.Container web = two.run("lan", "web");
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        one.engine.create(Lans.lan("lan", "10.78.0.0/24"));
        rounds(one, two);
        assertThat(view("h2").replication()).isEqualTo("in_use");
        assertThat(view("h2").reason().orElseThrow())
                .contains("made anew on host h1")
                .contains("10.78.0.0/24");
        two.stop(web);
        two.engine.removeContainer("lan", "web");
        rounds(one, two);
        assertThat(two.engine.subnet("lan")).isEqualTo("10.78.0.0/24");
        assertThat(view("h2").replication()).isEqualTo("replica");
    }

    @Test
    void replicateFalseKeepsItOnItsHost() {
        one.engine.create(Lans.withOptions(Lans.LAN, Map.of("io.patchbay.replicate", "false")));
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
        assertThat(view("h1").replication()).isEqualTo("local");
        two.engine.create(Lans.LAN);
        rounds(one, two);
        assertThat(view("h1").replication()).isEqualTo("name_taken");
        assertThat(said(one)).singleElement().asString().contains("io.patchbay.replicate=false");
    }

    @Test
    void anotherIpamDriversNetworkStaysForItWouldGiveAddressesTwice() {
        one.engine.create(Lans.LAN.withDrivers("patchbay", "default"));
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
    }

    @Test
    void aHostWithoutReplicationNeitherGivesNorTakes() {
        World three = host("h3", Sharing.OFF);
        shared(Lans.LAN);
        three.engine.create(Lans.lan("other", "10.79.0.0/24"));
        rounds(one, two, three);
        assertThat(three.engine.find("lan")).isEmpty();
        assertThat(one.engine.find("other")).isEmpty();
        assertThat(views("h3")).extracting(NetworkView::name).containsExactly(Optional.of("other"));
    }

    @Test
    void swarmIngressAndConfigOnlyNetworksOfOthersAreNotTouched() {
        NetworkPlan swarm = new NetworkPlan(
                "services",
                "patchbay",
                NetworkPlan.SWARM,
                NetworkPlan.Traits.PLAIN,
                Optional.empty(),
                Map.of(),
                Lans.LAN.ipam(),
                Map.of());
        one.engine.create(swarm);
        one.engine.create(Lans.configOnly("lan-config"));
        rounds(one, two);
        assertThat(two.engine.changes()).isZero();
        assertThat(one.engine.changes()).isEqualTo(2);
        one.engine.remove(one.engine.find("services").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("lan-config")).isPresent();
    }

    @Test
    void aNameWithASlashIsANameLikeOthers() {
        shared(Lans.lan("büro/1 %", World.LAN));
        two.engine.remove(two.engine.find("büro/1 %").orElseThrow().id());
        rounds(one, two);
        assertThat(one.engine.find("büro/1 %")).isEmpty();
    }

    @Test
    void aForgottenHostHinderedNothingAnyMore() {
        two.engine.create(Lans.foreign("lan"));
        one.engine.create(Lans.LAN);
        rounds(one, two);
        assertThat(view("h2").replication()).isEqualTo("name_taken");
        two.close();
        settled();
        one.driver().cluster().forget("h2");
        settled();
        assertThat(views("h2")).isEmpty();
        assertThat(one.store().list("").entries()).noneMatch(e -> e.key().matches(".*/h2(/.*)?"));
        assertThat(one.driver().inspection().gauges()).containsEntry("networks_hindered", 0L);
    }

    @Test
    void whatADeadHostHasNotDoneYetIsShown() {
        shared(Lans.LAN);
        two.close();
        settled();
        one.engine.create(Lans.lan("second", "10.78.0.0/24"));
        one.engine.create(Lans.withOptions(Lans.lan("mine", "10.79.0.0/24"), Map.of("io.patchbay.replicate", "false")));
        rounds(one);
        assertThat(views("h2"))
                .anySatisfy(n -> {
                    assertThat(n.name()).contains("second");
                    assertThat(n.replication()).isEqualTo("pending");
                    assertThat(n.subnets()).containsExactly("10.78.0.0/24");
                    assertThat(n.reason().orElseThrow()).contains("host h2, which is dead");
                })
                .anySatisfy(n -> {
                    assertThat(n.name()).contains("lan");
                    assertThat(n.replication()).isEqualTo("replica");
                    assertThat(n.reason()).isEmpty();
                })
                .hasSize(2);
        one.engine.remove(one.engine.find("lan").orElseThrow().id());
        rounds(one);
        assertThat(views("h2")).anySatisfy(n -> {
            assertThat(n.replication()).isEqualTo("removing");
            assertThat(n.reason().orElseThrow()).contains("removed there when h2 is back");
        });
        two.restartDaemonAlone();
        rounds(two, one);
        assertThat(views("h2")).singleElement().satisfies(n -> {
            assertThat(n.name()).contains("second");
            assertThat(n.replication()).isEqualTo("replica");
            assertThat(n.reason()).isEmpty();
        });
    }
}
