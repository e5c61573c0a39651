package io.patchbay.daemon.metrics;

import io.patchbay.core.store.StoreHealth;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.List;
import java.util.function.Supplier;

/** Numbers of a store in etcd, read when Prometheus asks; none for a store of this host. */
public final class EtcdCollector implements MultiCollector {
    private final Supplier<StoreHealth> health;

    public EtcdCollector(Supplier<StoreHealth> health) {
        this.health = health;
    }

    @Override
    public MetricSnapshots collect() {
        StoreHealth now = health.get();
        return now.remote()
                .map(remote -> new MetricSnapshots(List.of(
                        connected(now.connected()),
                        roundTrips(remote),
                        conflicts(remote),
                        retries(remote),
                        watchRestarts(remote),
                        watchLag(remote))))
                .orElseGet(MetricSnapshots::new);
    }

    private static GaugeSnapshot connected(boolean connected) {
        return GaugeSnapshot.builder()
                .name("patchbay_etcd_connected")
                .help("1 while etcd can be used")
                .dataPoint(gauge(connected ? 1 : 0))
                .build();
    }

    private static SummarySnapshot roundTrips(StoreHealth.Remote remote) {
        SummarySnapshot.Builder summary = SummarySnapshot.builder()
                .name("patchbay_etcd_round_trip_seconds")
                .help("Time etcd takes, by verb and outcome, each attempt on its own");
        remote.roundTrips()
                .forEach((verb, trips) -> summary.dataPoint(SummaryDataPointSnapshot.builder()
                        .labels(Labels.of("outcome", verb.outcome(), "verb", verb.name()))
                        .count(trips.count())
                        .sum(trips.total().toNanos() / 1e9)
                        .build()));
        return summary.build();
    }

    private static CounterSnapshot conflicts(StoreHealth.Remote remote) {
        return CounterSnapshot.builder()
                .name("patchbay_etcd_conflicts")
                .help("Transactions that found something changed by another host or thread")
                .dataPoint(counter(remote.conflicts()))
                .build();
    }

    private static CounterSnapshot retries(StoreHealth.Remote remote) {
        return CounterSnapshot.builder()
                .name("patchbay_etcd_retries")
                .help("Attempts after the first one of a call")
                .dataPoint(counter(remote.retries()))
                .build();
    }

    private static CounterSnapshot watchRestarts(StoreHealth.Remote remote) {
        return CounterSnapshot.builder()
                .name("patchbay_etcd_watch_restarts")
                .help("How often a watch was taken up again at another member or connection")
                .dataPoint(counter(remote.watchRestarts()))
                .build();
    }

    private static GaugeSnapshot watchLag(StoreHealth.Remote remote) {
        return GaugeSnapshot.builder()
                .name("patchbay_etcd_watch_lag_seconds")
                .help("How long the oldest commit of this daemon has waited to come back by the watch")
                .dataPoint(gauge(remote.watchLag().toNanos() / 1e9))
                .build();
    }

    private static CounterDataPointSnapshot counter(long value) {
        return CounterDataPointSnapshot.builder().value((double) value).build();
    }

    private static GaugeDataPointSnapshot gauge(double value) {
        return GaugeDataPointSnapshot.builder().value(value).build();
    }
}
