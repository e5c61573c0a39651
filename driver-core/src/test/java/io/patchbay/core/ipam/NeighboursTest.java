package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The LAN is asked before an address is given, and no container's start waits for it. */
@Timeout(60)
final class NeighboursTest extends SharedLan {
    /** What was asked for because of the network's range; the gateway is doctor's to ask for. */
    private List<IpAddress> asked() {
        return h1.links.probed().stream()
                .filter(address -> !address.equals(IpAddress.parse("10.77.0.254")))
                .toList();
    }

    @Test
    void nobodyWaitsForTheLan() {
        Network network = network(h1);
        // the first container comes before anything was asked
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        assertThat(asked()).isEmpty();
        look();
        assertThat(asked()).contains(ip("10.77.0.17"), ip("10.77.0.31"));
        assertThat(asked()).doesNotContain(ip("10.77.0.32"));
    }

    /** Frozen after it has asked, it hears nothing of who has come meanwhile. */
    @Test
    void aSilenceOfSomeTimeAgoSaysNothing() {
        Network network = network(h1);
        h1.links.duringNextProbe(() -> h1.time.pass(Duration.ofMinutes(3)));
        look();
        assertThat(asked()).containsOnlyOnce(ip("10.77.0.20"));
        h1.run(network, "10.77.0.20");
        assertThat(asked()).filteredOn(ip("10.77.0.20")::equals).hasSize(2);
    }

    @Test
    void whatOneOfOursHasIsNotAskedFor() {
        Network network = network(h1);
        look();
        List<Container> running = List.of(h1.run(network), h1.run(network), h1.run(network, "10.77.0.99"));
        look();
        int before = asked().size();
        pass(Duration.ofMinutes(20));
        List<IpAddress> later = asked().subList(before, asked().size());
        assertThat(later).isNotEmpty();
        assertThat(later)
                .doesNotContainAnyElementsOf(running.stream().map(Container::ip).toList());
    }

    @Test
    void silenceIsKeptFreshAndNotAskedForMoreThanThat() {
        Network network = network(h1);
        h1.run(network);
        look();
        int before = asked().size();
        pass(Duration.ofMinutes(3).minusSeconds(60));
        assertThat(asked()).hasSize(before);
        pass(Duration.ofMinutes(30));
        assertThat(asked().size() - before).isBetween(15 * 8, 15 * 11);
    }

    @Test
    void anUnusedNetworkIsNotAskedForLong() {
        Network network = network(h1);
        look();
        pass(Duration.ofMinutes(15));
        int before = asked().size();
        pass(Duration.ofMinutes(30));
        assertThat(asked()).hasSize(before);
        h1.run(network);
        look();
        assertThat(asked().size()).isGreaterThan(before);
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
        var grant = h1.driver().network().join(network.id(), endpoint, "/var/run/docker/netns/x");
        h1.links.moveToSandbox(grant.source());
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
        int before = asked().size();
        assertThat(h1.run(network, "10.77.0.78").ip()).hasToString("10.77.0.78");
        assertThat(asked().subList(before, asked().size())).containsExactly(ip("10.77.0.78"));
    }

    @Test
    void whatWasAskedForLatelyIsNotAskedForAgain() {
        Network network = network(h1);
        look();
        int before = asked().size();
        assertThat(h1.run(network, "10.77.0.20").ip()).hasToString("10.77.0.20");
        assertThat(asked()).hasSize(before);
    }

    /** What was silent for one network says little to the next: a machine may have come, and nobody listened. */
    @Test
    void aNewNetworkIsAskedForAnew() {
        h1.removeNetwork(network(h1));
        Network before = network(h1);
        look();
        h1.removeNetwork(before);
        onTheLan("10.77.0.17", PRINTER);
        network(h1);
        look();
        assertThat(pool(h1).quarantined()).isEqualTo(1);
    }

    @Test
    void aRestartWithAnAddressByNameAsksNobody() {
        Network network = network(h1);
        Container container = h1.run(network, "10.77.0.77");
        int before = asked().size();
        h1.stop(container);
        h1.run(network, "10.77.0.77");
        assertThat(asked()).hasSize(before);
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
        assertThat(asked()).isEmpty();
    }

    private static void isNamed(World host, MacAddress router) {
        assertThat(pool(host).quarantined()).isZero();
        assertThat(findings(host))
                .singleElement()
                .satisfies(f -> assertThat(f.message())
                        .contains(
                                "the machine with MAC " + router + " on the LAN behind br0 answers for every address"));
    }

    @Test
    void aRouterThatAnswersForAllDoesNotTakeTheRange() {
        h1.links.addProxy(PRINTER);
        onTheLan("10.77.0.129", NAS);
        Network network = network(h1);
        look();
        isNamed(h1, PRINTER);
        assertThat(h1.run(network).ip()).hasToString("10.77.0.16");
        assertThat(h1.run(network, "10.77.0.31").ip()).hasToString("10.77.0.31");
        assertThat(findings(h2)).isEmpty();
        pass(Duration.ofMinutes(15));
        isNamed(h1, PRINTER);
    }

    /** Of what was silent a moment ago little is asked for at once. */
    @Test
    void norDoesOneThatBeginsToLater() {
        Network network = h1.createNetwork(plan().withRange("10.77.0.64/26"));
        look();
        h1.links.addProxy(PRINTER);
        h1.run(network);
        h1.background();
        assertThat(pool(h1).quarantined()).isBetween(1L, 2L);
        pass(Duration.ofMinutes(3));
        isNamed(h1, PRINTER);
        assertThat(h1.store().list("quarantine/").entries()).isEmpty();
    }

    /** What it has is asked for again each minute, and it answers for all of that. */
    @Test
    void aMachineWithManyAddressesKeepsThem() {
        for (int i = 16; i < 26; i++) {
            onTheLan("10.77.0." + i, PRINTER);
        }
        Network network = network(h1);
        look();
        pass(Duration.ofMinutes(15));
        assertThat(pool(h1).quarantined()).isEqualTo(10);
        refused(h1, network, "10.77.0.20", PRINTER, "h1");
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
