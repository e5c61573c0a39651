package io.patchbay.core.state;

import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a store answers, as far as it may be believed: a store that hosts share may be exchanged for an older one at any
 * time. So the mark of the history that the tables are of is read with whatever is read, and is a condition of whatever
 * is written. Each call fails like the store, and with {@code UNAVAILABLE} if the answer is one of another history.
 */
final class StoreAnswers {
    private final Store store;
    private final LongSupplier latest;
    private final ToLongFunction<String> settled;
    private final ClaimAbsence absence;
    private Supplier<Optional<Transaction.Condition>> mark = Optional::empty;
    private @Nullable Consumer<String> onOther;

    /**
     * Makes those of a store.
     *
     * @param latest the latest revision that the store has told of
     * @param settled the revision at which the store has told of a record
     */
    StoreAnswers(Store store, LongSupplier latest, ToLongFunction<String> settled, ClaimAbsence absence) {
        this.store = store;
        this.latest = latest;
        this.settled = settled;
        this.absence = absence;
    }

    /** The store is one that hosts share, from now on; {@code onOther} is told why an answer is of another history. */
    void share(Supplier<Optional<Transaction.Condition>> markOfTables, Consumer<String> toldOfOther) {
        mark = markOfTables;
        onOther = toldOfOther;
    }

    /** What is under this key; that nothing is any more must have been ended, and not lost with more. */
    Optional<Store.Entry> get(String key, boolean known) {
        Optional<ClaimAbsence.Beside> beside = absence.beside(key);
        List<String> keys = new ArrayList<>(List.of(key));
        beside.ifPresent(b -> keys.addAll(b.keys()));
        Store.Snapshot read = ask(keys);
        Optional<Store.Entry> entry = read.find(key);
        if (entry.isEmpty() && known) {
            beside.flatMap(b -> absence.doubt(b, read)).ifPresent(this::refuse);
        }
        return entry;
    }

    /** What is under all keys that begin so. */
    Store.Snapshot list(String prefix) {
        long before = latest.getAsLong();
        Store.Snapshot read = store.list(prefix);
        if (read.revision() < before) {
            refuse(OtherHistory.wentBack(read.revision(), before));
        }
        requireNoneOlder(read);
        // it is read after the list, so the mark vouches for that too
        requireEnded(prefix);
        return read;
    }

    /** Writes what has the mark as its condition. */
    CommitResult commit(Transaction transaction) {
        long before = latest.getAsLong();
        CommitResult result = store.commit(transaction);
        OtherHistory.in(transaction, result, before).ifPresent(this::refuse);
        if (result instanceof CommitResult.Conflict conflict) {
            requireNoneOlder(new Store.Snapshot(conflict.present(), conflict.revision()));
        }
        return result;
    }

    /** Whether what was told of the absence of what has this key, or keys that begin so, may be believed. */
    void requireEnded(String key) {
        Optional<ClaimAbsence.Beside> beside = absence.beside(key);
        Store.Snapshot read = ask(beside.map(ClaimAbsence.Beside::keys).orElse(List.of()));
        beside.flatMap(b -> absence.doubt(b, read)).ifPresent(this::refuse);
    }

    /** That the history is the one that the tables are of. */
    void requireSame() {
        Store.Snapshot unused = ask(List.of());
    }

    private Store.Snapshot ask(List<String> keys) {
        long before = latest.getAsLong();
        Optional<Transaction.Condition> expected = mark.get();
        List<String> asked = new ArrayList<>(keys);
        expected.ifPresent(m -> asked.add(m.key()));
        Store.Snapshot read = asked.isEmpty() ? new Store.Snapshot(List.of(), before) : store.read(asked);
        expected.flatMap(m -> OtherHistory.in(m, read, before)).ifPresent(why -> {
            if (expected.equals(mark.get())) {
                tell(why);
            }
            throw OtherHistory.failure(why);
        });
        requireNoneOlder(read);
        return read;
    }

    private void requireNoneOlder(Store.Snapshot read) {
        Impossible.older(read, settled).ifPresent(this::refuse);
    }

    /** Nothing of what a shared store has just answered may be believed. */
    private void refuse(String why) {
        if (tell(why)) {
            throw OtherHistory.failure(why);
        }
    }

    /** Somebody has found out why an answer is of another history; false if that can be of none. */
    boolean tell(String why) {
        Consumer<String> listener = onOther;
        if (listener != null) {
            listener.accept(why);
        }
        return listener != null;
    }

    boolean isShared() {
        return onOther != null;
    }
}
