package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.CommitResult.Committed;
import io.patchbay.core.store.CommitResult.Conflict;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Transaction.Condition;
import io.patchbay.core.store.Transaction.Operation;
import io.patchbay.core.store.Transaction.Put;
import io.patchbay.store.embedded.Revision.Write;
import io.patchbay.store.embedded.StoredState.Kept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Transactions that are decided one after the other and become durable together. */
final class Batch {
    private final StoredState state;
    private final Leases leases;
    private final Map<String, Optional<Kept>> overlay = new HashMap<>();
    private final List<Revision> revisions = new ArrayList<>();
    private final List<Long> endedLeases = new ArrayList<>();
    private long revision;
    private long bytes;

    Batch(StoredState state, Leases leases) {
        this.state = state;
        this.leases = leases;
        this.revision = state.revision();
    }

    /** Decides a transaction on what the earlier ones of this batch leave. */
    CommitResult decide(Transaction transaction) {
        transaction.operations().forEach(this::checkLease);
        Map<String, Entry> present = new LinkedHashMap<>();
        boolean holds = true;
        for (Condition condition : transaction.conditions()) {
            Optional<Entry> entry = get(condition.key());
            entry.ifPresent(e -> present.put(e.key(), e));
            holds &= holds(condition, entry.map(Entry::revision).orElse(Condition.ABSENT));
        }
        if (!holds) {
            return new Conflict(List.copyOf(present.values()), revision);
        }
        List<Write> writes = new ArrayList<>();
        for (Operation operation : transaction.operations()) {
            if (operation instanceof Put put) {
                long lease = put.lease().map(l -> l.id()).orElse(Write.NO_LEASE);
                writes.add(new Write(put.key(), Optional.of(put.value()), lease));
            } else if (get(operation.key()).isPresent()) {
                writes.add(new Write(operation.key(), Optional.empty(), Write.NO_LEASE));
            }
        }
        return add(writes);
    }

    /** Ends a lease: its keys go. */
    CommitResult endLease(long lease) {
        if (!leases.isOpen(lease) || endedLeases.contains(lease)) {
            return new Committed(revision);
        }
        endedLeases.add(lease);
        TreeSet<String> keys = new TreeSet<>(state.leased(lease));
        keys.removeIf(overlay::containsKey);
        overlay.forEach((key, kept) -> kept.filter(k -> k.lease() == lease).ifPresent(k -> keys.add(key)));
        return delete(keys);
    }

    /** Deletes every key that is under a lease, whichever. */
    CommitResult deleteLeased() {
        return delete(state.leased());
    }

    private CommitResult delete(Iterable<String> keys) {
        List<Write> writes = new ArrayList<>();
        keys.forEach(key -> writes.add(new Write(key, Optional.empty(), Write.NO_LEASE)));
        return add(writes);
    }

    private CommitResult add(List<Write> writes) {
        if (!writes.isEmpty()) {
            revision++;
            revisions.add(new Revision(revision, List.copyOf(writes)));
            for (Write write : writes) {
                overlay.put(
                        write.key(),
                        write.value().map(value -> new Kept(new Entry(write.key(), value, revision), write.lease())));
                bytes += sizeOf(write);
            }
        }
        return new Committed(revision);
    }

    /** Roughly the memory and log that a write takes. */
    static long sizeOf(Write write) {
        return write.key().length() + write.value().map(value -> value.length()).orElse(0) + 64L;
    }

    private Optional<Entry> get(String key) {
        Optional<Kept> changed = overlay.get(key);
        return changed == null ? state.get(key) : changed.map(Kept::entry);
    }

    private static boolean holds(Condition condition, long actual) {
        return condition.revision() == Condition.PRESENT ? actual != Condition.ABSENT : condition.revision() == actual;
    }

    private void checkLease(Operation operation) {
        if (operation instanceof Put put && put.lease().isPresent()) {
            long id = put.lease().get().id();
            if (!leases.isOpen(put.lease().get()) || endedLeases.contains(id)) {
                throw new PatchbayException(
                        Kind.NOT_FOUND,
                        "key " + put.key() + " cannot be put under lease " + id
                                + ", which is over or of another store");
            }
        }
    }

    List<Revision> revisions() {
        return revisions;
    }

    long bytes() {
        return bytes;
    }

    /** What becomes true once the batch is durable. */
    void applied() {
        endedLeases.forEach(leases::ended);
    }
}
