package io.patchbay.daemon.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The registry that Prometheus reads. */
public final class Meters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** A registry with numbers of this JVM and process; takes a tenth of a second, so it is made beside the start. */
    public Meters(String version) {
        // comes out as patchbay_build_info
        InfoSnapshot build = InfoSnapshot.builder()
                .name("patchbay_build")
                .help("Versions of Patchbay and of the JVM")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of("java", System.getProperty("java.version", ""), "version", version))
                        .build())
                .build();
        add(() -> new MetricSnapshots(build));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** The registry. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** Adds numbers that are read at each scrape. */
    public void add(MultiCollector state) {
        registry.getPrometheusRegistry().register(state);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
