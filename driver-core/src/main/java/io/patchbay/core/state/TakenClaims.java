package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The claims of this host in whose place others have theirs, in a store that is being rebuilt, by the last that was
 * read. Who keeps the address is decided by revisions; until then no container begins to use one of these.
 */
final class TakenClaims {
    private final Replica replica;
    private final Ownership ownership;
    private final Journal journal;
    private final LinkLock lock;
    private volatile Set<String> keys = Set.of();

    TakenClaims(Replica replica, Ownership ownership, Journal journal, LinkLock lock) {
        this.replica = replica;
        this.ownership = ownership;
        this.journal = journal;
        this.lock = lock;
    }

    /** Everything was read: what others have by that, they have also for a later process of this host. */
    void hear(Store.Snapshot read) {
        Set<String> taken = read.entries().stream()
                .filter(this::isTaken)
                .map(Store.Entry::key)
                .collect(Collectors.toUnmodifiableSet());
        synchronized (lock) {
            keys = taken;
            taken.stream()
                    .flatMap(key -> journal.find(key).filter(UnsentWrite::exclusive).stream())
                    .forEach(unsent -> journal.put(List.of(unsent.released())));
        }
    }

    private boolean isTaken(Store.Entry there) {
        String key = there.key();
        return Ownership.isClaim(key)
                && ownership.owns(key, replica.record(key))
                && replica.owner(key)
                        .filter(table -> table.isSame(key, there.value()))
                        .isEmpty()
                && !ownership.owns(key, replica.decode(key, there.value()));
    }

    boolean contains(String key) {
        return keys.contains(key);
    }

    /** Those that a container has, or may have. */
    List<String> inUse() {
        return keys.stream()
                .filter(key -> Authority.isExclusivelyOurs(replica.record(key)))
                .sorted()
                .toList();
    }

    /** The tables have what the store has. */
    void clear() {
        keys = Set.of();
    }
}
