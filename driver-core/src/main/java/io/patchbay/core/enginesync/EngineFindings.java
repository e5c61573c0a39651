package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code doctor} says of this host's engine, of networks that are not as they are defined, of services that nobody
 * answers for, of tasks without a network, and of networks that the store does not know.
 */
final class EngineFindings {
    private final State state;
    private final String host;
    private final Engine engine;
    private final EngineTimer timer;
    private final VirtualAddresses virtualAddresses;
    private final StrandedTasks strandedTasks;
    private final UnknownNetworks unknown;

    EngineFindings(
            State state,
            String host,
            Engine engine,
            EngineTimer timer,
            VirtualAddresses virtualAddresses,
            StrandedTasks strandedTasks,
            UnknownNetworks unknown) {
        this.state = state;
        this.host = host;
        this.engine = engine;
        this.timer = timer;
        this.virtualAddresses = virtualAddresses;
        this.strandedTasks = strandedTasks;
        this.unknown = unknown;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Optional<String> trouble = timer.trouble();
        findings.add(
                trouble.isEmpty()
                        ? new Finding("engine-api", Severity.OK, engine.description(), "the engine's API answers", "")
                        : new Finding(
                                "engine-api",
                                Severity.WARN,
                                engine.description(),
                                trouble.get(),
                                "start the engine, or name its socket with --docker-socket; until then networks are"
                                        + " not replicated and containers have no names here"));
        for (Versioned<ReplicationBlocker> blocker : state.peekAll(Refs.blockersOf(host))) {
            findings.add(finding(blocker.value()));
        }
        findings.addAll(virtualAddresses.findings());
        findings.addAll(strandedTasks.findings());
        findings.addAll(unknown.findings());
        return findings;
    }

    private static Finding finding(ReplicationBlocker h) {
        String advice = switch (h.kind()) {
            case PENDING -> "mend what the sentence names; it is tried again by itself, at least once a minute";
            case IN_USE -> "remove or disconnect what uses it; the network then goes by itself";
            case REMOVED_HERE -> "nothing: it is done by itself when the store can be reached";
            case NAME_TAKEN, DIFFERS ->
                "docker network inspect " + h.name() + " on both hosts, then remove the one that is wrong";
        };
        return new Finding("replication", Severity.WARN, h.name(), h.reason(), advice);
    }
}
