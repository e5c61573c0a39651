package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.ManualExecutor;
import io.patchbay.core.testkit.World;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What something on the LAN has which is none of ours is given to no container, on any host. */
@Timeout(60)
final class QuarantineTest extends SharedLan {
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

    /** What answers is a container, which has gone with its network when that is judged. */
    @Test
    void oneOfOursThatHasJustEndedIsNoStranger() {
        Network network = network(h1);
        h1.links.duringNextProbe(() -> {
            Container container = h1.run(network, "10.77.0.17");
            onTheLan("10.77.0.17", MacAddress.parse("02:50:0a:4d:00:11"));
            h1.stop(container);
            h1.removeNetwork(network);
        });
        look();
        assertThat(h1.links.probed()).contains(ip("10.77.0.17"));
        network(h1);
        look();
        assertThat(pool(h1).quarantined()).isZero();
        // one that goes on for longer is a stranger all the same
        pass(Duration.ofMinutes(1));
        assertThat(pool(h1).quarantined()).isEqualTo(1);
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
    void whatOneOfAnotherHostHasIsSaidToBeThat() {
        Network network = network(h1);
        Network there = network(h2);
        look();
        Container container = h2.run(there, "10.77.0.77");
        // h1 has not been told when it asks
        h1.links.addStation(container.ip(), NAS);
        assertThatThrownBy(() -> h1.run(network, "10.77.0.77"))
                .hasMessageContaining("is held by")
                .hasMessageContaining("on host h2");
        look();
        assertThat(pool(h1).quarantined()).isZero();
    }

    @Test
    void aPersonMayReserveItAfterwards() {
        onTheLan("10.77.0.16", PRINTER);
        network(h1);
        look();
        h2.driver().cluster().reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.16"), "printer");
        pass(Duration.ofMinutes(1));
        assertThat(h1.store().list("quarantine/").entries()).isEmpty();
        assertThat(findings(h2)).isEmpty();
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
                .hasMessageEndingWith(
                        ", 2 are had by machines on the LAN that Patchbay does not know ('patchbay doctor'"
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

    /** A host that hears something, and asks nobody; what it does waits for the executor. */
    private Claims listener(ManualExecutor executor) {
        State state = new State(h1.store(), executor);
        Claims claims = new Claims(
                state,
                "h3",
                new Machines(state, "h3", h1.links, List.of(), h1.time),
                new Lan(h1.links, network -> true),
                h1.time,
                endpoint -> false,
                0,
                executor);
        claims.start();
        state.start();
        return claims;
    }

    @Test
    void whatIsHeardUnaskedIsKeptToo() {
        PoolName pool = PoolName.parse("default~10.77.0.0_24");
        h1.run(network(h1), "10.77.0.30");
        h1.driver().cluster().reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.29"), "nas");
        ManualExecutor executor = new ManualExecutor();
        Quarantine quarantine = listener(executor).quarantine();
        // outside every range, a container's, reserved
        for (String explained : List.of("10.77.0.99", "10.77.0.30", "10.77.0.29")) {
            quarantine.onStation(pool, ip(explained), PRINTER);
        }
        for (int i = 0; i < 100; i++) {
            quarantine.onStation(pool, ip("10.77.0.20"), PRINTER);
        }
        executor.runWaiting();
        assertThat(quarantine.all()).singleElement().satisfies(q -> {
            assertThat(q.address()).isEqualTo(ip("10.77.0.20"));
            assertThat(q.mac()).isEqualTo(PRINTER);
            assertThat(q.host()).isEqualTo("h3");
        });
        assertThat(quarantine.count(pool, AddressRange.parse("10.77.0.16-10.77.0.31")))
                .isEqualTo(1);
        assertThat(quarantine.count(pool, AddressRange.parse("10.77.0.21-10.77.0.31")))
                .isZero();
        executor.shutdownNow();
    }

    /** A quarantine in whose pool a station may say that it has any number of addresses. */
    private Quarantine ofLargePool(ManualExecutor executor) {
        h1.createNetwork(NetworkPlan.of("10.80.0.0/16").withGateway("10.80.0.1"));
        return listener(executor).quarantine();
    }

    private static void flood(Quarantine quarantine, int from, int count) {
        PoolName pool = PoolName.parse("default~10.80.0.0_16");
        AddressRange all = AddressRange.parse("10.80.1.0-10.80.255.0");
        for (int i = from; i < from + count; i++) {
            quarantine.onStation(pool, all.at(BigInteger.valueOf(i)), PRINTER);
        }
    }

    /** What a station says costs it nothing; so no number of addresses fills memory or store. */
    @Test
    void aFloodOfAddressesIsKeptInPart() {
        ManualExecutor executor = new ManualExecutor();
        Quarantine quarantine = ofLargePool(executor);
        for (int from = 0; from < 2 * Quarantine.MOST; from += 50) {
            flood(quarantine, from, 50);
            executor.runWaiting();
        }
        assertThat(quarantine.all()).hasSize(Quarantine.MOST);
        executor.shutdownNow();
    }

    @Test
    void whoSpeaksFasterThanItIsLookedAtWaits() {
        ManualExecutor executor = new ManualExecutor();
        Quarantine quarantine = ofLargePool(executor);
        for (int expected : new int[] {64, 100}) {
            flood(quarantine, 0, 100);
            executor.runWaiting();
            assertThat(quarantine.all()).hasSize(expected);
        }
        executor.shutdownNow();
    }

    /** An address for which many speak is one address that somebody has. */
    @Test
    void aFloodOfMacsIsWrittenOnce() {
        network(h1);
        PoolName pool = PoolName.parse("default~10.77.0.0_24");
        ManualExecutor executor = new ManualExecutor();
        Quarantine quarantine = listener(executor).quarantine();
        for (int i = 0; i < 100; i++) {
            quarantine.onStation(pool, ip("10.77.0.20"), new MacAddress(0x02cc_0000_0000L + i));
            executor.runWaiting();
        }
        assertThat(quarantine.all())
                .singleElement()
                .satisfies(q -> assertThat(q.mac()).isEqualTo(new MacAddress(0x02cc_0000_0000L)));
        executor.shutdownNow();
    }
}
