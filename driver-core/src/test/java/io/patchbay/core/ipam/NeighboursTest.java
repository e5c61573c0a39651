package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The LAN is asked before an address is given, and what somebody has is given to no container on any host. */
@Timeout(60)
final class NeighboursTest {
    private static final MacAddress PRINTER = MacAddress.parse("00:11:22:33:44:55");
    private static final MacAddress NAS = MacAddress.parse("00:11:22:33:44:66");
    private static final String RANGE = "10.77.0.16/28";

    private final World h1 = World.ofClusterThatAsks(0);
    private final World h2 = h1.neighbour("h2");

    @AfterEach
    void end() {
        h1.close();
        h2.close();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static Network network(World host) {
        return host.createNetwork(plan());
    }

    private static NetworkPlan plan() {
        return NetworkPlan.of(World.LAN).withRange(RANGE).withGateway("10.77.0.254");
    }

    /** Both hosts hear what there is to hear, and do what is due. */
    private void look() {
        for (World host : List.of(h1, h2, h1, h2)) {
            host.background();
        }
    }

    private void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minusSeconds(30)) {
            h1.time.pass(Duration.ofSeconds(30));
            look();
        }
    }

    private void onTheLan(String address, MacAddress mac) {
        for (World host : List.of(h1, h2)) {
            host.links.addStation(ip(address), mac);
        }
    }

    private void offTheLan(String address) {
        for (World host : List.of(h1, h2)) {
            host.links.removeStation(ip(address));
        }
    }

    private static AddressView why(World host, String address) {
        return host.driver()
                .inspection()
                .why(ip(address), Optional.empty())
                .get(0);
    }

    private static PoolView pool(World host) {
        return host.driver().inspection().pools().get(0);
    }

    private static List<Finding> findings(World host) {
        return host.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("quarantine") && f.severity() != Severity.OK)
                .toList();
    }

    private static void refused(World host, Network network, String address, MacAddress mac, String heardBy) {
        assertThatThrownBy(() -> host.run(network, address))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("address " + address + " of pool 10.77.0.0/24 is that of a machine on the LAN with MAC " + mac
                        + ", which host " + heardBy
                        + " heard answer; name another address, or take it from that machine: it can be given 5 minutes"
                        + " after the last answer");
    }

    @Test
    void whatSomebodyHasIsSteppedOverByAllHosts() {
        onTheLan("10.77.0.17", PRINTER);
        Network network = network(h1);
        look();
        Network there = network(h2);
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.18");
        look();
        assertThat(h2.run(there).ip()).isNotEqualTo(ip("10.77.0.17"));
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        assertThat(why(h2, "10.77.0.17").standing()).isEqualTo("quarantined");
        assertThat(why(h2, "10.77.0.17").message())
                .contains("a machine on the LAN that Patchbay does not know has it, with MAC " + PRINTER)
                .contains("heard by host h1 since 2026");
        assertThat(findings(h2)).singleElement().satisfies(f -> {
            assertThat(f.subject()).isEqualTo("10.77.0.17");
            assertThat(f.message()).contains(PRINTER.toString());
        });
        refused(h2, there, "10.77.0.17", PRINTER, "h1");
    }

    @Test
    void nobodyWaitsForTheLan() {
        Network network = network(h1);
        // the first container comes before anything was asked
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        assertThat(h1.links.probed()).isEmpty();
        look();
        assertThat(h1.links.probed()).contains(ip("10.77.0.17"), ip("10.77.0.31"));
        assertThat(h1.links.probed()).doesNotContain(ip("10.77.0.32"));
    }

    @Test
    void whatOneOfOursHasIsNotAskedFor() {
        Network network = network(h1);
        look();
        List<Container> running = List.of(h1.run(network), h1.run(network), h1.run(network, "10.77.0.99"));
        look();
        int before = h1.links.probed().size();
        pass(Duration.ofMinutes(20));
        List<IpAddress> later = h1.links.probed().subList(before, h1.links.probed().size());
        assertThat(later).isNotEmpty();
        assertThat(later).doesNotContainAnyElementsOf(running.stream().map(Container::ip).toList());
    }

    @Test
    void silenceIsKeptFreshAndNotAskedForMoreThanThat() {
        Network network = network(h1);
        h1.run(network);
        look();
        int before = h1.links.probed().size();
        pass(Duration.ofMinutes(3).minusSeconds(60));
        assertThat(h1.links.probed()).hasSize(before);
        pass(Duration.ofMinutes(30));
        assertThat(h1.links.probed().size() - before).isBetween(15 * 8, 15 * 11);
    }

    @Test
    void anUnusedNetworkIsNotAskedForLong() {
        Network network = network(h1);
        look();
        pass(Duration.ofMinutes(15));
        int before = h1.links.probed().size();
        pass(Duration.ofMinutes(30));
        assertThat(h1.links.probed()).hasSize(before);
        h1.run(network);
        look();
        assertThat(h1.links.probed().size()).isGreaterThan(before);
    }

    @Test
    void anAnswerThatComesBeforeTheContainerHasJoinedKeepsItOut() {
        Network network = network(h1);
        onTheLan("10.77.0.16", PRINTER);
        var given = h1.requestAddress(network.poolId(), "");
        assertThat(given.address()).hasToString("10.77.0.16");
        String endpoint = h1.newId();
        h1.createEndpoint(network, endpoint, given);
        look();
        assertThatThrownBy(() -> h1.driver().network().join(network.id(), endpoint, "/var/run/docker/netns/x"))
                .hasMessageContaining("address 10.77.0.16")
                .hasMessageContaining(PRINTER.toString());
        h1.driver().network().deleteEndpoint(network.id(), endpoint);
        h1.ipam().releaseAddress(network.poolId(), given.address());
        // it is held for this host, and is not what the next one gets
        assertThat(h1.run(network).ip()).hasToString("10.77.0.17");
        pass(Duration.ofMinutes(1));
        assertThat(why(h2, "10.77.0.16").standing()).isEqualTo("quarantined");
    }

    @Test
    void theContainersOwnAnswerIsNoConflict() {
        Network network = network(h1);
        var given = h1.requestAddress(network.poolId(), "");
        String endpoint = h1.newId();
        MacAddress mac = h1.createEndpoint(network, endpoint, given).mac().orElseThrow();
        onTheLan(given.address().toString(), mac);
        look();
        h1.driver().network().join(network.id(), endpoint, "/var/run/docker/netns/x");
        pass(Duration.ofMinutes(10));
        assertThat(findings(h1)).isEmpty();
    }

    @Test
    void anAddressByNameIsAskedForAtOnce() {
        Network network = network(h1);
        onTheLan("10.77.0.77", PRINTER);
        refused(h1, network, "10.77.0.77", PRINTER, "h1");
        look();
        refused(h2, network(h2), "10.77.0.77", PRINTER, "h1");
        int before = h1.links.probed().size();
        assertThat(h1.run(network, "10.77.0.78").ip()).hasToString("10.77.0.78");
        assertThat(h1.links.probed().subList(before, h1.links.probed().size())).containsExactly(ip("10.77.0.78"));
    }

    @Test
    void whatWasAskedForLatelyIsNotAskedForAgain() {
        Network network = network(h1);
        look();
        int before = h1.links.probed().size();
        assertThat(h1.run(network, "10.77.0.20").ip()).hasToString("10.77.0.20");
        assertThat(h1.links.probed()).hasSize(before);
    }

    @Test
    void aRestartWithAnAddressByNameAsksNobody() {
        Network network = network(h1);
        Container container = h1.run(network, "10.77.0.77");
        int before = h1.links.probed().size();
        h1.stop(container);
        h1.run(network, "10.77.0.77");
        assertThat(h1.links.probed()).hasSize(before);
    }

    @Test
    void itIsFreeAgainAfterSomeMinutesOfSilence() {
        onTheLan("10.77.0.16", PRINTER);
        Network network = network(h1);
        look();
        pass(Duration.ofMinutes(20));
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        offTheLan("10.77.0.16");
        pass(Duration.ofMinutes(4));
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        pass(Duration.ofMinutes(2));
        assertThat(pool(h2).quarantined()).isZero();
        assertThat(findings(h1)).isEmpty();
        assertThat(h1.run(network, "10.77.0.16").ip()).hasToString("10.77.0.16");
    }

    @Test
    void whatADeadHostHasHeardOthersSeeTo() {
        onTheLan("10.77.0.16", PRINTER);
        onTheLan("10.77.0.17", NAS);
        network(h1);
        look();
        Network there = network(h2);
        h2.run(there);
        look();
        h1.stopDaemon();
        h2.background();
        offTheLan("10.77.0.16");
        for (int i = 0; i < 12; i++) {
            h2.time.pass(Duration.ofSeconds(30));
            h2.background();
        }
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        assertThat(why(h2, "10.77.0.17").message()).contains("heard by host h2 since 2026-01-01T00:00:00Z");
        h1.restartDaemonAlone();
    }

    @Test
    void whileTheStoreIsAwayWhatThisHostHasHeardCounts() {
        Network network = network(h1);
        h1.run(network, "10.77.0.99");
        look();
        h1.line().cut();
        h1.background();
        onTheLan("10.77.0.20", PRINTER);
        pass(Duration.ofMinutes(4));
        assertThat(pool(h2).quarantined()).isZero();
        h1.line().mend();
        pass(Duration.ofMinutes(1));
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        assertThat(why(h2, "10.77.0.20").message()).contains("heard by host h1");
    }

    @Test
    void whoHasGotItMeanwhileKeepsIt() {
        Network there = network(h2);
        look();
        onTheLan("10.77.0.16", PRINTER);
        h1.links.duringNextProbe(() -> assertThat(h2.run(there).ip()).hasToString("10.77.0.16"));
        network(h1);
        look();
        assertThat(h1.links.probed()).contains(ip("10.77.0.16"));
        assertThat(h1.store().list("quarantine/").entries()).isEmpty();
        assertThat(pool(h2).quarantined()).isZero();
    }

    @Test
    void whatIsOtherwiseExplainedIsNotQuarantined() {
        Network network = h1.createNetwork(plan().withAux(Map.of("printer", "10.77.0.16")));
        h1.driver()
                .cluster()
                .reserve("10.77.0.0/24", Optional.empty(), AddressRange.parse("10.77.0.17-10.77.0.18"), "nas");
        onTheLan("10.77.0.16", PRINTER);
        onTheLan("10.77.0.17", NAS);
        look();
        assertThat(h1.links.probed()).isNotEmpty().doesNotContain(ip("10.77.0.16"), ip("10.77.0.17"));
        assertThat(pool(h1).quarantined()).isZero();
        // by name even what is reserved is refused while somebody has it
        refused(h1, network, "10.77.0.17", NAS, "h1");
        look();
        assertThat(pool(h1).quarantined()).isZero();
        assertThat(h1.run(network, "10.77.0.18").ip()).hasToString("10.77.0.18");
    }

    @Test
    void aPersonMayNameItAfterwards() {
        onTheLan("10.77.0.16", PRINTER);
        network(h1);
        look();
        assertThat(pool(h1).quarantined()).isEqualTo(1);
        h2.createNetwork(plan().withAux(Map.of("printer", "10.77.0.16")));
        pass(Duration.ofMinutes(1));
        assertThat(h1.store().list("quarantine/").entries()).isEmpty();
        assertThat(why(h1, "10.77.0.16").standing()).isEqualTo("aux");
    }

    @Test
    void aNetworkMaySayNo() {
        Network network = h1.createNetwork(plan().withOptions(Map.of("io.patchbay.probe", "off")));
        onTheLan("10.77.0.16", PRINTER);
        look();
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        look();
        onTheLan("10.77.0.77", NAS);
        assertThat(h1.run(network, "10.77.0.77").ip()).hasToString("10.77.0.77");
        assertThat(h1.links.probed()).isEmpty();
    }

    @Test
    void aRouterThatAnswersForAllDoesNotTakeTheRange() {
        for (int i = 16; i < 32; i++) {
            onTheLan("10.77.0." + i, PRINTER);
        }
        Network network = network(h1);
        look();
        assertThat(pool(h1).quarantined()).isZero();
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        assertThat(h1.run(network, "10.77.0.31").ip()).hasToString("10.77.0.31");
        assertThat(findings(h1)).singleElement().satisfies(f -> assertThat(f.message())
                .contains("the machine with MAC " + PRINTER + " on the LAN behind br0 answers for every address"));
        assertThat(findings(h2)).isEmpty();
    }

    @Test
    void withNothingElseLeftThatIsSaid() {
        Network network = h1.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.16/30").withGateway("10.77.0.254"));
        onTheLan("10.77.0.16", PRINTER);
        onTheLan("10.77.0.17", NAS);
        look();
        h1.run(network);
        h1.run(network);
        assertThatThrownBy(() -> h1.run(network))
                .hasMessageContaining("of 4 addresses, 2 are claimed by containers")
                .hasMessageEndingWith(", 2 are had by machines on the LAN that Patchbay does not know ('patchbay doctor'"
                        + " names them)");
    }

    @Test
    void aRecordThatCannotBeReadKeepsItsAddressAndNothingElse() {
        Network network = network(h1);
        look();
        String key = "quarantine/default~10.77.0.0_24/10.77.0.16";
        h1.store().commit(Transaction.builder().put(key, Value.of("{}")).build());
        onTheLan("10.77.0.16", PRINTER);
        onTheLan("10.77.0.18", NAS);
        pass(Duration.ofMinutes(4));
        assertThat(h1.run(network).ip()).hasToString("10.77.0.17");
        assertThat(h1.run(network).ip()).hasToString("10.77.0.19");
        assertThat(pool(h1).quarantined()).isEqualTo(2);
        assertThat(h1.store().get(key).orElseThrow().value()).isEqualTo(Value.of("{}"));
    }

    @Test
    void theRecordGoesWithItsPool() {
        onTheLan("10.77.0.16", PRINTER);
        Network network = network(h1);
        look();
        assertThat(pool(h2).quarantined()).isEqualTo(1);
        h1.removeNetwork(network);
        pass(Duration.ofMinutes(1));
        assertThat(h1.store().list("quarantine/").entries()).isEmpty();
    }

    @Test
    void spareAddressesAreAskedForToo() {
        try (World sparing = World.ofClusterThatAsks(2)) {
            sparing.links.addStation(ip("10.77.0.31"), PRINTER);
            Network network = network(sparing);
            sparing.driver().reconcile();
            assertThat(sparing.claim("10.77.0.31")).isEmpty();
            assertThat(sparing.claim("10.77.0.30")).isPresent();
            sparing.links.addStation(ip("10.77.0.30"), NAS);
            for (int i = 0; i < 8; i++) {
                sparing.time.pass(Duration.ofSeconds(30));
                sparing.background();
            }
            assertThat(why(sparing, "10.77.0.30").standing()).isEqualTo("quarantined");
            sparing.line().cut();
            sparing.background();
            assertThat(sparing.run(network).ip()).isNotEqualTo(ip("10.77.0.30"));
        }
    }
}
