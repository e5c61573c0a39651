package io.patchbay.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection;
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

    private static String scrape(List<String> services) {
        try (Meters meters = new Meters()) {
            meters.add(new StateCollector(new Empty(services), Map::of));
            return meters.registry().scrape();
        }
    }

    /** Sees nothing but services. */
    private record Empty(List<String> servicesWithoutAnsweringVip) implements Inspection {
        @Override
        public BookPage book(Optional<String> after) {
            return new BookPage(List.of(), true);
        }

        @Override
        public List<NetworkView> networks() {
            return List.of();
        }

        @Override
        public List<EndpointView> endpoints() {
            return List.of();
        }

        @Override
        public List<PoolView> pools() {
            return List.of();
        }

        @Override
        public List<ClaimView> claims() {
            return List.of();
        }

        @Override
        public List<HostView> hosts() {
            return List.of();
        }

        @Override
        public List<AddressView> why(IpAddress address, Optional<String> segment) {
            return List.of();
        }

        @Override
        public List<Finding> doctor() {
            return List.of();
        }

        @Override
        public Map<String, Long> repairs() {
            return Map.of();
        }

        @Override
        public long freedOfDeadHosts() {
            return 0;
        }

        @Override
        public long announcements() {
            return 0;
        }

        @Override
        public Map<String, Long> gauges() {
            return Map.of();
        }
    }
}
