package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this host has changed and the store has not heard of: shows it in the tables, sends it group by group, and
 * decides what becomes of a record that the store has otherwise by then. Fails like the store.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** Revisions of unsent records begin here, above all that a store counts to. */
    private static final long UNSENT = 1L << 62;

    private static final int BATCH = 100;

    private final Store store;
    private final Replica replica;
    private final Ownership ownership;
    private final Guard guard;
    private final Journal journal;
    private final Mirror mirror;
    /** The journal's, shared with {@link Outage}. */
    private final Object lock;

    Backlog(
            Store store,
            Replica replica,
            Ownership ownership,
            Guard guard,
            Journal journal,
            Mirror mirror,
            Object lock) {
        this.store = store;
        this.replica = replica;
        this.ownership = ownership;
        this.guard = guard;
        this.journal = journal;
        this.mirror = mirror;
        this.lock = lock;
    }

    /** The revision that records of the group show while they are unsent. */
    static long revision(long group) {
        return UNSENT + group;
    }

    void show(Unsent change) {
        replica.unsent(change.key(), change.value(), revision(change.group()));
    }

    /** The claims that others may have once the transaction is applied. */
    List<String> released(Transaction transaction) {
        return transaction.operations().stream()
                .filter(operation -> Ownership.isClaim(operation.key()))
                .filter(operation ->
                        !(operation instanceof Transaction.Put put) || !isFirmlyOurs(decoded(put.key(), put.value())))
                .map(Transaction.Operation::key)
                .toList();
    }

    /** Of a transaction that releases these claims: they, and those that are spare no longer. */
    List<String> givenUp(Transaction transaction, List<String> released) {
        return transaction.operations().stream()
                .map(Transaction.Operation::key)
                .filter(key -> released.contains(key) || (Ownership.isClaim(key) && isSpare(replica.record(key))))
                .toList();
    }

    private static boolean isSpare(Optional<?> record) {
        return record.filter(r -> r instanceof Claim claim && claim.isSpare()).isPresent();
    }

    /** A claim that nobody else may take. */
    static boolean isFirmlyOurs(Optional<?> record) {
        return record.filter(r -> r instanceof MacClaim || (r instanceof Claim claim && !claim.isHeld()))
                .isPresent();
    }

    Optional<Object> decoded(String key, Value value) {
        return replica.decode(key, value);
    }

    /** Own records that the store does not have become unsent ones. */
    void putBack(List<Unsent> missing) {
        if (!missing.isEmpty()) {
            LOG.warn("records of this host are missing from the store, putting them back records={}", missing.size());
        }
        synchronized (lock) {
            for (int from = 0; from < missing.size(); from += BATCH) {
                long group = journal.nextGroup();
                List<Unsent> batch = missing.subList(from, Math.min(from + BATCH, missing.size())).stream()
                        .map(m -> new Unsent(m.key(), 0, group, false, m.value()))
                        .toList();
                journal.put(batch);
                batch.forEach(this::show);
            }
        }
    }

    /**
     * The next changes to send. What they release, somebody else may have from now on, whether or not an answer comes.
     */
    List<Unsent> next() {
        synchronized (lock) {
            List<Unsent> group = journal.first();
            List<Unsent> released = group.stream()
                    .filter(change ->
                            change.firm() && !isFirmlyOurs(change.value().flatMap(v -> decoded(change.key(), v))))
                    .map(change -> change.onTopOf(change.base(), false))
                    .toList();
            if (!released.isEmpty()) {
                journal.put(released);
            }
            return group;
        }
    }

    void send(List<Unsent> group) {
        Transaction.Builder transaction = Transaction.builder();
        for (Unsent change : group) {
            transaction.ifRevision(change.key(), change.base());
            change.value()
                    .ifPresentOrElse(v -> transaction.put(change.key(), v), () -> transaction.delete(change.key()));
        }
        Transaction all = transaction.build();
        mirror.dropNow(givenUp(all, released(all)));
        Transaction guarded = guard.guard(all);
        long heard = replica.heard();
        CommitResult result = store.commit(guarded);
        guard.check(guarded, result, heard);
        if (result instanceof CommitResult.Committed committed) {
            group.forEach(change -> settled(change, change.value(), committed.revision()));
        } else if (result instanceof CommitResult.Conflict conflict && !guard.changed(conflict)) {
            group.forEach(change -> decide(change, conflict));
        }
    }

    /** The store has {@code value} now; unless the record was changed again meanwhile, so do the tables. */
    private void settled(Unsent sent, Optional<Value> value, long revision) {
        synchronized (lock) {
            Optional<Unsent> now = journal.find(sent.key());
            if (now.isEmpty()) {
                return;
            }
            if (now.get().group() == sent.group()) {
                mirror.writeNow(sent.key(), value, revision);
                journal.remove(List.of(sent));
                replica.settled(sent.key(), value, revision);
            } else {
                boolean firm = isFirmlyOurs(value.flatMap(v -> decoded(sent.key(), v)));
                journal.put(List.of(now.get().onTopOf(value.isPresent() ? revision : 0, firm)));
            }
        }
    }

    /** The record is not in the store as it was known; whose it is now says what to do. */
    private void decide(Unsent change, CommitResult.Conflict conflict) {
        Optional<Store.Entry> present = conflict.present().stream()
                .filter(e -> e.key().equals(change.key()))
                .findFirst();
        if (present.map(Store.Entry::value).equals(change.value())) {
            settled(change, change.value(), present.map(Store.Entry::revision).orElse(change.base()));
            return;
        }
        boolean readable =
                present.flatMap(e -> decoded(change.key(), e.value())).isPresent();
        boolean ours = present.isEmpty()
                || (readable && ownership.owns(change.key(), present.flatMap(e -> decoded(change.key(), e.value()))));
        if (ours) {
            synchronized (lock) {
                journal.find(change.key())
                        .ifPresent(now -> journal.put(List.of(withoutLeaderOf(present, now)
                                .onTopOf(present.map(Store.Entry::revision).orElse(0L), false))));
            }
            return;
        }
        LOG.error(
                "{}, this host's change of it is not written key={}",
                readable
                        ? "claim lost while the store was away, another host has the address now"
                        : "a record was made unreadable while the store was away",
                change.key());
        Store.Entry entry = present.get();
        synchronized (lock) {
            mirror.writeNow(change.key(), Optional.empty(), 0);
            journal.find(change.key()).ifPresent(now -> journal.remove(List.of(now)));
            replica.settled(change.key(), Optional.of(entry.value()), entry.revision());
        }
    }

    /** Of a host's claim a swarm's leader writes one thing, that it has given it up; that holds. */
    private Unsent withoutLeaderOf(Optional<Store.Entry> present, Unsent unsent) {
        boolean givenUp = present.flatMap(e -> decoded(e.key(), e.value()))
                .filter(r -> r instanceof Claim claim && claim.leader().isEmpty())
                .isPresent();
        Optional<Claim> sent = unsent.value()
                .flatMap(v -> decoded(unsent.key(), v))
                .filter(r -> r instanceof Claim claim && claim.leader().isPresent())
                .map(Claim.class::cast);
        return givenUp && sent.isPresent()
                ? unsent.withValue(Optional.of(sent.get().withoutLeader().write()))
                : unsent;
    }
}
