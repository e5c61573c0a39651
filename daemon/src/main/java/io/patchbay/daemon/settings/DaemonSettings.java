package io.patchbay.daemon.settings;

import io.patchbay.core.inspect.StayLimits;
import io.patchbay.core.ipam.AutoRange;
import io.patchbay.daemon.log.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator has set, checked.
 *
 * @param http empty when switched off
 * @param engine how this host's engine is worked with
 * @param deadHostAfter empty when switched off
 * @param history how much is kept of who had which address
 */
public record DaemonSettings(
        Path socket,
        StoreAddress store,
        EtcdOptions etcd,
        String host,
        Optional<ListenAddress> http,
        Path controlSocket,
        String bridge,
        boolean fixForwarding,
        boolean probe,
        List<AutoRange> autoPools,
        int reserve,
        Path stateDirectory,
        EngineSettings engine,
        Duration grace,
        Optional<Duration> deadHostAfter,
        StayLimits history,
        boolean globalScope,
        Level logLevel) {
    public DaemonSettings {
        autoPools = List.copyOf(autoPools);
    }

    /** The part of the state directory for one host of one cluster: what it remembers is of no use to another. */
    public Path outageDirectory() {
        return stateDirectory.resolve("etcd").resolve(etcd.cluster()).resolve(host);
    }

    /**
     * What was read.
     *
     * @param warnings what is odd but no mistake, one sentence each
     * @param texts each setting's text by its name
     */
    public record Outcome(DaemonSettings settings, List<String> warnings, Map<String, String> texts) {}
}
