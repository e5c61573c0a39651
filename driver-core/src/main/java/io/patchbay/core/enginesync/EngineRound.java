package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One round of work with the engine: it is asked what networks it has, and each job looks at the answer. */
final class EngineRound {
    private static final Duration ROUND = Duration.ofMinutes(1);

    /**
     * Nothing calls the driver when a service is made, and a wrong one is to be named while it is still remembered who
     * made it.
     */
    private static final Duration SERVICES_ROUND = Duration.ofSeconds(15);

    private static final Duration WHILE_AWAY = Duration.ofSeconds(5);

    private final State state;
    private final Engine engine;
    private final Jobs jobs;
    private final BooleanSupplier paused;

    /** What is done in a round; {@code replicator} only where networks are shared. */
    record Jobs(
            NetworkNames networkNames,
            Optional<Replicator> replicator,
            Forgotten forgotten,
            UnknownNetworks unknown,
            ContainerNames containerNames,
            VirtualAddresses virtualAddresses,
            StrandedTasks strandedTasks,
            Unlisted unlisted) {}

    /** Nothing is done while {@code paused} says so. */
    EngineRound(State state, Engine engine, Jobs jobs, BooleanSupplier paused) {
        this.state = state;
        this.engine = engine;
        this.jobs = jobs;
        this.paused = paused;
    }

    /** Answers when the next is due. Fails like the engine and the store; while that is away, nothing is done. */
    synchronized Duration run() {
        if (state.isAway() || paused.getAsBoolean()) {
            return WHILE_AWAY;
        }
        List<EngineNetwork> listed = engine.networks();
        jobs.networkNames().learn(listed);
        Optional<Duration> soon = jobs.replicator().flatMap(replicator -> replicator.run(listed));
        jobs.forgotten().end(listed);
        jobs.unknown().look(listed);
        jobs.containerNames().learn();
        Duration round = jobs.virtualAddresses().look() ? SERVICES_ROUND : ROUND;
        Duration again =
                shorter(soon.orElse(round), jobs.strandedTasks().look(listed).orElse(round));
        Duration untilListed = jobs.unlisted()
                .age(listed)
                .map(age -> age.plus(Unlisted.AFTER_CALL))
                .orElse(ROUND);
        return shorter(shorter(again, untilListed), round);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
