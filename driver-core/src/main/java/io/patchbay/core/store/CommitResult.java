package io.patchbay.core.store;

import java.util.List;

/** How a {@link Transaction} ended when the store could decide it. */
public sealed interface CommitResult {

    /** All operations were applied, at this revision. */
    record Committed(long revision) implements CommitResult {}

    /**
     * Some condition did not hold and nothing was applied. {@code present} has the entries that exist under the keys of
     * the conditions; a condition's key that is not in it is absent. {@code revision} is the store's at that time.
     */
    record Conflict(List<Store.Entry> present, long revision) implements CommitResult {
        public Conflict {
            present = List.copyOf(present);
        }
    }
}
