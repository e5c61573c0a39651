package io.patchbay.core.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Lans;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Damage to what the engine has, to what the daemon knows, and on the LAN; and what is no damage. */
final class OtherDamageTest extends DamagedHost {

    @Test
    void aNetworkThatTheEngineHasForgotten() {
        world.stop(web);
        world.engine.removeUnheard("lan");
        heard();
        assertThat(look(world))
                .extracting(Disagreement::of)
                .containsExactly(DisagreementClass.NETWORK_UNKNOWN_TO_ENGINE);
    }

    @Test
    void aContainerWhoseEndpointIsLost() {
        world.stop(web);
        assertFound(DisagreementClass.CONTAINER_WITHOUT_ENDPOINT);
    }

    @Test
    void anEndpointThatTheEngineDoesNotHave() {
        world.engine.removeContainer("lan", "web");
        assertFound(DisagreementClass.ENDPOINT_UNKNOWN_TO_ENGINE);
    }

    @Test
    void aPoolThatWasAskedForAndNeverUsed() {
        world.requestPool(io.patchbay.core.testkit.Dockerd.NetworkPlan.of("10.79.0.0/24"));
        assertMends(DisagreementClass.POOL_WITHOUT_NETWORK);
    }

    @Test
    void aPoolThatWasAskedForAndNeverUsedGoesOnWish() {
        world.requestPool(io.patchbay.core.testkit.Dockerd.NetworkPlan.of("10.79.0.0/24"));
        assertRepaired(DisagreementClass.POOL_WITHOUT_NETWORK);
    }

    @Test
    void aNetworkThatCannotBeMadeHere() {
        world.engine.create(Lans.foreign("more"));
        other.engine.create(Lans.lan("more", "10.79.0.0/24"));
        other.engineRound();
        heard();
        world.engineRound();
        assertFound(DisagreementClass.REPLICATION);
    }

    /** The watch does not tell it, as when a store was put back behind the daemon's back. */
    private void behindItsBack(Transaction transaction) {
        heard();
        world.store().commit(transaction);
    }

    private List<Disagreement> memory() {
        return look(world).stream()
                .filter(d -> d.of() == DisagreementClass.MEMORY_DIFFERS)
                .toList();
    }

    @Test
    void aRecordThatTheDaemonHasNotHeardOf() {
        behindItsBack(Transaction.builder()
                .put("segments/unheard", Value.of("{\"subnets\":[]}"))
                .build());
        assertThat(memory()).extracting(Disagreement::subject).containsExactly("segments/unheard");
    }

    @Test
    void aRecordWhoseEndTheDaemonHasNotHeardOf() {
        behindItsBack(Transaction.builder().delete(claim(db)).build());
        assertThat(memory()).extracting(Disagreement::subject).containsExactly(claim(db));
    }

    @Test
    void aRecordThatTheDaemonKnowsAsItWas() {
        behindItsBack(Transaction.builder()
                .put("hosts/h2", world.store().get("hosts/h2").orElseThrow().value())
                .build());
        List<Disagreement> found = memory();
        assertThat(found).extracting(Disagreement::subject).containsExactly("hosts/h2");
        world.driver().fsck().repair(wanted(found));
        assertThat(memory()).isEmpty();
    }

    private static List<Wanted> wanted(List<Disagreement> found) {
        return found.stream()
                .map(d -> new Wanted(d.of().word(), d.host(), d.subject()))
                .toList();
    }

    @Test
    void aStrangerWithAContainersAddress() {
        world.links.addStation(web.ip(), MacAddress.parse("00:11:22:33:44:55"));
        assertFound(DisagreementClass.DUPLICATE_ADDRESS);
    }

    @Test
    void whatIsOverAtTheSecondLookIsNone() {
        world.links.setUp(web.hostEnd(), false);
        world.time.whileWaiting(() -> world.links.setUp(web.hostEnd(), true));
        assertFound();
    }

    @Test
    void withoutTheStoreNothingIsFoundAndItIsSaidWhy() {
        world.line().cut();
        Report report = world.driver().fsck().look();
        assertThat(report.found()).isEmpty();
        assertThat(report.unseen()).isNotEmpty();
    }

    @Test
    void withoutTheEngineTheRestIsLookedAt() {
        world.engine.stop();
        world.links.setUp(web.hostEnd(), false);
        heard();
        Report report = world.driver().fsck().look();
        assertThat(report.found()).extracting(Disagreement::of).containsExactly(DisagreementClass.CONTAINER_LINK);
        assertThat(report.unseen()).singleElement().asString().contains("the engine in memory does not run");
    }

    @Test
    void aRepairOfWhatIsOverAnswersSo() {
        assertThat(world.driver().fsck().repair(List.of(new Wanted("container-link", "h1", web.hostEnd()))))
                .extracting(Outcome::result)
                .containsExactly(Outcome.Result.GONE);
    }

    @Test
    void whatIsAPersonsOrAnotherHostsIsLeft() {
        world.links.setMac(web.hostEnd(), MacAddress.parse("02:50:00:00:00:01"));
        assertThat(world.driver().fsck().repair(wanted(assertFound(DisagreementClass.LINK_MAC))))
                .extracting(Outcome::result)
                .containsExactly(Outcome.Result.LEFT);
    }

    @Test
    void whoeverMendsItIsThere() {
        assertThat(Stream.of(DisagreementClass.values())
                        .filter(of -> of.mender() != DisagreementClass.Mender.PERSON)
                        .filter(of -> !Repairs.mends(of)))
                .isEmpty();
    }

    @Test
    void otherHostsLeaveWhatTheyFindInTheStore() {
        other.links.setMac(db.hostEnd(), MacAddress.parse("02:50:00:00:00:01"));
        other.driver().fsck().glance();
        world.time.pass(java.time.Duration.ofMinutes(4));
        other.driver().fsck().glance();
        assertThat(other.driver().fsck().findings()).extracting(f -> f.check()).containsExactly("link-mac");
    }
}
