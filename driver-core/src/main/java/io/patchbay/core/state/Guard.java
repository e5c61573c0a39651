package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;

/**
 * The conditions that each transaction of a shared store has: the layout is still the one that this daemon knows, and
 * the history the one that its tables are of.
 */
final class Guard {
    private final Schema schema;
    private final History history;

    Guard(Schema schema, History history) {
        this.schema = schema;
        this.history = history;
    }

    /** The transaction with these conditions. */
    Transaction guard(Transaction transaction) {
        return schema.guard(history.guard(transaction));
    }

    /** Fails with {@code UNAVAILABLE} if the answer is one of another history, given what had been heard before. */
    void check(Transaction guarded, CommitResult result, long heard) {
        OtherHistory.in(guarded, result, heard).ifPresent(why -> {
            throw new PatchbayException(Kind.UNAVAILABLE, history.suspect(why));
        });
    }

    /**
     * After a conflict: true when it was the layout that had changed and is accepted, so that the transaction can be
     * tried again.
     */
    boolean changed(CommitResult.Conflict conflict) {
        return schema.changed(conflict);
    }
}
