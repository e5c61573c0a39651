package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of this host that the store has not heard of. Keeps them in the journal, shows them in the tables, sends
 * them group by group, and decides what becomes of a record that the store has otherwise by then. Fails like the store.
 * Callers hold the link's lock, but for {@link #putBack}, {@link #next} and {@link #send}.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Revisions of unsent records begin here, above all that a store counts to. */
    private static final long UNSENT = 1L << 62;

    private static final int BATCH = 100;

    private final Store store;
    private final Replica replica;
    private final Ownership ownership;
    private final Guard guard;
    private final Journal journal;
    private final DiskCopy diskCopy;
    private final InFlight inFlight;
    private final Authority authority;
    private final LinkLock lock;

    /** With whom it works. */
    record Parts(
            Store store,
            Replica replica,
            Ownership ownership,
            Guard guard,
            Journal journal,
            DiskCopy diskCopy,
            InFlight inFlight,
            Authority authority) {}

    Outbox(Parts parts, LinkLock lock) {
        this.store = parts.store();
        this.replica = parts.replica();
        this.ownership = parts.ownership();
        this.guard = parts.guard();
        this.journal = parts.journal();
        this.diskCopy = parts.diskCopy();
        this.inFlight = parts.inFlight();
        this.authority = parts.authority();
        this.lock = lock;
    }

    private void show(UnsentWrite change) {
        replica.unsent(change.key(), change.value(), UNSENT + change.group());
    }

    /** Reads what an earlier process left, and shows it. */
    void load() {
        journal.load().forEach(this::show);
    }

    boolean isEmpty() {
        return journal.isEmpty();
    }

    /** What an earlier process left and this one cannot read. */
    List<Unreadable> unreadable() {
        return journal.unreadable();
    }

    /** Takes what {@link Authority#may} allows; a conflict if this host knows its records otherwise. */
    CommitResult take(Transaction transaction) {
        for (Transaction.Condition condition : transaction.conditions()) {
            long revision = replica.revision(condition.key());
            boolean holds = condition.revision() < 0 ? revision > 0 : condition.revision() == revision;
            if (!holds) {
                return new CommitResult.Conflict(List.of(), 0);
            }
        }
        long group = journal.nextGroup();
        List<UnsentWrite> changes = transaction.operations().stream()
                .map(operation -> change(operation, group))
                .toList();
        journal.put(changes);
        inFlight.settled(transaction);
        changes.forEach(this::show);
        return new CommitResult.Committed(UNSENT + group);
    }

    private UnsentWrite change(Transaction.Operation operation, long group) {
        String key = operation.key();
        Optional<Value> value = operation instanceof Transaction.Put put ? Optional.of(put.value()) : Optional.empty();
        Optional<UnsentWrite> earlier = journal.find(key);
        boolean exclusive = earlier.isPresent() ? authority.isExclusiveUnsent(key) : authority.isExclusiveHere(key);
        long base = earlier.map(UnsentWrite::base).orElseGet(() -> replica.revision(key));
        return new UnsentWrite(key, base, group, exclusive, value);
    }

    /** Everything was read: what others may have by that, they may have also for a later process of this host. */
    void heard() {
        List<UnsentWrite> released = journal.all().stream()
                .filter(change -> change.exclusive() && !authority.isExclusiveUnsent(change.key()))
                .map(UnsentWrite::released)
                .toList();
        for (int from = 0; from < released.size(); from += BATCH) {
            journal.put(released.subList(from, Math.min(from + BATCH, released.size())));
        }
    }

    /** Own records that the store does not have become unsent ones. */
    void putBack(List<UnsentWrite> missing) {
        if (!missing.isEmpty()) {
            LOG.warn("records of this host are missing from the store, putting them back records={}", missing.size());
        }
        synchronized (lock) {
            for (int from = 0; from < missing.size(); from += BATCH) {
                long group = journal.nextGroup();
                List<UnsentWrite> batch = missing.subList(from, Math.min(from + BATCH, missing.size())).stream()
                        .map(m -> new UnsentWrite(m.key(), 0, group, false, m.value()))
                        .toList();
                journal.put(batch);
                batch.forEach(this::show);
            }
        }
    }

    /**
     * The next changes to send. What they release, somebody else may have from now on, whether or not an answer comes.
     */
    List<UnsentWrite> next() {
        synchronized (lock) {
            List<UnsentWrite> group = journal.first();
            List<UnsentWrite> released = group.stream()
                    .filter(change -> change.exclusive() && !authority.isExclusivelyOurs(change.key(), change.value()))
                    .map(UnsentWrite::released)
                    .toList();
            if (!released.isEmpty()) {
                journal.put(released);
            }
            return group;
        }
    }

    void send(List<UnsentWrite> group) {
        Transaction.Builder transaction = Transaction.builder();
        for (UnsentWrite change : group) {
            transaction.ifRevision(change.key(), change.base());
            change.value()
                    .ifPresentOrElse(v -> transaction.put(change.key(), v), () -> transaction.delete(change.key()));
        }
        Transaction all = transaction.build();
        diskCopy.dropNow(authority.givenUp(all, authority.released(all)));
        Transaction guarded = guard.guard(all);
        long latest = replica.latest();
        CommitResult result = store.commit(guarded);
        guard.check(guarded, result, latest);
        if (result instanceof CommitResult.Committed committed) {
            group.forEach(change -> settled(change, change.value(), committed.revision()));
        } else if (result instanceof CommitResult.Conflict conflict && !guard.changed(conflict)) {
            group.forEach(change -> decide(change, conflict));
        }
    }

    /** The store has {@code value} now; unless the record was changed again meanwhile, so do the tables. */
    private void settled(UnsentWrite sent, Optional<Value> value, long revision) {
        synchronized (lock) {
            Optional<UnsentWrite> now = journal.find(sent.key());
            if (now.isEmpty()) {
                return;
            }
            if (now.get().group() == sent.group()) {
                diskCopy.writeNow(sent.key(), value, revision);
                journal.remove(List.of(sent));
                replica.settled(sent.key(), value, revision);
            } else {
                boolean exclusive = authority.isExclusivelyOurs(sent.key(), value);
                journal.put(List.of(now.get().onTopOf(value.isPresent() ? revision : 0, exclusive)));
            }
        }
    }

    /** The record is not in the store as it was known; whose it is now says what to do. */
    private void decide(UnsentWrite change, CommitResult.Conflict conflict) {
        Optional<Store.Entry> present = conflict.present().stream()
                .filter(e -> e.key().equals(change.key()))
                .findFirst();
        if (present.map(Store.Entry::value).equals(change.value())) {
            settled(change, change.value(), present.map(Store.Entry::revision).orElse(change.base()));
            return;
        }
        boolean readable =
                present.flatMap(e -> replica.decode(change.key(), e.value())).isPresent();
        boolean ours = present.isEmpty()
                || (readable
                        && ownership.owns(change.key(), present.flatMap(e -> replica.decode(change.key(), e.value()))));
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
            diskCopy.writeNow(change.key(), Optional.empty(), 0);
            journal.find(change.key()).ifPresent(now -> journal.remove(List.of(now)));
            replica.settled(change.key(), Optional.of(entry.value()), entry.revision());
        }
    }

    /** Of a host's claim a swarm's leader writes one thing, that it has given it up; that holds. */
    private UnsentWrite withoutLeaderOf(Optional<Store.Entry> present, UnsentWrite unsent) {
        boolean givenUp = present.flatMap(e -> replica.decode(e.key(), e.value()))
                .filter(r -> r instanceof Claim claim && claim.leader().isEmpty())
                .isPresent();
        Optional<Claim> sent = unsent.value()
                .flatMap(v -> replica.decode(unsent.key(), v))
                .filter(r -> r instanceof Claim claim && claim.leader().isPresent())
                .map(Claim.class::cast);
        return givenUp && sent.isPresent()
                ? unsent.withValue(Optional.of(sent.get().withoutLeader().write()))
                : unsent;
    }
}
