package io.patchbay.store.embedded;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What brings a checkpoint up to {@code revision}: the keys that changed and what they are now. */
record CheckpointChanges(long revision, Map<String, Optional<Kept>> changes) {

    /** These changes and later ones in one. */
    CheckpointChanges and(CheckpointChanges later) {
        Map<String, Optional<Kept>> both = new TreeMap<>(changes);
        both.putAll(later.changes);
        return new CheckpointChanges(later.revision, both);
    }
}
