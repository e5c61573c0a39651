package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection.AddressView;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** Two hosts of a cluster on one LAN, on which others may have addresses. */
abstract class SharedLan {
    static final MacAddress PRINTER = MacAddress.parse("00:11:22:33:44:55");
    static final MacAddress NAS = MacAddress.parse("00:11:22:33:44:66");
    static final String RANGE = "10.77.0.16/28";

    final World h1 = World.ofClusterThatAsks(0);
    final World h2 = h1.neighbour("h2");

    @AfterEach
    void end() {
        h1.close();
        h2.close();
    }

    static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    static Network network(World host) {
        return host.createNetwork(plan());
    }

    static NetworkPlan plan() {
        return NetworkPlan.of(World.LAN).withRange(RANGE).withGateway("10.77.0.254");
    }

    /** Both hosts hear what there is to hear, and do what is due. */
    void look() {
        for (World host : List.of(h1, h2, h1, h2)) {
            host.background();
        }
    }

    void pass(Duration time) {
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minusSeconds(30)) {
            h1.time.pass(Duration.ofSeconds(30));
            look();
        }
    }

    void onTheLan(String address, MacAddress mac) {
        for (World host : List.of(h1, h2)) {
            host.links.addStation(ip(address), mac);
        }
    }

    void offTheLan(String address) {
        for (World host : List.of(h1, h2)) {
            host.links.removeStation(ip(address));
        }
    }

    static AddressView why(World host, String address) {
        return host.driver().inspection().why(ip(address), Optional.empty()).get(0);
    }

    static RangeUse pool(World host) {
        return host.driver().inspection().pools().get(0).use();
    }

    static List<Finding> findings(World host) {
        return host.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("quarantine") && f.severity() != Severity.OK)
                .toList();
    }

    static void refused(World host, Network network, String address, MacAddress mac, String heardBy) {
        assertThatThrownBy(() -> host.run(network, address))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage("address " + address + " of pool 10.77.0.0/24 is that of a machine on the LAN with MAC "
                        + mac + ", which host " + heardBy + " heard answer; name another address, or take it from that"
                        + " machine: it can be given 5 minutes after the last answer");
    }
}
