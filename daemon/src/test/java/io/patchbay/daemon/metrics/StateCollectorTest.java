package io.patchbay.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.ipam.RangeUse;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateCollectorTest {
    @Test
    void aServiceWhoseVirtualAddressNobodyAnswersToIsNamed() {
        assertThat(scrape(List.of("web", "db")))
                .contains("patchbay_services_without_answering_vip{service=\"web\"} 1.0")
                .contains("patchbay_services_without_answering_vip{service=\"db\"} 1.0");
    }

    @Test
    void withoutSuchServicesThereIsNoSuchNumber() {
        assertThat(scrape(List.of())).doesNotContain("patchbay_services_without_answering_vip{");
    }

    @Test
    void theVersionIsThere() {
        assertThat(scrape(List.of())).containsPattern("patchbay_build_info\\{java=\"[^\"]+\",version=\"0.1.0\"} 1");
    }

    @Test
    void aBridgeWithoutANetworkHasNoVerdictOfTheFirewall() {
        Inspection networks = new EmptyInspection(List.of()) {
            @Override
            public List<NetworkView> networks() {
                return List.of(network("br0"));
            }
        };
        Forwarding.Status dropped = new Forwarding.Status(Forwarding.State.DROPPED, "the policy is DROP");
        assertThat(scrape(networks, Map.of("br0", dropped, "br1", dropped)))
                .contains("patchbay_forwarding_blocked{bridge=\"br0\"} 1.0")
                .doesNotContain("br1");
    }

    @Test
    void theStatesOfARangeAddUpToItsSize() {
        Inspection ranges = new EmptyInspection(List.of()) {
            @Override
            public List<RangeView> ranges() {
                RangeUse use = new RangeUse(BigInteger.valueOf(9), 3, 1, 2, BigInteger.ONE, 1, BigInteger.TWO);
                return List.of(new RangeView("lan", "p", "10.77.0.0/24", "default", "10.77.0.1-10.77.0.9", use));
            }
        };
        String labels = "{network=\"lan\",range=\"10.77.0.1-10.77.0.9\",segment=\"default\",state=\"%s\","
                + "subnet=\"10.77.0.0/24\"} %d.0";
        assertThat(scrape(ranges, Map.of()).lines().filter(line -> line.startsWith("patchbay_range_addresses{")))
                .map(line -> line.substring("patchbay_range_addresses".length()))
                .containsExactlyInAnyOrder(
                        String.format(labels, "used", 2),
                        String.format(labels, "reserved", 1),
                        String.format(labels, "held", 1),
                        String.format(labels, "spare", 2),
                        String.format(labels, "quarantined", 1),
                        String.format(labels, "free", 2));
        assertThat(scrape(List.of())).doesNotContain("patchbay_range_addresses{");
    }

    static Inspection.NetworkView network(String bridge) {
        return new Inspection.NetworkView(
                "n1",
                Optional.empty(),
                "h1",
                bridge,
                List.of(),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                0,
                "local",
                Optional.empty(),
                "");
    }

    private static String scrape(List<String> services) {
        return scrape(new EmptyInspection(services), Map.of());
    }

    private static String scrape(Inspection inspection, Map<String, Forwarding.Status> firewall) {
        try (Meters meters = new Meters("0.1.0")) {
            meters.add(new StateCollector(inspection, () -> firewall));
            return meters.registry().scrape();
        }
    }
}
