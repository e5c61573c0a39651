package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.HostFindings;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What doctor learns from the LAN, and what of it other hosts are told. */
@Timeout(60)
final class LanFindingsTest {
    private static final NetworkPlan ROUTED = NetworkPlan.of(World.LAN).withGateway("10.77.0.254");
    private static final IpAddress ROUTER = IpAddress.parse("10.77.0.254");
    private static final MacAddress MAC = MacAddress.parse("02:77:00:00:00:fe");

    private final World h1 = World.ofCluster(0);

    @AfterEach
    void end() {
        h1.close();
    }

    private List<Finding> found(String check) {
        return h1.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals(check))
                .toList();
    }

    /** Each time that the router was asked for. */
    private List<IpAddress> asked() {
        return h1.links.probed().stream().filter(ROUTER::equals).toList();
    }

    @Test
    void aGatewayThatAnswersIsWell() {
        h1.createNetwork(ROUTED);
        h1.links.addStation(ROUTER, MAC);
        assertThat(found("gateway")).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(Severity.OK);
            assertThat(f.message()).isEqualTo("10.77.0.254 answers on br0");
        });
    }

    @Test
    void aGatewayThatIsSilentIsNamedWithItsNetworks() {
        h1.createNetwork(ROUTED);
        assertThat(found("gateway")).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(Severity.WARN);
            assertThat(f.subject()).isEqualTo("10.77.0.254");
            assertThat(f.message()).contains(" does not answer on br0", "reach nothing beyond the LAN");
            assertThat(f.advice()).contains("--gateway");
        });
    }

    @Test
    void aGatewayThatContainersAreNotGivenIsNotAskedFor() {
        h1.createNetwork(ROUTED.withOptions(Map.of(NetworkOptions.GATEWAY, "none")));
        assertThat(found("gateway")).isEmpty();
        assertThat(asked()).isEmpty();
    }

    @Test
    void whoElseAnswersForAContainersAddressIsNamed() {
        Network network = h1.createNetwork(ROUTED);
        IpAddress one = h1.run(network).ip();
        h1.run(network);
        h1.links.addStation(ROUTER, MAC);
        assertThat(found("duplicate-address")).isEmpty();
        h1.links.addStation(one, MAC);
        assertThat(found("duplicate-address")).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(Severity.FAIL);
            assertThat(f.message()).startsWith("02:77:00:00:00:fe answers for " + one + ", which container ");
        });
    }

    @Test
    void thisHostMayBeTheRouter() {
        h1.createNetwork(ROUTED);
        h1.links.addAddress(new LinkAddress(h1.links.find("br0").orElseThrow().index(), Cidr.parse("10.77.0.254/24")));
        assertThat(found("gateway")).isEmpty();
    }

    @Test
    void otherHostsAreToldWhatIsFoundAndOnlyWhenItChanges() {
        try (World h2 = h1.neighbour("h2")) {
            h2.createNetwork(ROUTED);
            look(h2);
            Await.until(
                    "h1 hears of it",
                    () -> of("h2").findings().stream().anyMatch(f -> f.check().equals("gateway")));
            String since = of("h2").found().orElseThrow();
            assertThat(of("h2").findings()).noneMatch(f -> f.severity() == Severity.OK);
            look(h2);
            look(h2);
            h1.time.pass(Duration.ofMinutes(5));
            assertThat(of("h2").found()).contains(since);
            assertThat(of("h2").age()).endsWith("m ago");
            h2.links.addStation(ROUTER, MAC);
            h2.time.pass(Duration.ofMinutes(10));
            look(h2);
            Await.until(
                    "h1 hears that it is well again",
                    () -> of("h2").findings().stream().noneMatch(f -> f.check().equals("gateway")));
            assertThat(of("h2").found()).isPresent().isNotEqualTo(Optional.of(since));
            assertThat(of("h1").self()).isTrue();
        }
    }

    @Test
    void aHostOfAnOlderVersionHasLeftNothing() {
        HostRecord old = new HostRecord(
                "h9",
                "m",
                "b",
                "0.0.9",
                List.of(),
                List.of(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                false,
                Map.of());
        h1.store().commit(Transaction.builder().put(old.key(), old.write()).build());
        Await.until(
                "h1 knows the host",
                () -> h1.driver().inspection().doctorOfAll().stream()
                        .anyMatch(h -> h.host().equals("h9")));
        assertThat(of("h9").found()).isEmpty();
        assertThat(of("h9").findings())
                .singleElement()
                .satisfies(f -> assertThat(f.message())
                        .startsWith("host h9 has not left its findings in the store: its daemon is away"));
    }

    private HostFindings of(String host) {
        return h1.driver().inspection().doctorOfAll().stream()
                .filter(h -> h.host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    /** What is done every minute, and what every few seconds. */
    private static void look(World host) {
        ((Views) host.driver().inspection()).findings().lookForOthers();
        host.driver().cluster().tick();
    }

    @Test
    void theLanIsAskedSeldomWhenNobodyWantsToKnow() {
        h1.createNetwork(ROUTED);
        look(h1);
        look(h1);
        look(h1);
        assertThat(asked()).hasSize(1);
        h1.time.pass(Duration.ofMinutes(10));
        look(h1);
        assertThat(asked()).hasSize(2);
    }
}
