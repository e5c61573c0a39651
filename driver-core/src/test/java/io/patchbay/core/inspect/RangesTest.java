package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.inspect.Inspection.RangeView;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How full a network's range is, whatever the size of its pool. */
@Timeout(60)
final class RangesTest {
    private final World h1 = new World();

    @AfterEach
    void end() {
        h1.close();
    }

    private Network network(String range) {
        return h1.createNetwork(NetworkPlan.of(World.LAN).withRange(range).withGateway("10.77.0.254"));
    }

    private RangeView only() {
        assertThat(h1.driver().inspection().ranges()).hasSize(1);
        return h1.driver().inspection().ranges().get(0);
    }

    private PoolView pool() {
        return h1.driver().inspection().pools().get(0);
    }

    private List<Finding> found() {
        return h1.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("range"))
                .toList();
    }

    @Test
    void aRangeIsCountedApartFromItsPool() {
        Network network = network("10.77.0.16/29");
        Container stopped = h1.run(network);
        h1.run(network);
        h1.run(network, "10.77.0.100");
        h1.stop(stopped);
        RangeView range = only();
        assertThat(range.range()).isEqualTo("10.77.0.16-10.77.0.23");
        RangeUse use = range.use();
        assertThat(Stream.of(use.size(), use.used(), use.held(), use.free(), use.left()))
                .map(Number::intValue)
                .containsExactly(8, 2, 1, 6, 7);
        assertThat(pool().use().size()).isEqualTo(254);
        assertThat(pool().use().used()).isEqualTo(3);
        assertThat(pool().use().free()).isEqualTo(6);
        assertThat(pool().rangeUse()).containsExactly(range);
        assertThat(h1.driver().inspection().networks())
                .extracting(NetworkView::ranges)
                .containsExactly(List.of(range));
    }

    @Test
    void whatIsReservedOrAMachinesIsNotFree() {
        network("10.77.0.16/29");
        h1.links.addAddress(new LinkAddress(h1.links.find("br0").orElseThrow().index(), Cidr.parse("10.77.0.16/24")));
        h1.time.pass(Duration.ofSeconds(1));
        h1.driver()
                .cluster()
                .reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.22-10.77.0.40"), "printers");
        assertThat(only().use().reserved()).isEqualTo(3);
        assertThat(only().use().free()).isEqualTo(5);
        assertThat(pool().use().free()).isEqualTo(5);
        // the gateway, the machine's and the reserved ones
        assertThat(pool().use().reserved()).isEqualTo(21);
    }

    @Test
    void anAddressOfTwoRangesIsFreeOnce() {
        network("10.77.0.16/29");
        network("10.77.0.16/28");
        network("10.77.0.64/30");
        assertThat(h1.driver().inspection().ranges()).hasSize(3);
        assertThat(pool().use().free()).isEqualTo(20);
    }

    @Test
    void aNetworkOfSeveralHostsIsOneRow() {
        try (World h2 = h1.neighbour("h2")) {
            h1.engine.create(Lans.LAN);
            h2.engine.create(Lans.LAN);
            h1.engineRound();
            h2.engineRound();
            Await.until("both hosts' networks have their name", () -> named() == 2);
            assertThat(only().network()).isEqualTo("lan");
        }
    }

    private long named() {
        return h1.driver().inspection().networks().stream()
                .filter(network -> network.name().equals(Optional.of("lan")))
                .count();
    }

    @Test
    void aRangeThatFillsIsTold() {
        Network network = network("10.77.0.16/28");
        assertThat(found()).extracting(Finding::severity).containsExactly(Severity.OK);
        List<Container> running = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            running.add(h1.run(network));
        }
        assertThat(found()).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(Severity.WARN);
            assertThat(f.message()).contains("is nearly full: of 16 addresses, 15 are containers'", "1 are left");
        });
        running.add(h1.run(network));
        assertThat(found()).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(Severity.FAIL);
            assertThat(f.message()).contains("range 10.77.0.16-10.77.0.31 of network ", " is full");
            assertThat(f.advice()).isNotEmpty();
        });
        // a held address is given to whoever needs it
        h1.stop(running.get(0));
        assertThat(found()).extracting(Finding::severity).containsExactly(Severity.WARN);
    }

    @Test
    void whatIsGoneIsNotCounted() {
        h1.removeNetwork(network("10.77.0.16/28"));
        assertThat(h1.driver().inspection().ranges()).isEmpty();
        assertThat(found()).isEmpty();
    }

    @Test
    void aNetworkWithAnotherIpamDriverIsNamed() {
        h1.driver()
                .network()
                .createNetwork(new NetworkRequest(
                        h1.newId(),
                        new NetworkSettings(false, Map.of()),
                        List.of(new IpamData("LocalDefault", Subnet.parse(World.LAN), Optional.empty(), Map.of()))));
        assertThat(h1.driver().inspection().doctor())
                .filteredOn(f -> f.check().equals("ipam-driver"))
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("in 10.77.0.0/24 are another IPAM driver's"));
    }
}
