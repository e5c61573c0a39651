package io.patchbay.core.enginesync;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks that dockerd has made and its engine does not list yet. */
final class UnlistedNetworks {
    /** dockerd lists a network some milliseconds after its CreateNetwork is answered. */
    static final Duration AFTER_CALL = Duration.ofMillis(30);

    /** What is not listed by then was never made. */
    private static final Duration LISTED_AT_LAST = Duration.ofSeconds(10);

    private final TimeSource time;
    private final Map<String, Duration> since = new HashMap<>();

    UnlistedNetworks(TimeSource time) {
        this.time = time;
    }

    synchronized void add(String networkId) {
        since.put(networkId, time.steady());
    }

    /** How long the youngest of those that are still missing has been; it is asked for again at growing distances. */
    synchronized Optional<Duration> age(List<EngineNetwork> listed) {
        listed.forEach(n -> since.remove(n.id()));
        since.values().removeIf(begun -> time.steady().minus(begun).compareTo(LISTED_AT_LAST) > 0);
        return since.values().stream().map(begun -> time.steady().minus(begun)).min(Duration::compareTo);
    }
}
