package io.patchbay.core.state;

import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Stay;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the store keeps of containers' times that are over, the {@link Stay}s. They are no records: no table has them,
 * no decision reads them, no host remembers them while the store is away, and a store that has lost them has the same
 * history. Who wants to know reads the store. What cannot be read is passed over and left as it is.
 */
public final class Stays {
    /** In one transaction. */
    public static final int AT_ONCE = 64;

    private final Store store;
    private final Function<Transaction, CommitResult> commit;
    private final BooleanSupplier writable;

    Stays(Store store, Function<Transaction, CommitResult> commit, BooleanSupplier writable) {
        this.store = store;
        this.commit = commit;
        this.writable = writable;
    }

    /** False while the store is away, or gets back what hosts know: that comes first. */
    public boolean isWritable() {
        return writable.getAsBoolean();
    }

    /** All of them as the store has them now, in the order of their ends; fails like the store. */
    public List<Stay> all() {
        return entries().stream().map(Stays::read).flatMap(Optional::stream).toList();
    }

    private List<Store.Entry> entries() {
        return store.list(Keys.stays()).entries();
    }

    private static Optional<Stay> read(Store.Entry entry) {
        try {
            return Optional.of(Stay.read(entry.value()))
                    .filter(stay -> stay.key().equals(entry.key()));
        } catch (RuntimeException e) {
            // somebody else's, or a newer version's; it is no more than information that is missing
            return Optional.empty();
        }
    }

    /** Writes at most {@link #AT_ONCE}; one that is there already stays so. Fails like the store. */
    public void add(Collection<Stay> ended) {
        Transaction.Builder transaction = Transaction.builder();
        ended.stream()
                .collect(Collectors.toMap(Stored::key, stay -> stay, (one, same) -> one))
                .forEach((key, stay) -> transaction.put(key, stay.write()));
        // it has no conditions but the history's, so there is nothing to be done about a conflict
        CommitResult unused = commit.apply(transaction.build());
    }

    /** Removes what ended earlier, and the oldest of more than {@code most}; fails like the store. */
    public int prune(Instant earliest, int most) {
        List<String> keys = entries().stream()
                .filter(entry -> read(entry).isPresent())
                .map(Store.Entry::key)
                .toList();
        String first = Keys.stay(earliest, "");
        List<String> old = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (i < keys.size() - most || keys.get(i).compareTo(first) < 0) {
                old.add(keys.get(i));
            }
        }
        for (int i = 0; i < old.size(); i += AT_ONCE) {
            Transaction.Builder transaction = Transaction.builder();
            old.subList(i, Math.min(old.size(), i + AT_ONCE)).forEach(transaction::delete);
            CommitResult unused = commit.apply(transaction.build());
        }
        return old.size();
    }
}
