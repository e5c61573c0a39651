package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
            OldGuesses oldGuesses,
            Optional<Replicator> replicator,
            EngineOrphans orphans,
            UnknownNetworks unknown,
            ContainerNames containerNames,
            FixedAddresses fixedAddresses,
            VirtualAddresses virtualAddresses,
            StrandedTasks strandedTasks,
            UnlistedNetworks unlistedNetworks) {}

    /** Nothing is done while {@code paused} says so. */
    EngineRound(State state, Engine engine, Jobs jobs, BooleanSupplier paused) {
        this.state = state;
        this.engine = engine;
        this.jobs = jobs;
        this.paused = paused;
    }

    /** Does one job after the other; one that fails does so when all have had their turn. */
    private static final class Attempts {
        private @Nullable RuntimeException first;

        void at(Runnable job) {
            boolean unused = at(
                    () -> {
                        job.run();
                        return true;
                    },
                    false);
        }

        <T> T at(Supplier<T> job, T otherwise) {
            try {
                return job.get();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
                return otherwise;
            }
        }

        void failIfOneDid() {
            if (first != null) {
                throw first;
            }
        }
    }

    /** Answers when the next is due. Fails like the engine and the store; while that is away, nothing is done. */
    synchronized Duration run() {
        if (state.isAway() || paused.getAsBoolean()) {
            return WHILE_AWAY;
        }
        List<EngineNetwork> listed = engine.networks();
        Attempts attempts = new Attempts();
        attempts.at(() -> jobs.networkNames().learn(listed));
        attempts.at(() -> jobs.oldGuesses().demote(listed));
        Optional<Duration> soon =
                attempts.at(() -> jobs.replicator().flatMap(replicator -> replicator.run(listed)), Optional.empty());
        attempts.at(() -> jobs.orphans().end(listed));
        attempts.at(() -> jobs.unknown().look(listed));
        attempts.at(() -> jobs.containerNames().learn());
        attempts.at(() -> jobs.fixedAddresses().look(listed));
        Duration round = attempts.at(() -> jobs.virtualAddresses().look(), false) ? SERVICES_ROUND : ROUND;
        Optional<Duration> tasks = attempts.at(() -> jobs.strandedTasks().look(listed), Optional.empty());
        attempts.failIfOneDid();
        Duration again = shorter(soon.orElse(round), tasks.orElse(round));
        Duration untilListed = jobs.unlistedNetworks()
                .age(listed)
                .map(age -> age.plus(UnlistedNetworks.AFTER_CALL))
                .orElse(ROUND);
        return shorter(shorter(again, untilListed), round);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
