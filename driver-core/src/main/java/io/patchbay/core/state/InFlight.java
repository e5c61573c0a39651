package io.patchbay.core.state;

import io.patchbay.core.store.Transaction;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What this host has sent to the store, until it is known what became of it. It answers three questions: may a claim be
 * released by now, although the tables still show it? Is it this host that deletes a record? Has something turned up
 * that was not answered for? For any thread; takes no lock.
 */
final class InFlight {
    private final Replica replica;
    private final List<Releasing> releasing = new CopyOnWriteArrayList<>();
    private final Set<String> deleting = ConcurrentHashMap.newKeySet();
    private final Map<String, Decision.Unanswered> unanswered = new ConcurrentHashMap<>();
    private Consumer<Decision.Unanswered> onTurnedUp = late -> {};

    /** The claims that a transaction releases, and the revisions at which it does. */
    private record Releasing(Transaction transaction, Map<String, Long> revisions) {}

    InFlight(Replica replica) {
        this.replica = replica;
        replica.tables().forEach(table -> table.follow((key, before, after) -> look(key)));
    }

    /** Called with what turns up that was not answered for; must be quick. */
    void onTurnedUp(Consumer<Decision.Unanswered> listener) {
        onTurnedUp = listener;
    }

    /** A transaction goes out that releases these claims. */
    void begin(Transaction transaction, List<String> released) {
        if (!released.isEmpty()) {
            Map<String, Long> revisions = new HashMap<>();
            released.forEach(key -> revisions.put(key, replica.revision(key)));
            releasing.add(new Releasing(transaction, revisions));
        }
        transaction.operations().stream()
                .filter(operation -> !(operation instanceof Transaction.Put))
                .forEach(operation -> deleting.add(operation.key()));
    }

    /** It was answered, and the tables know. */
    void answered(Transaction transaction) {
        transaction.operations().forEach(operation -> deleting.remove(operation.key()));
        settled(transaction);
    }

    /** What it changes is in the journal. */
    @SuppressWarnings("ReferenceEquality")
    void settled(Transaction transaction) {
        // another one may say the same
        releasing.removeIf(r -> r.transaction() == transaction);
    }

    /** The store has another history now, into which nothing of the old one can come. */
    void clear() {
        releasing.clear();
    }

    /**
     * Everything was read anew. What never was answered counts for as long as a record is as it was: it may still
     * arrive.
     */
    void prune() {
        releasing.removeIf(r -> r.revisions().entrySet().stream().noneMatch(e -> isAt(e.getKey(), e.getValue())));
        unanswered.values().removeIf(u -> !isAt(u.record().key(), u.before()) && !isThere(u));
    }

    private boolean isAt(String key, long revision) {
        return replica.revision(key) == revision;
    }

    /** Whether the claim may be released by now, as far as the tables know it. */
    boolean mayHaveReleased(String key) {
        long revision = replica.revision(key);
        return releasing.stream().anyMatch(r -> r.revisions().getOrDefault(key, -1L) == revision);
    }

    /** Whether this host deletes the record, or may have deleted it. */
    boolean isDeleting(String key) {
        return deleting.contains(key);
    }

    /** The record was not answered for, and whoever wanted it goes another way. */
    void unanswered(Decision.Unanswered sent) {
        unanswered.put(sent.record().key(), sent);
        look(sent.record().key());
    }

    /** These keys' records are written and known to be. */
    void written(Collection<String> keys) {
        if (!unanswered.isEmpty()) {
            unanswered.keySet().removeAll(keys);
        }
    }

    /** It is seen to, or somebody has written something else. */
    void over(Decision.Unanswered late) {
        unanswered.remove(late.record().key(), late);
    }

    /** Looks what has turned up, and could not be seen to yet. */
    void lookAtAll() {
        unanswered.keySet().forEach(this::look);
    }

    private void look(String key) {
        Decision.Unanswered sent = unanswered.get(key);
        if (sent != null && isThere(sent)) {
            onTurnedUp.accept(sent);
        }
    }

    /** Whether it is in the tables as it was sent, and nobody has seen to it or written it since. */
    boolean hasTurnedUp(Decision.Unanswered sent) {
        return sent.equals(unanswered.get(sent.record().key())) && isThere(sent);
    }

    private boolean isThere(Decision.Unanswered sent) {
        return replica.record(sent.record().key()).filter(sent.record()::equals).isPresent();
    }
}
