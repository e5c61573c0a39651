package io.patchbay.core.enginesync;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.repair.GraceTracker;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks of this driver that the engine has and the store does not know: this host has another name than when they
 * were made, or another store. Nothing is done about them but to say so; the engine does not tell of them again.
 */
final class UnknownNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(UnknownNetworks.class);

    private final State state;
    private final String host;
    private final String driverName;
    private final GraceTracker tracker;
    private final Duration grace;
    private final Set<String> told = new HashSet<>();
    private volatile List<String> names = List.of();

    UnknownNetworks(State state, String host, String driverName, TimeSource time, Duration grace) {
        this.state = state;
        this.host = host;
        this.driverName = driverName;
        this.tracker = new GraceTracker(time);
        this.grace = grace;
    }

    /** One round on what the engine has just listed. */
    void look(List<EngineNetwork> listed) {
        GraceTracker.Round round = tracker.round();
        List<EngineNetwork> unknown = listed.stream()
                .filter(n -> n.plan().isLocal() && n.plan().driver().equals(driverName))
                .filter(n -> !state.isThere(Ref.network(host, n.id())))
                .filter(n -> round.isOverdue(n.id(), grace))
                .toList();
        round.end();
        unknown.stream()
                .filter(n -> told.add(n.id()))
                .forEach(n -> LOG.warn(
                        "the engine has a network of ours that the store does not know name={} network={} host={}",
                        n.name(),
                        n.id(),
                        host));
        names = unknown.stream().map(EngineNetwork::name).toList();
    }

    List<Finding> findings() {
        return names.stream()
                .map(name -> new Finding(
                        "unknown-network",
                        Severity.FAIL,
                        name,
                        "this host's engine has network " + name
                                + " of Patchbay, and the store does not know it: no container can start on it",
                        "if --host, --cluster or --store was changed, change it back and restart the daemon, or bring"
                                + " the records over with patchbay host rename or patchbay import; else docker network"
                                + " rm " + name))
                .toList();
    }
}
