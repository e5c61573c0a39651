package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which history of the shared store this host's tables come from. A history has a mark in the store, and its revisions
 * only grow. The mark and the highest revision known under it are on this host's disk; a store that contradicts them
 * has been restored, rolled back, wiped or replaced, and no order number of one history says anything in another.
 *
 * <p>Each transaction has the condition that the mark has not been touched. Fails like the store.
 */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final String ON_DISK = "history";
    /** So that they fit in a transaction; nobody leaves more than one. */
    private static final int MOST_GUARDS = 50;

    private final Store store;
    private final Store disk;
    private final Replica replica;
    private volatile Mark.Seen known = new Mark.Seen(Mark.NONE, 0);
    private volatile String suspicion = "";
    private String remembered = "";

    History(Store store, Store disk, Replica replica) {
        this.store = store;
        this.disk = disk;
        this.replica = replica;
    }

    /** Reads what an earlier process left. */
    void load() {
        disk.get(ON_DISK).ifPresent(entry -> {
            try {
                Fields f = Fields.of(entry.value());
                Mark mark = Mark.read(Value.of(f.text("mark")));
                replica.latestAtLeast(Long.parseLong(f.text("heard")));
                known = new Mark.Seen(mark, 0);
            } catch (IllegalArgumentException e) {
                LOG.warn("which history this host knew cannot be read from its disk reason=\"{}\"", e.getMessage());
            }
        });
    }

    /** The mark of the history that the tables come from. */
    Mark known() {
        return known.mark();
    }

    /** Whether something was seen that cannot happen in one history, and what the store has has not been settled. */
    boolean isSuspected() {
        return !suspicion.isEmpty();
    }

    /** Something was seen that cannot happen in one history; the next look finds another one. */
    String suspect(String why) {
        suspicion = why;
        return OtherHistory.SENTENCE + why;
    }

    /** Fails with {@code UNAVAILABLE} if something was seen that cannot happen in one history. */
    void requireUnsuspected() {
        if (isSuspected()) {
            throw OtherHistory.failure(suspicion);
        }
    }

    /**
     * Why what was read is of another history than the tables, given the latest revision that was known before it was
     * read; empty when it is of the same.
     */
    Optional<String> other(Store.Snapshot read, long latest) {
        Mark ours = known();
        Optional<Mark> mark = Mark.Seen.in(read).map(Mark.Seen::mark);
        if (mark.filter(Mark::isNone).isPresent()) {
            return Optional.of("its mark cannot be read");
        }
        if (!ours.isNone() && mark.isEmpty()) {
            return Optional.of("its mark is gone, so it was wiped, or its keys were deleted");
        }
        if (!ours.isNone() && !mark.get().id().equals(ours.id())) {
            return Optional.of("it has the mark of another one, so it was restored, wiped or replaced");
        }
        if (!ours.isNone() && read.find(ours.guardKey()).isEmpty()) {
            return Optional.of("its mark is not whole any more, so keys were deleted");
        }
        if (read.revision() < latest) {
            return Optional.of(OtherHistory.wentBack(read.revision(), latest));
        }
        return suspicion.isEmpty() ? Optional.empty() : Optional.of(suspicion);
    }

    /** The mark in the store, made if there is none. */
    Mark.Seen establish(Store.Snapshot read) {
        return Mark.Seen.in(read).orElseGet(() -> begin());
    }

    private Mark.Seen begin() {
        Mark first = Mark.NONE.next(Optional.empty(), List.of());
        CommitResult unused = store.commit(Transaction.builder()
                .ifAbsent(Mark.KEY)
                .put(Mark.KEY, first.write())
                .put(first.guardKey(), first.write())
                .build());
        return store.get(Mark.KEY)
                .map(e -> Mark.Seen.of(e.value(), e.revision()))
                .orElseThrow(() -> new PatchbayException(
                        Kind.UNAVAILABLE, "the mark of the store's history was made and deleted at once"));
    }

    /**
     * The mark of what is to be rebuilt: one that came out of the history that is over, or the first of an empty store;
     * else a new one is made, also when keys are missing although all was put back under the one that is there.
     */
    Mark.Seen settle(Store.Snapshot read, Mark old, boolean damaged) {
        Optional<Mark.Seen> present = Mark.Seen.in(read);
        boolean adopted = present.map(Mark.Seen::mark)
                .filter(p -> !damaged)
                .filter(p -> p.descendsFrom(old) || (p.isFirst() && !p.id().equals(old.id()) && !old.descendsFrom(p)))
                .isPresent();
        return adopted ? present.get() : replace(read, present, old);
    }

    /** Whatever other marks left goes, so that who still goes by one of them is refused. */
    private Mark.Seen replace(Store.Snapshot read, Optional<Mark.Seen> present, Mark old) {
        Optional<Mark.Seen> readable = present.filter(p -> !p.mark().isNone());
        List<Mark.Layer> below = readable.map(Mark.Seen::above).orElseGet(() -> old.above(known.revision()));
        Mark next = old.next(readable.map(Mark.Seen::mark), below);
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(Mark.KEY, present.map(Mark.Seen::revision).orElse(0L))
                .put(Mark.KEY, next.write())
                .put(next.guardKey(), next.write());
        read.entries().stream()
                .map(Store.Entry::key)
                .filter(Mark::isGuard)
                .limit(MOST_GUARDS)
                .forEach(transaction::delete);
        if (store.commit(transaction.build()) instanceof CommitResult.Committed committed) {
            return new Mark.Seen(next, committed.revision());
        }
        throw new PatchbayException(
                Kind.UNAVAILABLE,
                OtherHistory.BEGINNING + "knew, and another host has just written its mark, which is read again");
    }

    /** From now on the tables are of the history with this mark. */
    void accept(Mark.Seen mark) {
        known = mark;
        suspicion = "";
        remember();
    }

    /**
     * Writes down up to which revision this host knows the store; a disk that fails has said so itself, and the next
     * time is soon.
     */
    synchronized void remember() {
        Mark ours = known();
        String now = ours.id() + " " + replica.latest();
        if (ours.isNone() || now.equals(remembered)) {
            return;
        }
        try {
            Value value = Fields.with(Map.of())
                    .put("mark", ours.write())
                    .put("heard", replica.latest())
                    .value();
            disk.commit(Transaction.builder().put(ON_DISK, value).build());
            remembered = now;
        } catch (PatchbayException e) {
            LOG.debug("up to which revision the store is known is not written yet", e);
        }
    }

    /** That the history is the one that the tables are of. */
    Transaction.Condition condition() {
        Mark.Seen ours = known;
        return new Transaction.Condition(ours.mark().guardKey(), ours.revision());
    }

    /** The same for what is read; empty before there is one. */
    Optional<Transaction.Condition> mark() {
        return Optional.of(condition()).filter(c -> Mark.isGuard(c.key()));
    }

    /** The transaction with the condition that the history is the one with that mark. */
    static Transaction guard(Transaction transaction, Mark.Seen mark) {
        Transaction.Builder guarded =
                Transaction.builder().ifRevision(mark.mark().guardKey(), mark.revision());
        transaction.conditions().forEach(c -> guarded.ifRevision(c.key(), c.revision()));
        transaction.operations().forEach(guarded::add);
        return guarded.build();
    }
}
