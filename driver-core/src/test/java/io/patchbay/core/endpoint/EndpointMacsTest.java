package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.contract.NetworkDriver.EndpointRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.inspect.Inspection.EndpointView;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A MAC address has one station on a LAN, on two hosts that hear of each other only when they are told. */
final class EndpointMacsTest {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/24").withGateway("10.77.0.254");
    private static final NetworkPlan LAN6 = NetworkPlan.of("fd77::/64").withGateway("fd77::1");
    private static final MacAddress MAC = MacAddress.parse("02:11:22:33:44:55");

    private final World h1 = World.ofClusterStepByStep(2);
    private final World h2 = h1.neighbour("h2");

    @AfterEach
    void close() {
        h1.close();
        h2.close();
    }

    private void hearAll() {
        for (int i = 0; i < 3; i++) {
            h1.background();
            h2.background();
        }
    }

    private static Container run(World world, Network network, String wanted, String mac) {
        return world.run(network, wanted, Optional.of(MacAddress.parse(mac)));
    }

    private static void refused(Kind kind, String sentence, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    private static String macOf(World world, Container container) {
        return world.driver().inspection().endpoints().stream()
                .filter(e -> e.id().equals(container.endpoint()))
                .map(EndpointView::mac)
                .findFirst()
                .orElseThrow();
    }

    private List<String> claimed() {
        return h1.store().list("macs/").entries().stream().map(Store.Entry::key).toList();
    }

    @Test
    void ofTwoHostsThatAreGivenOneMacAtOnceOneGetsIt() {
        Network one = h1.createNetwork(LAN);
        Network two = h2.createNetwork(LAN);
        Container first = h1.run(one, "", Optional.of(MAC));
        refused(
                Kind.CONFLICT,
                "MAC address " + MAC + " is that of endpoint " + first.endpoint()
                        + " on host h1 already; two stations of one LAN need different ones",
                () -> h2.run(two, "", Optional.of(MAC)));
        h1.stop(first);
        refused(
                Kind.CONFLICT,
                "is that of an endpoint that has just ended on host h1 already",
                () -> h2.run(two, "", Optional.of(MAC)));
        h1.background();
        assertThat(macOf(h2, h2.run(two, "", Optional.of(MAC)))).isEqualTo(MAC.toString());
    }

    @Test
    void onAnotherSegmentAndOnABridgeThatLeadsNowhereItIsAnotherStation() {
        Network lan = h1.createNetwork(LAN);
        h1.run(lan, "", Optional.of(MAC));
        Network lab = h2.createNetwork(LAN.withIpamOptions(Map.of("io.patchbay.segment", "lab")));
        h2.run(lab, "", Optional.of(MAC));
        Network internal = h2.createNetwork(NetworkPlan.of("10.78.0.0/24").asInternal());
        h2.run(internal, "", Optional.of(MAC));
        assertThat(claimed()).hasSize(3);
    }

    @Test
    void theMacOfAnotherAddressIsRefusedAlsoWhileNobodyHasTheAddress() {
        Network network = h1.createNetwork(LAN);
        refused(
                Kind.INVALID,
                "MAC address 02:50:0a:4d:00:8a is that of address 10.77.0.138, which is not this container's;"
                        + " give it --ip 10.77.0.138 too, or another MAC",
                () -> run(h1, network, "10.77.0.128", "02:50:0a:4d:00:8a"));
        Container own = run(h1, network, "10.77.0.138", "02:50:0a:4d:00:8a");
        assertThat(own.ip()).hasToString("10.77.0.138");
        assertThat(claimed()).isEmpty();
    }

    @Test
    void aGivenMacThatAnOlderVersionRecordedIsRespected() {
        Network one = h1.createNetwork(LAN);
        Network two = h2.createNetwork(LAN);
        recordAsBefore(h2, two, MAC, "10.77.0.9/24");
        recordAsBefore(h2, two, MacAddress.parse("02:50:0a:4d:00:8a"), "10.77.0.10/24");
        hearAll();
        refused(Kind.CONFLICT, "on host h2 already", () -> h1.run(one, "", Optional.of(MAC)));
        // and the address whose MAC it is goes with another one
        assertThat(macOf(h1, h1.run(one, "10.77.0.138"))).startsWith("0a:50:");
    }

    /** An endpoint with a given MAC as a daemon wrote it that claimed none. */
    private String recordAsBefore(World host, Network network, MacAddress mac, String address) {
        String id = host.newId();
        EndpointRecord record = new EndpointRecord(
                id,
                network.id(),
                host.host(),
                List.of(Cidr.parse(address)),
                mac,
                true,
                LinkName.of(id).hostEnd(),
                EndpointRecord.State.RESERVED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                host.time.now(),
                Map.of());
        host.store()
                .commit(Transaction.builder().put(record.key(), record.write()).build());
        return id;
    }

    @Test
    void whatAnOlderVersionRecordedIsClaimedInTheNextRound() {
        Network network = h1.createNetwork(LAN);
        recordAsBefore(h1, network, MAC, "10.77.0.9/24");
        hearAll();
        h1.driver().reconcile();
        assertThat(claimed()).containsExactly(Keys.mac("default", MAC));
        assertThat(h1.driver().inspection().repairs()).containsEntry("mac_without_claim", 1L);
    }

    @Test
    void computedOnesThatMeetBecomeTwo() {
        Network one = h1.createNetwork(LAN6);
        Network two = h2.createNetwork(LAN6);
        // their checksums are the same
        Container first = h1.run(one, "fd77::5");
        Container second = h2.run(two, "fd77::f176:ec05:100:5");
        hearAll();
        assertThat(macOf(h1, first)).startsWith("06:50:");
        assertThat(macOf(h1, second)).startsWith("0a:50:");
        EndpointRequest again =
                new EndpointRequest(two.id(), second.endpoint(), List.of(second.address()), Optional.empty(), Map.of());
        assertThat(h2.driver().network().createEndpoint(again).mac()).contains(MacAddress.parse(macOf(h2, second)));
        refused(Kind.CONFLICT, "on host h1 already", () -> run(h2, two, "", macOf(h1, first)));
    }

    @Test
    void withoutTheStoreAHostUsesWhatItHas() {
        Network network = h1.createNetwork(LAN);
        Network two = h2.createNetwork(LAN);
        h1.background();
        h1.driver().reconcile();
        Container first = h1.run(network, "", Optional.of(MAC));
        h1.line().cut();
        h1.stop(first);
        Container again = h1.run(network, "", Optional.of(MAC));
        assertThat(h1.isAway()).isTrue();
        refused(
                Kind.UNAVAILABLE,
                "MAC address 02:11:22:33:44:66 is none that host h1 had when the store was lost",
                () -> run(h1, network, "", "02:11:22:33:44:66"));
        // a computed one needs nobody's word
        h1.run(network);
        refused(Kind.CONFLICT, "on host h1 already", () -> h2.run(two, "", Optional.of(MAC)));
        h1.line().mend();
        hearAll();
        assertThat(h1.isAway()).isFalse();
        refused(
                Kind.CONFLICT,
                "is that of endpoint " + again.endpoint() + " on host h1 already",
                () -> h2.run(two, "", Optional.of(MAC)));
    }

    @Test
    void whatAHostMayHaveGivenBackIsNotItsOwnWithoutTheStore() {
        Network network = h1.createNetwork(LAN);
        h1.background();
        h1.driver().reconcile();
        h1.stop(h1.run(network, "", Optional.of(MAC)));
        h1.line().loseAnswers(1);
        h1.background();
        h1.line().cut();
        assertThatThrownBy(() -> h1.run(network, "", Optional.of(MAC)))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void whatAnEndedEndpointHadIsRemovedInARoundAtTheLatest() {
        Network network = h1.createNetwork(LAN);
        h1.stop(h1.run(network, "", Optional.of(MAC)));
        assertThat(claimed()).hasSize(1);
        h1.driver().reconcile();
        assertThat(claimed()).isEmpty();
    }

    @Test
    void ofAForgottenHostItIsFreeAndTheHostLeavesTheLanWhenItComesBack() {
        Network one = h1.createNetwork(LAN);
        Network two = h2.createNetwork(LAN);
        Container first = h1.run(one, "10.77.0.5", Optional.of(MAC));
        h1.stopDaemon();
        hearH2();
        h2.driver().cluster().forget("h1");
        assertThat(claimed()).isEmpty();
        Container second = h2.run(two, "10.77.0.6", Optional.of(MAC));
        h1.restartDaemon();
        hearAll();
        assertThat(h1.ourLinks()).doesNotContain(first.hostEnd());
        assertThat(h2.ourLinks()).contains(second.hostEnd());
        assertThat(claimed()).containsExactly(Keys.mac("default", MAC));
    }

    private void hearH2() {
        h2.background();
    }

    @Test
    void whatAnOlderVersionLeftOfAForgottenHostIsFree() {
        Network one = h1.createNetwork(LAN);
        Network two = h2.createNetwork(LAN);
        Container first = h1.run(one, "", Optional.of(MAC));
        h1.stopDaemon();
        h2.background();
        h1.store()
                .commit(Transaction.builder()
                        .delete(Keys.host("h1"))
                        .delete(Keys.endpoint("h1", first.endpoint()))
                        .build());
        h2.background();
        assertThat(macOf(h2, h2.run(two, "", Optional.of(MAC)))).isEqualTo(MAC.toString());
    }

    @Test
    void thoseOfHostsAndGatewaysAreRefused() {
        h2.links.ensureBridge(
                new BridgeSpec("br1", MacAddress.parse("02:77:00:00:00:02"), OptionalInt.empty(), Optional.empty()));
        h2.createNetwork(NetworkPlan.of("10.78.0.0/24").withOptions(Map.of("com.docker.network.bridge.name", "br1")));
        h2.time.pass(Duration.ofHours(1));
        h2.driver().cluster().tick();
        Network network = h1.createNetwork(LAN);
        hearAll();
        h1.links.addStation(IpAddress.parse("10.77.0.254"), MacAddress.parse("02:77:00:00:00:fe"));
        refused(
                Kind.CONFLICT,
                "MAC address 02:77:00:00:00:01 is that of link br0 of host h1 itself; a container needs one of its own",
                () -> run(h1, network, "", "02:77:00:00:00:01"));
        refused(
                Kind.CONFLICT,
                "is that of bridge br1 of host h2; a container needs",
                () -> run(h1, network, "", "02:77:00:00:00:02"));
        refused(
                Kind.CONFLICT,
                "is that of gateway 10.77.0.254; a container needs",
                () -> run(h1, network, "", "02:77:00:00:00:fe"));
        assertThat(h1.driver().inspection().endpoints()).isEmpty();
    }
}
