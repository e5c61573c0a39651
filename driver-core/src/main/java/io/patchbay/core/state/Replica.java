package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's copy of what is in the store, kept by a watch and by the answers to what it commits. It may lag, so it
 * is never taken for the truth when something is written: the store's transaction decides. The store is written first,
 * and memory changed after.
 */
final class Replica implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Store store;
    private final ScheduledExecutorService executor;
    private final List<Table<?>> tables;
    private final StoreAnswers answers;
    private final Object lock = new Object();
    private volatile Runnable again = this::start;
    private Store.@Nullable Watch watch;
    /** Written last of all that it says is known, so that who reads it needs no lock. */
    private volatile long watched;
    /** The latest revision that the store has told of. */
    private volatile long latest;

    private Consumer<Store.Entry> onCall = call -> {};
    private boolean closed;

    /** {@code executor} lists anew when the watch was lost. */
    Replica(Store store, ScheduledExecutorService executor, List<Table<?>> tables) {
        this.store = store;
        this.executor = executor;
        this.tables = List.copyOf(tables);
        this.answers = new StoreAnswers(
                store, this::latest, this::settledRevision, new ClaimAbsence(this::record, this::decode));
    }

    static <T> Table<T> table(String pattern, Function<Value, T> read, Function<T, Value> write) {
        return new Table<>(Pattern.compile(pattern), read, write);
    }

    List<Table<?>> tables() {
        return tables;
    }

    /** Reads everything and watches from there on; fails like the store. */
    void start() {
        start(store.list(""), (key, record, value) -> false);
    }

    /** The same from what was just read; {@code missing} is asked about what the store does not have. */
    void start(Store.Snapshot snapshot, Table.Missing missing) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            latest = Math.max(latest, snapshot.revision());
            Set<String> present = new HashSet<>();
            snapshot.entries().forEach(entry -> {
                present.add(entry.key());
                apply(entry.key(), Optional.of(entry.value()), entry.revision());
            });
            tables.forEach(table -> table.forgetMissing(present, snapshot.revision(), missing));
            watched = snapshot.revision();
        }
        follow(store.watch("", snapshot.revision() + 1, new Follower()));
    }

    /** The latest revision that the store has told of. */
    long latest() {
        return latest;
    }

    void latestAtLeast(long revision) {
        latest = Math.max(latest, revision);
    }

    /** Up to which revision everything is in the tables; 0 if this process has not been with the store yet. */
    long watched() {
        return watched;
    }

    StoreAnswers answers() {
        return answers;
    }

    /** Called with what hosts say to each other by calls, in the order of the watch; must be quick. */
    void onCall(Consumer<Store.Entry> listener) {
        onCall = listener;
    }

    /** The store has another history from now on, which the tables are about to be told of. */
    void renew() {
        synchronized (lock) {
            latest = 0;
            tables.forEach(Table::renew);
        }
    }

    /** The revision of a record as the store has it; 0 when there is none, or it is unsent. */
    long settledRevision(String key) {
        long revision = 0;
        for (Table<?> table : tables) {
            revision = Math.max(revision, table.settledRevision(key));
        }
        return revision;
    }

    /** The keys of records that begin so, which is what all of one kind begin with; of all records for nothing. */
    List<String> keys(String beginning) {
        return tables.stream()
                .filter(table -> table.beginning().startsWith(beginning))
                .flatMap(table -> table.keys().stream())
                .toList();
    }

    /** Whether it is the key of a record, and not of one that is known here and cannot be read. */
    boolean isRecord(String key) {
        return owner(key).filter(table -> table.unreadable(key).isEmpty()).isPresent();
    }

    /** Hears no more of the store until everything is read anew. */
    void unfollow() {
        Store.Watch ended;
        synchronized (lock) {
            ended = watch;
            watch = null;
        }
        if (ended != null) {
            ended.close();
        }
    }

    private void follow(Store.Watch started) {
        Store.Watch ended;
        synchronized (lock) {
            ended = closed ? started : watch;
            watch = started;
        }
        if (ended != null) {
            ended.close();
        }
    }

    /** As {@link #start()}, until it succeeds; what is known meanwhile may be old, and conditions see to that. */
    private void startAgain() {
        try {
            again.run();
        } catch (RuntimeException e) {
            LOG.warn("not read anew yet reason=\"{}\"", e.getMessage());
            Chores.after(executor, RETRY, "reading everything anew", this::startAgain);
        }
    }

    /** What is done instead of {@link #start()} when the watch was lost. */
    void onLost(Runnable instead) {
        again = instead;
    }

    /** A record as somebody on this host remembers the store to have had it. */
    void restore(String key, Optional<Value> value, long revision) {
        synchronized (lock) {
            apply(key, value, revision);
        }
    }

    /** Reads one record anew; fails like the store, and with {@code UNAVAILABLE} if that has another history. */
    void refresh(String key) {
        refresh(key, this::learn);
    }

    /** The same, whatever the watch has told of it. */
    void correct(String key) {
        refresh(key, this::apply);
    }

    private void refresh(String key, Teller teller) {
        long known = revisionOfAny(key);
        Optional<Store.Entry> entry = answers.get(key, known > 0);
        synchronized (lock) {
            if (entry.isPresent()) {
                teller.tell(key, Optional.of(entry.get().value()), entry.get().revision());
            } else if (known > 0 && revisionOfAny(key) == known) {
                apply(key, Optional.empty(), known + 1);
            }
        }
    }

    /**
     * Reads the records anew whose keys begin so; fails like the store, and with {@code UNAVAILABLE} if that has
     * another history.
     */
    void refreshAll(String prefix) {
        Store.Snapshot snapshot = answers.list(prefix);
        Set<String> present = new HashSet<>();
        synchronized (lock) {
            for (Store.Entry entry : snapshot.entries()) {
                present.add(entry.key());
                learn(entry.key(), Optional.of(entry.value()), entry.revision());
            }
            for (Table<?> table : tables) {
                table.keys().stream()
                        .filter(key -> key.startsWith(prefix) && !present.contains(key))
                        .forEach(key -> table.apply(key, Optional.empty(), snapshot.revision()));
            }
        }
    }

    /** A record as this host has changed it while the store is away. */
    void unsent(String key, Optional<Value> value, long revision) {
        synchronized (lock) {
            owner(key).ifPresent(table -> table.applyUnsent(key, value, revision));
        }
    }

    /** The store has the record so now. */
    void settled(String key, Optional<Value> value, long revision) {
        synchronized (lock) {
            owner(key).ifPresent(table -> table.settle(key, value, revision));
        }
    }

    Optional<?> record(String key) {
        return owner(key).flatMap(table -> table.get(key)).map(Versioned::value);
    }

    long revision(String key) {
        return owner(key).map(table -> table.revision(key)).orElse(0L);
    }

    private long revisionOfAny(String key) {
        return owner(key).map(table -> table.revisionOfAny(key)).orElse(0L);
    }

    /** What a value under this key says; empty when it cannot be read. */
    Optional<Object> decode(String key, Value value) {
        return owner(key).flatMap(table -> table.decode(key, value));
    }

    /** Where records with such keys are; empty when it is the key of none. */
    Optional<Table<?>> owner(String key) {
        return Table.ownerOf(key, tables);
    }

    /** Commits; what the answer tells of the keys concerned is known here when it returns. */
    CommitResult commit(Transaction transaction) {
        CommitResult result = answers.commit(transaction);
        if (result instanceof CommitResult.Conflict conflict) {
            absent(transaction, conflict).map(Transaction.Condition::key).forEach(answers::requireEnded);
        }
        synchronized (lock) {
            if (result instanceof CommitResult.Committed committed) {
                latest = Math.max(latest, committed.revision());
                for (Transaction.Operation operation : transaction.operations()) {
                    Optional<Value> value =
                            operation instanceof Transaction.Put put ? Optional.of(put.value()) : Optional.empty();
                    learn(operation.key(), value, committed.revision());
                }
            } else if (result instanceof CommitResult.Conflict conflict) {
                conflict.present().forEach(e -> learn(e.key(), Optional.of(e.value()), e.revision()));
                // what was thought to be there is gone by now, at a revision after the one known
                absent(transaction, conflict)
                        .forEach(c -> apply(c.key(), Optional.empty(), revisionOfAny(c.key()) + 1));
            }
        }
        return result;
    }

    private Stream<Transaction.Condition> absent(Transaction transaction, CommitResult.Conflict conflict) {
        Set<String> present = new HashSet<>();
        conflict.present().forEach(e -> present.add(e.key()));
        return transaction.conditions().stream()
                .filter(c -> !present.contains(c.key()))
                .filter(c -> {
                    long known = revisionOfAny(c.key());
                    return known > 0 && (c.revision() == known || c.revision() < 0);
                });
    }

    /**
     * What an answer of the store says of a record. The watch may have told it already and gone on: if the record has
     * been deleted since, and that has been forgotten, the late answer would bring it back for good.
     */
    private void learn(String key, Optional<Value> value, long revision) {
        if (revision > watched) {
            apply(key, value, revision);
        }
    }

    private void apply(String key, Optional<Value> value, long revision) {
        owner(key).ifPresent(table -> table.apply(key, value, revision));
    }

    @Override
    public void close() {
        Store.Watch running;
        synchronized (lock) {
            closed = true;
            running = watch;
        }
        if (running != null) {
            running.close();
        }
    }

    private interface Teller {
        void tell(String key, Optional<Value> value, long revision);
    }

    private final class Follower implements Store.Watcher {
        private boolean deaf;

        /** Nothing that is told has the mark as its condition. */
        @Override
        public void resumed() {
            if (deaf) {
                return;
            }
            try {
                answers.requireSame();
            } catch (PatchbayException e) {
                deaf = true;
                if (!OtherHistory.isCauseOf(e)) {
                    lost(String.valueOf(e.getMessage()));
                }
            }
        }

        @Override
        public void changed(List<Store.Change> changes) {
            if (deaf || isImpossible(changes)) {
                return;
            }
            changes.forEach(this::tellCall);
            synchronized (lock) {
                long revision = 0;
                for (Store.Change change : changes) {
                    apply(change.key(), change.value(), change.revision());
                    revision = Math.max(revision, change.revision());
                }
                watched = Math.max(watched, revision);
                latest = Math.max(latest, revision);
                for (Table<?> table : tables) {
                    table.passed(revision);
                }
            }
        }

        private void tellCall(Store.Change change) {
            if (change.key().startsWith(RollCall.PREFIX) && change.value().isPresent()) {
                onCall.accept(new Store.Entry(change.key(), change.value().get(), change.revision()));
            }
        }

        private boolean isImpossible(List<Store.Change> changes) {
            deaf = answers.isShared()
                    && Impossible.in(changes, Replica.this::record)
                            .filter(answers::tell)
                            .isPresent();
            return deaf;
        }

        @Override
        public void lost(String reason) {
            LOG.warn("watch lost, reading everything anew reason={}", reason);
            Chores.begin(executor, "reading everything anew", Replica.this::startAgain);
        }
    }
}
