package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.Map;
import java.util.Optional;

/**
 * The number of the layout of everything in a shared store. A daemon that finds a larger one than it knows writes
 * nothing: each of its transactions has the condition that the number is still the one it read.
 */
final class Schema {
    static final String KEY = "schema";
    static final int VERSION = 1;

    private final Store store;
    private volatile long revision;

    Schema(Store store) {
        this.store = store;
    }

    /** Reads the number, writes it if there is none; fails with {@code INVALID} when it is not ours. */
    void check() {
        Optional<Store.Entry> entry = store.get(KEY);
        if (entry.isEmpty()) {
            Value value = Fields.with(Map.of()).put("version", VERSION).value();
            CommitResult result = store.commit(
                    Transaction.builder().ifAbsent(KEY).put(KEY, value).build());
            if (result instanceof CommitResult.Committed committed) {
                revision = committed.revision();
                return;
            }
            entry = store.get(KEY);
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

    /** The transaction with the condition that the number has not changed since it was checked. */
    Transaction guard(Transaction transaction) {
        Transaction.Builder guarded = Transaction.builder().ifRevision(KEY, revision);
        transaction.conditions().forEach(c -> guarded.ifRevision(c.key(), c.revision()));
        transaction.operations().forEach(guarded::add);
        return guarded.build();
    }

    /** After a conflict: true when it was the number that had changed (or gone), and is accepted as it is now. */
    boolean changed(CommitResult.Conflict conflict) {
        Optional<Store.Entry> present =
                conflict.present().stream().filter(e -> e.key().equals(KEY)).findFirst();
        if (present.isPresent() && present.get().revision() == revision) {
            return false;
        }
        check();
        return true;
    }
}
