package io.patchbay.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.StoreHealth.Remote;
import io.patchbay.core.store.StoreHealth.RoundTrips;
import io.patchbay.core.store.StoreHealth.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtcdCollectorTest {
    @Test
    void everyNumberIsScraped() {
        Remote remote = new Remote(
                "http://h1:2379",
                Map.of(new Verb("txn", "ok"), new RoundTrips(7, Duration.ofMillis(500))),
                3,
                2,
                Duration.ofMillis(1500),
                1,
                List.of(),
                List.of());
        assertThat(scrape(new StoreHealth(true, Instant.EPOCH, Optional.empty(), Optional.of(remote))))
                .contains("patchbay_etcd_connected 1.0")
                .contains("patchbay_etcd_round_trip_seconds_count{outcome=\"ok\",verb=\"txn\"} 7")
                .contains("patchbay_etcd_round_trip_seconds_sum{outcome=\"ok\",verb=\"txn\"} 0.5")
                .contains("patchbay_etcd_conflicts_total 3.0")
                .contains("patchbay_etcd_retries_total 2.0")
                .contains("patchbay_etcd_watch_restarts_total 1.0")
                .contains("patchbay_etcd_watch_lag_seconds 1.5");
    }

    @Test
    void aStoreOfThisHostHasNone() {
        assertThat(scrape(StoreHealth.LOCAL)).doesNotContain("patchbay_etcd");
    }

    private static String scrape(StoreHealth health) {
        try (Meters meters = new Meters("1")) {
            meters.add(new EtcdCollector(() -> health));
            return meters.registry().scrape();
        }
    }
}
