package io.patchbay.daemon.metrics;

import io.patchbay.core.firewall.Forwarding;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.inspect.Inspection.ConflictView;
import io.patchbay.core.inspect.Inspection.DhcpServerView;
import io.patchbay.core.inspect.Inspection.HostView;
import io.patchbay.core.inspect.Inspection.NetworkView;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.inspect.Inspection.RangeView;
import io.patchbay.core.ipam.RangeUse;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Numbers of the driver's state, read when Prometheus asks: pools come and go, so a fixed set of gauges would not do.
 */
public final class StateCollector implements MultiCollector {
    private final Inspection inspection;
    private final Supplier<Map<String, Forwarding.Status>> firewall;

    /** {@code firewall} has the last look at each bridge; it is asked at every scrape. */
    public StateCollector(Inspection inspection, Supplier<Map<String, Forwarding.Status>> firewall) {
        this.inspection = inspection;
        this.firewall = firewall;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        new TreeMap<>(inspection.gauges())
                .forEach((name, value) -> all.add(GaugeSnapshot.builder()
                        .name("patchbay_" + name)
                        .help("Number of " + name.replace('_', ' '))
                        .dataPoint(point(Labels.EMPTY, value))
                        .build()));
        all.add(pools());
        all.add(ranges());
        hosts(all);
        all.add(freed());
        all.add(repairs());
        all.add(announcements());
        all.add(conflicts());
        all.add(dhcpServers());
        all.add(defences());
        all.add(firewall());
        all.add(services());
        return new MetricSnapshots(all);
    }

    private GaugeSnapshot pools() {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name("patchbay_pool_addresses").help("Addresses of a pool by state");
        for (PoolView pool : inspection.pools()) {
            Labels labels = Labels.of("pool", pool.pool(), "segment", pool.segment(), "subnet", pool.subnet());
            addUse(gauge, labels, pool.use(), pool.use().used());
        }
        return gauge.build();
    }

    /** Here {@code used} is without held ones, so that the sum of the states is the range's size. */
    private GaugeSnapshot ranges() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("patchbay_range_addresses")
                .help("Addresses of a network's range by state; their sum is its size");
        for (RangeView range : inspection.ranges()) {
            Labels labels = Labels.of(
                    "network", range.network(),
                    "range", range.range(),
                    "segment", range.segment(),
                    "subnet", range.subnet());
            addUse(gauge, labels, range.use(), range.use().used() - range.use().held());
        }
        return gauge.build();
    }

    private static void addUse(GaugeSnapshot.Builder gauge, Labels labels, RangeUse use, long used) {
        Map.<String, Number>of(
                        "used", used,
                        "reserved", use.reserved(),
                        "held", use.held(),
                        "spare", use.spare(),
                        "quarantined", use.quarantined(),
                        "free", use.free())
                .forEach((state, number) -> gauge.dataPoint(point(labels.add("state", state), number.doubleValue())));
    }

    private void hosts(List<MetricSnapshot> all) {
        List<HostView> hosts = inspection.hosts();
        long alive = hosts.stream().filter(h -> h.status().equals("alive")).count();
        all.add(GaugeSnapshot.builder()
                .name("patchbay_hosts")
                .help("Hosts of the cluster, alive or dead")
                .dataPoint(point(Labels.of("state", "alive"), (double) alive))
                .dataPoint(point(Labels.of("state", "dead"), (double) (hosts.size() - alive)))
                .build());
        GaugeSnapshot.Builder up = GaugeSnapshot.builder()
                .name("patchbay_host_alive")
                .help("1 for a host that is alive, 0 for a dead one");
        GaugeSnapshot.Builder claims =
                GaugeSnapshot.builder().name("patchbay_claims").help("Addresses that containers hold, by host");
        GaugeSnapshot.Builder answering = GaugeSnapshot.builder()
                .name("patchbay_dead_host_addresses_answering")
                .help("Addresses of a dead host that are kept because something answers for them");
        for (HostView host : hosts) {
            Labels labels = Labels.of("host", host.host());
            up.dataPoint(point(labels, host.status().equals("alive") ? 1 : 0));
            claims.dataPoint(point(labels, (double) host.claims()));
            answering.dataPoint(point(labels, (double) host.answering()));
        }
        all.addAll(List.of(up.build(), claims.build(), answering.build()));
    }

    private CounterSnapshot freed() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("patchbay_dead_host_addresses_freed")
                .help("Addresses of dead hosts that this host has freed since start");
        counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .value((double) inspection.freedOfDeadHosts())
                .build());
        return counter.build();
    }

    private CounterSnapshot repairs() {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name("patchbay_repairs").help("What the reconciler has repaired since start");
        new TreeMap<>(inspection.repairs())
                .forEach((name, count) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("repair", name))
                        .value(count)
                        .build()));
        return counter.build();
    }

    private CounterSnapshot announcements() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("patchbay_announcements")
                .help("Announcements sent to the LAN since start");
        counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .value((double) inspection.announcements())
                .build());
        return counter.build();
    }

    private GaugeSnapshot conflicts() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("patchbay_address_conflicts")
                .help("1 for a container's address that another station speaks for too, by its MAC and who heard it");
        for (ConflictView conflict : inspection.conflicts()) {
            gauge.dataPoint(point(
                    Labels.of(
                            "address",
                            conflict.address(),
                            "mac",
                            conflict.mac(),
                            "pool",
                            conflict.pool(),
                            "seen_by",
                            conflict.seenBy()),
                    1));
        }
        return gauge.build();
    }

    private GaugeSnapshot dhcpServers() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("patchbay_dhcp_servers_in_range")
                .help("1 for a DHCP server that gives away addresses of a network's range, and who heard it");
        for (DhcpServerView server : inspection.dhcpServers()) {
            gauge.dataPoint(point(
                    Labels.of(
                            "mac",
                            server.mac().orElse(""),
                            "offered",
                            server.offered(),
                            "pool",
                            server.pool(),
                            "seen_by",
                            server.seenBy(),
                            "server",
                            server.server()),
                    1));
        }
        return gauge.build();
    }

    private CounterSnapshot defences() {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("patchbay_address_defences")
                .help("Announcements sent since start because another station spoke for a container's address");
        counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .value((double) inspection.defences())
                .build());
        return counter.build();
    }

    /** Of the bridges that networks use: the last look at another one may be from a network that is gone. */
    private GaugeSnapshot firewall() {
        Set<String> used =
                inspection.networks().stream().map(NetworkView::bridge).collect(Collectors.toSet());
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("patchbay_forwarding_blocked")
                .help("1 when the firewall drops frames between the LAN and containers on the bridge");
        firewall.get().forEach((bridge, status) -> {
            if (used.contains(bridge)) {
                boolean dropped = status.state() == Forwarding.State.DROPPED;
                gauge.dataPoint(point(Labels.of("bridge", bridge), dropped ? 1 : 0));
            }
        });
        return gauge.build();
    }

    private GaugeSnapshot services() {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder()
                .name("patchbay_services_without_answering_vip")
                .help("1 for a service in VIP mode on a network of scope global, where nobody answers to its virtual"
                        + " address; docker service update --endpoint-mode dnsrr mends it");
        inspection
                .servicesWithoutAnsweringVip()
                .forEach(service -> gauge.dataPoint(point(Labels.of("service", service), 1)));
        return gauge.build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }
}
