package io.patchbay.daemon.settings;

import io.patchbay.core.ipam.AutoRange;
import io.patchbay.daemon.log.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the operator has set, checked.
 *
 * @param http empty when switched off
 */
public record Settings(
        Path socket,
        StoreAddress store,
        String host,
        Optional<ListenAddress> http,
        Path controlSocket,
        String bridge,
        boolean fixForwarding,
        List<AutoRange> autoPools,
        Duration grace,
        Level logLevel) {
    public Settings {
        autoPools = List.copyOf(autoPools);
    }

    /** What was read: the settings, and what is odd but no mistake, one sentence each. */
    public record Outcome(Settings settings, List<String> warnings) {}
}
