package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds to each transaction of a shared store two conditions: the layout of what is kept has still the number that was
 * read, and the history is the one that the tables are of. So a daemon writes nothing into a newer layout or another
 * history.
 */
final class Guard {
    private static final String SCHEMA = "schema";
    private static final int VERSION = 1;

    private final Store store;
    private final History history;
    private volatile long revision;

    Guard(Store store, History history) {
        this.store = store;
        this.history = history;
    }

    /** Reads the layout's number, writes it if there is none; fails with {@code INVALID} when it is not ours. */
    void checkSchema() {
        Optional<Store.Entry> entry = store.get(SCHEMA);
        if (entry.isEmpty()) {
            Value value = Fields.with(Map.of()).put("version", VERSION).value();
            CommitResult result = store.commit(
                    Transaction.builder().ifAbsent(SCHEMA).put(SCHEMA, value).build());
            if (result instanceof CommitResult.Committed committed) {
                revision = committed.revision();
                return;
            }
            entry = store.get(SCHEMA);
        }
        entry.ifPresent(this::accept);
    }

    private void accept(Store.Entry entry) {
        String version;
        try {
            version = Fields.of(entry.value()).text("version");
        } catch (IllegalArgumentException e) {
            version = "unreadable";
        }
        if (!version.equals(String.valueOf(VERSION))) {
            throw new PatchbayException(
                    Kind.INVALID,
                    store.description() + " holds schema " + version
                            + ", which another version of Patchbay wrote; this one knows schema " + VERSION
                            + " and writes nothing there; upgrade it or give another --cluster");
        }
        revision = entry.revision();
    }

    /** The transaction with these conditions. */
    Transaction guard(Transaction transaction) {
        List<Transaction.Condition> conditions = new ArrayList<>();
        conditions.add(new Transaction.Condition(SCHEMA, revision));
        conditions.add(history.condition());
        conditions.addAll(transaction.conditions());
        return new Transaction(conditions, transaction.operations());
    }

    /**
     * Fails with {@code UNAVAILABLE} if the answer is one of another history, given the latest revision that was known
     * before.
     */
    void check(Transaction guarded, CommitResult result, long latest) {
        OtherHistory.in(guarded, result, latest).ifPresent(why -> {
            throw new PatchbayException(Kind.UNAVAILABLE, history.suspect(why));
        });
    }

    /**
     * After a conflict: true when it was the layout's number that had changed (or gone) and is accepted as it is now,
     * so that the transaction can be tried again.
     */
    boolean changed(CommitResult.Conflict conflict) {
        Optional<Store.Entry> present =
                conflict.present().stream().filter(e -> e.key().equals(SCHEMA)).findFirst();
        if (present.isPresent() && present.get().revision() == revision) {
            return false;
        }
        checkSchema();
        return true;
    }
}
