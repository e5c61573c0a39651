package io.patchbay.core.state;

import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One attempt at a decision: what a step has read, and what it wants to be written. What it reads is a condition: the
 * record is unchanged, or absent as it was. What it peeks at is none. Nothing is written before the step has returned,
 * and then all of it or nothing.
 *
 * <p>A record that is there and cannot be read is not absent: to read, expect or write it fails with {@code
 * UNREADABLE}. Made by {@link State#decide} and its like for one run of a step, in one thread.
 */
public final class Decision {
    private final Tables tables;
    private final Asking asking;
    private final boolean alone;
    private final Map<String, Long> conditions = new LinkedHashMap<>();
    private final Map<String, Transaction.Operation> operations = new LinkedHashMap<>();
    private final Set<String> replaceable = new HashSet<>();
    private final List<Over> whenOver = new ArrayList<>();
    private final List<Runnable> onConflict = new ArrayList<>();
    private final List<Unanswered> ifUnanswered = new ArrayList<>();
    private Optional<Stored> once = Optional.empty();
    private boolean modeAsked;
    private boolean confirmed;

    Decision(Tables tables, boolean alone, Asking asking) {
        this.tables = tables;
        this.alone = alone;
        this.asking = asking;
    }

    /** Has the tables learn what the store has now; fails like it. */
    interface Asking {
        void one(String key);

        /** All that is under keys that begin so. */
        void all(String prefix);
    }

    /** Hears how an attempt went; {@code done}: what it wanted is written. */
    public interface Over {
        void over(boolean done);
    }

    /**
     * A record that was sent, should it not be answered for.
     *
     * @param before the revision of what it is written on top of
     * @param end ends it when it turns up
     */
    record Unanswered(Stored record, long before, Consumer<Decision> end) {}

    /** What was read has changed: the step is to look again. */
    static final class LookAgain extends RuntimeException {
        private static final long serialVersionUID = 1;

        LookAgain() {
            super("to be looked at again", null, false, false);
        }
    }

    /**
     * Whether this host decides by itself, because the store cannot be reached: it may change what is its own, and has
     * to remember what others are to agree to. A step that has asked runs again when the store is lost before the
     * answer, and is told so then.
     */
    public boolean isAlone() {
        modeAsked = true;
        return alone;
    }

    /** The step is agreed with the others or not at all: while the store is away it ends as by a conflict. */
    public void requireOnline() {
        if (isAlone()) {
            throw asConflict();
        }
    }

    /**
     * Reads a record; that it is as it was read, or absent, is a condition. When it has changed since it was read here
     * the step runs again.
     */
    public <T> Optional<T> read(Ref<T> ref) {
        Optional<Versioned<T>> record = ref.in(tables);
        require(ref.key(), record.map(Versioned::revision).orElse(Transaction.Condition.ABSENT));
        return record.map(Versioned::value);
    }

    /**
     * As {@link #read}, but what cannot be read may be replaced, as it is now: for what this host says of itself, and
     * nobody else has a claim to.
     */
    public <T> Optional<T> readOrReplace(Ref<T> ref) {
        if (!isUnreadable(ref)) {
            return read(ref);
        }
        conditions.put(ref.key(), ref.table(tables).revisionOfAny(ref.key()));
        replaceable.add(ref.key());
        return Optional.empty();
    }

    /** Whether there is such a record that cannot be read. No condition, and asking for it fails nothing. */
    public boolean isUnreadable(Ref<?> ref) {
        return ref.table(tables).unreadable(ref.key()).isPresent();
    }

    /** Whether there are such records that cannot be read, so that {@link #peekAll} does not tell everything. */
    public boolean hasUnreadable(Refs<?> refs) {
        return !refs.unreadableIn(tables).isEmpty();
    }

    private void refuseUnreadable(String key) {
        Optional<String> reason = replaceable.contains(key) ? Optional.empty() : tables.unreadable(key);
        if (reason.isPresent()) {
            throw new Unreadable(key, reason.get()).refusal();
        }
    }

    /** As {@link #read} after something that may have written the record: what is read now counts. */
    public <T> Optional<T> readAnew(Ref<T> ref) {
        conditions.remove(ref.key());
        return read(ref);
    }

    /** The record as it is known here; no condition. */
    public <T> Optional<Versioned<T>> peek(Ref<T> ref) {
        return ref.in(tables);
    }

    /**
     * As {@link #peek}, but the store is asked before a record is taken for absent, and the step fails if it cannot be;
     * alone nobody is asked. No condition.
     */
    public <T> Optional<Versioned<T>> peekOrAsk(Ref<T> ref) {
        Optional<Versioned<T>> known = ref.in(tables);
        if (known.isEmpty() && !alone) {
            asking.one(ref.key());
            known = ref.in(tables);
        }
        if (known.isEmpty()) {
            refuseUnreadable(ref.key());
        }
        return known;
    }

    /** The records as they are known here; no condition. */
    public <T> List<Versioned<T>> peekAll(Refs<T> refs) {
        return refs.in(tables);
    }

    /**
     * As {@link #peekAll}, but the store is asked first; alone nobody is asked. No condition: it holds only with one on
     * a record that was read before, and that every change of these records writes too.
     */
    public <T> List<Versioned<T>> askAll(Refs<T> refs) {
        if (!alone) {
            asking.all(refs.prefix(tables));
        }
        return refs.in(tables);
    }

    /** Whether a record is, as far as is known here, as it was seen earlier; no condition. */
    public boolean isAsSeen(Versioned<? extends Stored> seen) {
        return tables.find(seen.value().key())
                .filter(present -> present.revision() == seen.revision())
                .isPresent();
    }

    /** Has the condition that the record is as it was seen earlier. */
    public void expect(Versioned<? extends Stored> seen) {
        require(seen.value().key(), seen.revision());
    }

    /** Has the condition that the record is as it was seen earlier, or absent if it was. */
    public <T> void expect(Ref<T> ref, Optional<Versioned<T>> seen) {
        require(ref.key(), seen.map(Versioned::revision).orElse(Transaction.Condition.ABSENT));
    }

    /** Has the condition that there is no such record, whatever is known here. */
    public void expectAbsent(Ref<?> ref) {
        require(ref.key(), Transaction.Condition.ABSENT);
    }

    /** Has the condition that there is such a record, whatever it says. */
    public void expectPresent(Ref<?> ref) {
        require(ref.key(), Transaction.Condition.PRESENT);
    }

    private void require(String key, long revision) {
        refuseUnreadable(key);
        Long before = conditions.putIfAbsent(key, revision);
        if (before == null || before == revision) {
            return;
        }
        boolean present = before == Transaction.Condition.PRESENT || revision == Transaction.Condition.PRESENT;
        long exact = Math.max(before, revision);
        if (!present || exact == Transaction.Condition.ABSENT) {
            throw new LookAgain();
        }
        conditions.put(key, exact);
    }

    /** Writes the record. */
    public void put(Stored record) {
        write(new Transaction.Put(record.key(), record.write(), Optional.empty()));
    }

    /** Writes a record that does not say itself where it lies. */
    public <T> void put(Ref<T> ref, T record) {
        write(new Transaction.Put(ref.key(), ref.table(tables).encode(record), Optional.empty()));
    }

    /** Writes that a host is there for as long as the lease is held. */
    public void put(HostAlive alive, Store.Lease lease) {
        write(new Transaction.Put(alive.key(), alive.write(), Optional.of(lease)));
    }

    /**
     * As {@link #put}; a conflict that shows the very same is this attempt's own doing, whose first answer was lost.
     */
    public void putOnce(Stored record) {
        put(record);
        once = Optional.of(record);
    }

    public void delete(Ref<?> ref) {
        write(new Transaction.Delete(ref.key()));
    }

    public void delete(Stored record) {
        write(new Transaction.Delete(record.key()));
    }

    private void write(Transaction.Operation operation) {
        refuseUnreadable(operation.key());
        if (operations.put(operation.key(), operation) != null) {
            throw new IllegalStateException("key " + operation.key() + " is written twice in one decision");
        }
    }

    /** Has the store say whether the conditions hold, also when nothing is written. */
    public void confirm() {
        confirmed = true;
    }

    /** To be thrown by a step that cannot go on with what it has read: that counts as a conflict. */
    public RuntimeException asConflict() {
        return new LookAgain();
    }

    /** Runs once this attempt is over, also when the step has failed. */
    public void whenOver(Over listener) {
        whenOver.add(listener);
    }

    /** Runs when some condition did not hold. */
    public void onConflict(Runnable listener) {
        onConflict.add(listener);
    }

    /**
     * When it is not known whether the store has written the record, which this step has read: then the step has
     * another way, and runs again at once if the store is away. Should the record turn up all the same, {@code end}
     * runs as a step of its own, with the condition that it is as it was sent; unless somebody on this host has written
     * it since, and was answered.
     */
    public void ifUnanswered(Stored record, Consumer<Decision> end) {
        ifUnanswered.add(new Unanswered(record, conditions.getOrDefault(record.key(), 0L), end));
    }

    /** Has the condition that the record is this one. */
    void expectThere(Stored record) {
        long revision = tables.find(record.key())
                .filter(present -> present.value().equals(record))
                .map(Versioned::revision)
                .orElseThrow(LookAgain::new);
        require(record.key(), revision);
    }

    /** Empty when there is nothing that the store would have to be asked for. */
    Optional<Transaction> transaction() {
        if (operations.isEmpty() && !confirmed) {
            return Optional.empty();
        }
        Transaction.Builder transaction = Transaction.builder();
        conditions.forEach(transaction::ifRevision);
        operations.values().forEach(transaction::add);
        return Optional.of(transaction.build());
    }

    /** After a conflict: whether it is done all the same, see {@link #putOnce}. */
    boolean isThere() {
        return once.isPresent()
                && tables.find(once.get().key())
                        .filter(present -> present.value().equals(once.get()))
                        .isPresent();
    }

    /** The pools that are written. */
    List<String> pools() {
        return operations.keySet().stream().filter(tables.pools::owns).toList();
    }

    void conflicted() {
        onConflict.forEach(Runnable::run);
    }

    /** What is to be seen to if nobody knows what the store has done. */
    List<Unanswered> ifUnanswered() {
        return ifUnanswered;
    }

    /** The keys of what it writes. */
    Set<String> written() {
        return operations.keySet();
    }

    void over(boolean done) {
        whenOver.forEach(listener -> listener.over(done));
    }

    /** Whether the step could do otherwise if the store cannot be reached. */
    boolean hasOtherMode() {
        return modeAsked && !alone;
    }

    boolean hasOtherWay() {
        return !alone && !ifUnanswered.isEmpty();
    }
}
