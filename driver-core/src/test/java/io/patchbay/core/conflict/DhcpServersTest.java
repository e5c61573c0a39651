package io.patchbay.core.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.DhcpServerView;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A DHCP server that gives away addresses of a range of ours. */
class DhcpServersTest {
    private static final IpAddress ROUTER = IpAddress.parse("10.77.0.1");
    private static final IpAddress OTHER = IpAddress.parse("10.77.0.2");
    private static final MacAddress MAC = MacAddress.parse("02:aa:00:00:00:01");

    private final World world = new World();

    @BeforeEach
    void listen() {
        world.createNetwork(
                NetworkPlan.of(World.LAN).withRange("10.77.0.128/25").withOptions(ConflictsTest.ASKED));
        Await.until("listening", () -> world.links.listenedOn().equals(List.of("br0")));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void offer(String address, IpAddress server, Optional<MacAddress> mac) {
        world.links.say("br0", new Sighting.Offer(IpAddress.parse(address), server, mac));
    }

    private List<DhcpServerView> servers() {
        return world.driver().inspection().dhcpServers();
    }

    private List<Finding> findings() {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("dhcp-server"))
                .toList();
    }

    @Test
    void itIsNamedWithItsAddressItsMacAndWhatItGaveAway() {
        offer("10.77.0.140", ROUTER, Optional.of(MAC));
        Await.until("named", () -> !servers().isEmpty());
        assertThat(servers())
                .containsExactly(new DhcpServerView(
                        "10.77.0.1", Optional.of(MAC.toString()), "10.77.0.140", "default~10.77.0.0_24", "h1"));
        assertThat(findings()).hasSize(1);
        Finding finding = findings().get(0);
        assertThat(finding.severity()).isEqualTo(Severity.WARN);
        assertThat(finding.message())
                .startsWith("DHCP server 10.77.0.1 (MAC " + MAC + ") gives away 10.77.0.140, which lies in the range "
                        + "10.77.0.128-10.77.0.254 that containers are given");
    }

    /** What is said before is heard before. */
    @Test
    void oneBesideTheRangesOrInAReservedOneIsAsItShouldBe() {
        world.driver()
                .cluster()
                .reserve("10.77.0.0/24", Optional.empty(), AddressRange.parse("10.77.0.200-10.77.0.209"), "DHCP");
        offer("10.77.0.20", ROUTER, Optional.of(MAC));
        offer("10.77.0.205", ROUTER, Optional.of(MAC));
        offer("10.78.0.140", ROUTER, Optional.of(MAC));
        offer("10.77.0.140", OTHER, Optional.empty());
        Await.until("named", () -> !servers().isEmpty());
        assertThat(servers()).extracting(DhcpServerView::server).containsExactly(OTHER.toString());
    }

    @Test
    void oneThatOnlyItsClientsTellOfIsFoundByWhoSpeaksForItsAddress() {
        offer("10.77.0.140", ROUTER, Optional.empty());
        Await.until("named", () -> !servers().isEmpty());
        assertThat(servers().get(0).mac()).isEmpty();
        world.links.say("br0", new Sighting.Station(ROUTER, MAC, true));
        Await.until("its MAC is known", () -> servers().get(0).mac().isPresent());
        offer("10.77.0.141", ROUTER, Optional.empty());
        Await.until("the last counts", () -> servers().get(0).offered().equals("10.77.0.141"));
        assertThat(servers().get(0).mac()).contains(MAC.toString());
    }

    @Test
    void itIsForgottenWhenNothingIsHeardOfIt() {
        offer("10.77.0.140", ROUTER, Optional.of(MAC));
        Await.until("named", () -> !servers().isEmpty());
        world.time.pass(Duration.ofMinutes(29));
        assertThat(servers()).hasSize(1);
        world.time.pass(Duration.ofMinutes(1));
        assertThat(servers()).isEmpty();
    }
}
