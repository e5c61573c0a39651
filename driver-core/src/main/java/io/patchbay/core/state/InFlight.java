package io.patchbay.core.state;

import io.patchbay.core.store.Transaction;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this host's transactions release of its claims, and what they delete, from when they go out until it is known
 * what became of them. Another host may have such an address already, although the tables still show the claim; and
 * what this host deletes itself nobody has taken from it. Thread-safe; no lock is taken while its own is held.
 */
final class InFlight {
    private final Replica replica;
    /** The claims that a transaction releases, and the revisions at which it does. */
    private final IdentityHashMap<Transaction, Map<String, Long>> releasing = new IdentityHashMap<>();

    private final Set<String> deleting = ConcurrentHashMap.newKeySet();

    InFlight(Replica replica) {
        this.replica = replica;
    }

    /** A transaction is to go out that releases these claims. */
    synchronized void begin(Transaction transaction, List<String> released) {
        if (!released.isEmpty()) {
            Map<String, Long> revisions = new HashMap<>();
            released.forEach(key -> revisions.put(key, replica.revision(key)));
            releasing.put(transaction, revisions);
        }
    }

    /** It goes out now. */
    void sent(Transaction transaction) {
        transaction.operations().stream()
                .filter(operation -> !(operation instanceof Transaction.Put))
                .forEach(operation -> deleting.add(operation.key()));
    }

    /** It was answered, and the tables know. */
    void answered(Transaction transaction) {
        transaction.operations().forEach(operation -> deleting.remove(operation.key()));
        settled(transaction);
    }

    /** It did not go out, or what it changes is in the journal. */
    synchronized void settled(Transaction transaction) {
        releasing.remove(transaction);
    }

    /** The store has another history now, into which nothing of the old one can come. */
    synchronized void clear() {
        releasing.clear();
    }

    /**
     * Everything was read anew. What never was answered counts for as long as the claim is as it was: it may still
     * arrive.
     */
    synchronized void prune() {
        releasing
                .values()
                .forEach(released -> released.entrySet().removeIf(e -> replica.revision(e.getKey()) != e.getValue()));
        releasing.values().removeIf(Map::isEmpty);
    }

    /** Whether the claim may be released by now, as far as the tables know it. */
    synchronized boolean mayHaveReleased(String key) {
        long revision = replica.revision(key);
        return releasing.values().stream().anyMatch(released -> released.getOrDefault(key, -1L) == revision);
    }

    /** Whether this host deletes the record, or may have deleted it. */
    boolean isDeleting(String key) {
        return deleting.contains(key);
    }
}
