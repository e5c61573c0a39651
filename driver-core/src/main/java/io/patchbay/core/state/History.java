package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which history of the shared store this host's tables come from. A history has a mark in the store, and its revisions
 * only grow. The mark and the highest revision heard under it are on this host's disk; a store that contradicts them
 * has been restored, rolled back, wiped or replaced, and no order number of one history says anything in another.
 *
 * <p>Each transaction has the condition that the mark has not been touched. Fails like the store.
 */
final class History {
    static final String KEY = "history";

    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final String ON_DISK = "history";

    private final Store store;
    private final Store disk;
    private final Replica replica;
    private volatile Mark known = Mark.NONE;
    private volatile long revision;
    private volatile String suspicion = "";
    private String remembered = "";

    /** From which revision of the store on its records are of which history. */
    record Layer(String id, long since) {
        static Layer parse(String text) {
            int space = text.indexOf(' ');
            return new Layer(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
        }

        @Override
        public String toString() {
            return id + " " + since;
        }
    }

    /**
     * What marks a history.
     *
     * @param layers of which histories the records are that are older than the mark, the newest first
     * @param ancestors the histories it came out of, the latest first
     */
    record Mark(String id, List<Layer> layers, List<String> ancestors) {
        private static final int MOST_ANCESTORS = 16;

        static final Mark NONE = new Mark("", List.of(), List.of());

        /** That in the store; fails with {@code UNAVAILABLE} if it cannot be read. */
        static Mark read(Value value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(
                        Kind.UNAVAILABLE, "the mark of the store's history cannot be read: " + e.getMessage(), e);
            }
        }

        private static Mark parse(Value value) {
            Fields f = Fields.of(value);
            return new Mark(f.text("id"), f.list("layers", Layer::parse), f.list("ancestors", a -> a));
        }

        Value write() {
            return Fields.with(Map.of())
                    .put("id", id)
                    .put("layers", layers)
                    .put("ancestors", ancestors)
                    .value();
        }

        boolean isNone() {
            return id.isEmpty();
        }

        boolean cameOutOf(Mark other) {
            return ancestors.contains(other.id());
        }

        /** Whether nobody has known a later history than that when this mark was made. */
        boolean continues(Mark other) {
            return isFirst() || ancestors.get(0).equals(other.id());
        }

        /** One that nobody made who knew another. */
        boolean isFirst() {
            return ancestors.isEmpty();
        }

        /** The layers of a store in which this mark has that revision, its own first. */
        List<Layer> above(long revision) {
            return Stream.concat(Stream.of(new Layer(id, revision)), layers.stream())
                    .limit(MOST_ANCESTORS)
                    .toList();
        }

        /**
         * The mark of what comes after this one, in a store that has another's mark or none.
         *
         * @param below the layers of that store
         */
        Mark next(Optional<Mark> present, List<Layer> below) {
            Stream<String> mine = Stream.concat(Stream.of(id), ancestors.stream());
            Stream<String> its =
                    present.stream().flatMap(p -> Stream.concat(Stream.of(p.id()), p.ancestors().stream()));
            boolean later = present.filter(p -> p.cameOutOf(this)).isPresent();
            List<String> all = (later ? Stream.concat(its, mine) : Stream.concat(mine, its))
                    .filter(a -> !a.isEmpty())
                    .distinct()
                    .limit(MOST_ANCESTORS)
                    .toList();
            return new Mark(UUID.randomUUID().toString(), below, all);
        }
    }

    History(Store store, Store disk, Replica replica) {
        this.store = store;
        this.disk = disk;
        this.replica = replica;
    }

    /** Reads what an earlier process left. */
    void load() {
        disk.get(ON_DISK).ifPresent(entry -> {
            try {
                Fields f = Fields.of(entry.value());
                Mark mark = Mark.parse(Value.of(f.text("mark")));
                replica.heardAtLeast(Long.parseLong(f.text("heard")));
                known = mark;
            } catch (IllegalArgumentException e) {
                LOG.warn("which history this host knew cannot be read from its disk reason=\"{}\"", e.getMessage());
            }
        });
    }

    /** The mark of the history that the tables come from. */
    Mark known() {
        return known;
    }

    /** Whether something was seen that cannot happen in one history, and what the store has has not been settled. */
    boolean isSuspected() {
        return !suspicion.isEmpty();
    }

    /** Something was seen that cannot happen in one history; the next look finds another one. */
    String suspect(String why) {
        suspicion = why;
        return OtherHistory.SENTENCE + why;
    }

    /** Fails with {@code UNAVAILABLE} if something was seen that cannot happen in one history. */
    void requireUnsuspected() {
        if (isSuspected()) {
            throw OtherHistory.failure(suspicion);
        }
    }

    /**
     * Why what was read is of another history than the tables, given what had been heard before it was read; empty when
     * it is of the same.
     */
    Optional<String> other(Store.Snapshot read, long heard) {
        Optional<Mark> mark = mark(read).map(entry -> Mark.read(entry.value()));
        if (!known.isNone() && mark.isEmpty()) {
            return Optional.of("its mark is gone, so it was wiped, or its keys were deleted");
        }
        if (!known.isNone() && !mark.get().id().equals(known.id())) {
            return Optional.of("it has the mark of another one, so it was restored, wiped or replaced");
        }
        if (!known.isNone() && read.entries().stream().noneMatch(e -> e.key().equals(guardKey(known)))) {
            return Optional.of("its mark is not whole any more, so keys were deleted");
        }
        if (read.revision() < heard) {
            return Optional.of(OtherHistory.wentBack(read.revision(), heard));
        }
        return suspicion.isEmpty() ? Optional.empty() : Optional.of(suspicion);
    }

    /** The mark's entry among what was read. */
    static Optional<Store.Entry> mark(Store.Snapshot read) {
        return read.entries().stream().filter(e -> e.key().equals(KEY)).findFirst();
    }

    /** The mark in the store, made if there is none. */
    Store.Entry establish(Store.Snapshot read) {
        Optional<Store.Entry> present = mark(read);
        return present.orElseGet(() -> begin());
    }

    private Store.Entry begin() {
        Value value = Mark.NONE.next(Optional.empty(), List.of()).write();
        CommitResult unused = store.commit(Transaction.builder()
                .ifAbsent(KEY)
                .put(KEY, value)
                .put(guardKey(Mark.read(value)), value)
                .build());
        return store.get(KEY)
                .orElseThrow(() -> new PatchbayException(
                        Kind.UNAVAILABLE, "the mark of the store's history was made and deleted at once"));
    }

    /**
     * The mark of what is to be rebuilt: one that came out of the history that is over, or the first of an empty store;
     * else a new one is made, also when keys are missing although all was put back under the one that is there.
     */
    Store.Entry settle(Store.Snapshot read, Mark old, boolean damaged) {
        Optional<Store.Entry> present = mark(read);
        boolean adopted = present.map(e -> Mark.read(e.value()))
                .filter(p -> !damaged)
                .filter(p -> p.cameOutOf(old) || (p.isFirst() && !p.id().equals(old.id()) && !old.cameOutOf(p)))
                .isPresent();
        return adopted ? present.get() : replace(present, old);
    }

    private Store.Entry replace(Optional<Store.Entry> present, Mark old) {
        Optional<Mark> mark = present.map(e -> Mark.read(e.value()));
        List<Layer> below = mark.map(m -> m.above(present.get().revision())).orElseGet(() -> old.above(revision));
        Value value = old.next(mark, below).write();
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(KEY, present.map(Store.Entry::revision).orElse(0L))
                .put(KEY, value)
                .put(guardKey(Mark.read(value)), value);
        mark.ifPresent(m -> transaction.delete(guardKey(m)));
        CommitResult result = store.commit(transaction.build());
        if (result instanceof CommitResult.Committed committed) {
            return new Store.Entry(KEY, value, committed.revision());
        }
        throw new PatchbayException(
                Kind.UNAVAILABLE, "another host has just written the mark of the store's history; it is read again");
    }

    /** From now on the tables are of the history with this mark. */
    void accept(Store.Entry mark) {
        known = Mark.read(mark.value());
        revision = mark.revision();
        suspicion = "";
        remember();
    }

    /** Writes down how far this host has heard; a disk that fails has said so itself, and the next time is soon. */
    synchronized void remember() {
        String now = known.id() + " " + replica.heard();
        if (known.isNone() || now.equals(remembered)) {
            return;
        }
        try {
            Value value = Fields.with(Map.of())
                    .put("mark", known.write())
                    .put("heard", replica.heard())
                    .value();
            disk.commit(Transaction.builder().put(ON_DISK, value).build());
            remembered = now;
        } catch (PatchbayException e) {
            LOG.debug("how far the store was heard is not written yet", e);
        }
    }

    /**
     * Where a mark is written a second time. Two marks may have one revision if the store began to count anew, so the
     * key is the mark's own.
     */
    static String guardKey(Mark mark) {
        return KEY + "/" + mark.id();
    }

    /** The transaction with the condition that the history is the one that the tables are of. */
    Transaction guard(Transaction transaction) {
        return guard(transaction, known, revision);
    }

    static Transaction guard(Transaction transaction, Store.Entry mark) {
        return guard(transaction, Mark.read(mark.value()), mark.revision());
    }

    private static Transaction guard(Transaction transaction, Mark mark, long revision) {
        Transaction.Builder guarded = Transaction.builder().ifRevision(guardKey(mark), revision);
        transaction.conditions().forEach(c -> guarded.ifRevision(c.key(), c.revision()));
        transaction.operations().forEach(guarded::add);
        return guarded.build();
    }
}
