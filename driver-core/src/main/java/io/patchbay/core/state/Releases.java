package io.patchbay.core.state;

import io.patchbay.core.store.Transaction;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this host's transactions release of its claims, from when they go out until it is known what became of them.
 * Another host may have such an address already, although the tables still show the claim. Thread-safe.
 */
final class Releases {
    private final Replica replica;
    /** The claims that a transaction releases, and the revisions at which it does. */
    private final IdentityHashMap<Transaction, Map<String, Long>> underWay = new IdentityHashMap<>();

    Releases(Replica replica) {
        this.replica = replica;
    }

    /** A transaction goes out that releases these claims. */
    synchronized void begin(Transaction transaction, List<String> released) {
        if (!released.isEmpty()) {
            Map<String, Long> revisions = new HashMap<>();
            released.forEach(key -> revisions.put(key, replica.revision(key)));
            underWay.put(transaction, revisions);
        }
    }

    /** The store has another history now, into which nothing of the old one can come. */
    synchronized void clear() {
        underWay.clear();
    }

    /** It was answered, or what it changes is in the journal. */
    synchronized void end(Transaction transaction) {
        underWay.remove(transaction);
    }

    /** Whether the claim may be released by now, as far as the tables know it. */
    synchronized boolean mayHaveReleased(String key) {
        long revision = replica.revision(key);
        return underWay.values().stream().anyMatch(released -> released.getOrDefault(key, -1L) == revision);
    }

    /**
     * Everything was read anew. What never was answered counts for as long as the claim is as it was: it may still
     * arrive.
     */
    synchronized void prune() {
        underWay.values()
                .forEach(released -> released.entrySet().removeIf(e -> replica.revision(e.getKey()) != e.getValue()));
        underWay.values().removeIf(Map::isEmpty);
    }
}
