package io.patchbay.core.store;

import io.patchbay.core.store.MemoryStore.Failure;
import java.util.Optional;

/** Which of a store's next commits fail. Guarded by its owner. */
final class PlannedFailures {
    private int successes;
    private int failures;
    private Failure when = Failure.BEFORE;

    /** So many succeed, and then so many fail. */
    void plan(int after, int count, Failure how) {
        successes = after;
        failures = count;
        when = how;
    }

    /** How the commit that begins now fails; empty when it does not. */
    Optional<Failure> next() {
        if (successes > 0) {
            successes--;
            return Optional.empty();
        }
        if (failures == 0) {
            return Optional.empty();
        }
        failures--;
        return Optional.of(when);
    }
}
