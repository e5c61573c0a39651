package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands in a record that cannot be read, and what is refused and left alone because of it. */
final class UnreadableRecordsTest extends SpoiltStore {
    @Test
    void anAddressWhoseClaimCannotBeReadIsTaken() {
        Network network = world.createNetwork(
                NetworkPlan.of(World.LAN).withGateway("10.77.0.1").withRange("10.77.0.4/31"));
        put("claims/default~10.77.0.0_24/10.77.0.4", spoilt());
        assertThat(world.run(network).ip()).hasToString("10.77.0.5");
        assertThatThrownBy(() -> world.run(network)).hasMessageContaining("no address left");
        assertUnreadable(() -> world.run(network, "10.77.0.4"));
        assertThat(sees().why(io.patchbay.core.addr.IpAddress.parse("10.77.0.4"), Optional.empty()))
                .singleElement()
                .satisfies(view -> assertThat(view.standing()).isEqualTo("unreadable"));
        world.restartDaemonAlone();
        heard();
        heard();
        assertThatThrownBy(() -> world.run(network)).hasMessageContaining("no address left");
        delete("claims/default~10.77.0.0_24/10.77.0.4");
        assertThat(world.run(network).ip()).hasToString("10.77.0.4");
    }

    @Test
    void aClaimThatBecomesUnreadableStaysTakenAndItsContainerOnTheLan() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Container container = world.run(network);
        String key = "claims/default~10.77.0.0_24/" + container.ip();
        put(key, spoilt());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).contains(container.hostEnd());
        assertThat(value(key)).isEqualTo(spoilt());
        assertUnreadable(() -> world.run(network, container.ip().toString()));
    }

    @Test
    void inAPoolThatCannotBeReadNothingIsGivenThatMayBeReserved() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Network elsewhere = world.createNetwork(NetworkPlan.of(OTHER_LAN));
        Container container = world.run(network);
        put(POOL, spoilt());
        assertUnreadable(() -> world.run(network));
        world.run(elsewhere);
        world.stop(container);
        world.reconcileAfterGrace();
        assertThat(world.claim(container.ip().toString())).isEmpty();
        assertThat(value(POOL)).isEqualTo(spoilt());
    }

    @Test
    void anEndpointThatCannotBeReadKeepsItsLinkItsClaimAndItsNetwork() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Container container = world.run(network);
        put("endpoints/h1/" + container.endpoint(), spoilt());
        world.reconcileAfterGrace();
        world.engineRound();
        world.time.pass(Duration.ofMinutes(5));
        world.engineRound();
        assertThat(world.ourLinks()).contains(container.hostEnd());
        assertThat(world.claim(container.ip().toString())).isPresent();
        assertThat(sees().networks()).isNotEmpty();
        assertThat(sees().doctor()).noneMatch(f -> f.check().equals("unknown-link"));
        assertThatThrownBy(() -> world.run(network, container.ip().toString())).hasMessageContaining("is held by");
    }

    @Test
    void anInternalNetworkThatCannotBeReadKeepsItsBridge() {
        Network network = world.createNetwork(NetworkPlan.of(OTHER_LAN).asInternal());
        List<String> links = world.ourLinks();
        put("networks/h1/" + network.id(), spoilt());
        world.reconcileAfterGrace();
        assertThat(world.ourLinks()).isEqualTo(links).isNotEmpty();
        assertUnreadable(
                () -> world.createEndpoint(network, world.newId(), io.patchbay.core.addr.Cidr.parse("10.78.0.2/24")));
    }

    @Test
    void aNetworkThatCannotBeReadIsNotUnknown() {
        world.engine.create(plan("lan"));
        world.engineRound();
        put("networks/h1/" + sees().networks().get(0).id(), spoilt());
        world.engineRound();
        world.time.pass(Duration.ofMinutes(2));
        world.engineRound();
        assertThat(sees().doctor()).noneMatch(f -> f.check().equals("unknown-network"));
    }

    @Test
    void aPoolWithAUserThatCannotBeReadDoesNotEnd() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        String key = POOL + "/users/h2/0123456789ab";
        put(key, spoilt());
        world.removeNetwork(network);
        world.reconcileAfterGrace();
        assertThat(world.store().get(POOL)).isPresent();
        assertThat(world.claim("10.77.0.1")).isPresent();
        delete(key);
        world.removeNetwork(world.createNetwork(NetworkPlan.of(World.LAN)));
        assertThat(world.store().get(POOL)).isEmpty();
    }

    /** Who can read the segment would take a pool that is in it, and is not there, for lost. */
    @Test
    void aPoolOfASegmentThatCannotBeReadEndsOnceItCan() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Value segment = value("segments/default");
        put("segments/default", Value.of("rubbish"));
        world.removeNetwork(network);
        world.reconcileAfterGrace();
        assertThat(world.store().get(POOL)).isPresent();
        assertThat(world.store().list(POOL + "/users/").entries()).isEmpty();
        assertThat(world.claim("10.77.0.1")).isEmpty();
        put("segments/default", segment);
        world.driver().reconcile();
        heard();
        assertThat(world.store().get(POOL)).isEmpty();
        assertThat(world.store().list("segments/").entries()).isEmpty();
        assertThat(sees().gauges()).containsEntry("store_histories", 0L);
    }

    @Test
    void aHostThatIsAliveInWordsNobodyUnderstandsIsAlive() {
        String network =
                "networks/h2/" + other.createNetwork(NetworkPlan.of(World.LAN)).id();
        Map<String, String> book = Map.of(network, value(network).text());
        other.stopDaemon();
        put("alive/h2", spoilt());
        delete(network);
        assertThatThrownBy(() -> world.driver().cluster().forget("h2")).hasMessageContaining("is alive");
        assertThatThrownBy(() -> world.driver().cluster().rename("h2", "h1")).hasMessageContaining("is alive");
        assertThat(world.driver().cluster().bringIn(book, false, false).put()).isZero();
        assertThat(world.store().get(network)).isEmpty();
        other.restartDaemonAlone();
    }

    @Test
    void aKindThatThisVersionDoesNotKnowIsNamedForAsLongAsItIsThere() {
        put("moons/h2/luna", Value.of("{}"));
        assertThat(named()).containsExactly("moons/h2/luna");
        assertThat(unreadable()).isEqualTo(1);
        world.line().cut();
        world.background();
        world.store().commit(Transaction.builder().delete("moons/h2/luna").build());
        world.line().mend();
        backAgain();
        assertThat(named()).isEmpty();
    }

    @Test
    void aRecordUnderAnothersKeyIsNoRecord() {
        Network network = world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.1"));
        Container container = world.run(network);
        Value claim = value("claims/default~10.77.0.0_24/" + container.ip());
        put("claims/default~10.77.0.0_24/10.77.0.99", claim);
        assertThat(named()).containsExactly("claims/default~10.77.0.0_24/10.77.0.99");
        assertThat(sees().claims().stream()
                        .filter(c -> c.address().equals(container.ip().toString())))
                .hasSize(1);
    }

    @Test
    void anOptionThatThisVersionDoesNotKnowConcernsThatNetworkAlone() throws IOException {
        Network theirs = other.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of(mtuOption(), "1400")));
        Network ours = world.createNetwork(NetworkPlan.of(World.LAN).withOptions(Map.of(mtuOption(), "1300")));
        addOption("networks/h2/" + theirs.id());
        addOption("networks/h1/" + ours.id());
        assertThat(sees().networks()).extracting(n -> n.mtu()).containsExactly(Optional.of(1300), Optional.of(1400));
        assertThat(sees().doctor())
                .filteredOn(f -> f.check().equals("record"))
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("io.patchbay.colour"));
    }

    private static String mtuOption() {
        return "com.docker.network.driver.mtu";
    }

    private void addOption(String key) throws IOException {
        ObjectNode record = (ObjectNode) JSON.readTree(value(key).bytes());
        ((ObjectNode) record.get("options")).put("io.patchbay.colour", "blue");
        put(key, Value.of(JSON.writeValueAsBytes(record)));
    }

    @Test
    void onlyNetworksOfThisDriverAreMadeBecauseOfARecord() throws IOException {
        world.engine.create(plan("lan"));
        world.engineRound();
        heard();
        ObjectNode record = (ObjectNode) JSON.readTree(value("definitions/lan").bytes());
        record.put("name", "wide").put("driver", "bridge").put("ipamDriver", "default");
        put("definitions/wide", Value.of(JSON.writeValueAsBytes(record)));
        record.put("driver", "null");
        record.put("name", "wider");
        put("definitions/wider", Value.of(JSON.writeValueAsBytes(record)));
        other.engineRound();
        other.time.pass(Duration.ofMinutes(2));
        other.engineRound();
        assertThat(other.engine.find("lan")).isPresent();
        assertThat(other.engine.find("wide")).isEmpty();
        assertThat(other.engine.find("wider")).isEmpty();
        assertThat(named()).containsExactly("definitions/wide", "definitions/wider");
    }

    @Test
    void whatThisHostSaysOfItselfItSaysAgain() {
        put("hosts/h1", spoilt());
        put("alive/h1", spoilt());
        world.restartDaemonAlone();
        heard();
        heard();
        assertThat(world.driver().cluster().presence().isRegistered()).isTrue();
        assertThat(unreadable()).isZero();
    }
}
