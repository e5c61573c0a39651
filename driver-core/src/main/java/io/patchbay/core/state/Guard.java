package io.patchbay.core.state;

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

    /**
     * After a conflict: true when it was the layout that had changed and is accepted, so that the transaction can be
     * tried again.
     */
    boolean changed(CommitResult.Conflict conflict) {
        return schema.changed(conflict);
    }
}
