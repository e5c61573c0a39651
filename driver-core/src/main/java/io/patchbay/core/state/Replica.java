package io.patchbay.core.state;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's copy of the store, kept by a watch and by what is committed through it. It proposes; the store's transaction decides: what it shows is
 * never taken for the truth when something is written. Persist first, change memory after.
 */
final class Replica implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private static final long RETRY_MILLIS = 1000;

    private final Store store;
    private final ScheduledExecutorService executor;
    private final List<Table<?>> tables;
    private final Object lock = new Object();
    private Store.@Nullable Watch watch;
    private boolean closed;

    /** {@code executor} lists anew when the watch was lost. */
    Replica(Store store, ScheduledExecutorService executor, List<Table<?>> tables) {
        this.store = store;
        this.executor = executor;
        this.tables = List.copyOf(tables);
    }

    static <T> Table<T> table(String pattern, Function<Value, T> read, Function<T, Value> write) {
        return new Table<>(Pattern.compile(pattern), read, write);
    }

    /** Reads everything and watches from there on. */
    void start() {
        Store.Snapshot snapshot = store.list("");
        synchronized (lock) {
            if (closed) {
                return;
            }
            Set<String> present = new HashSet<>();
            snapshot.entries().forEach(entry -> {
                present.add(entry.key());
                apply(entry.key(), Optional.of(entry.value()), entry.revision());
            });
            for (Table<?> table : tables) {
                table.keys().stream()
                        .filter(key -> !present.contains(key))
                        .forEach(key -> table.apply(key, Optional.empty(), snapshot.revision()));
                table.passed(snapshot.revision());
            }
        }
        Store.Watch started = store.watch("", snapshot.revision() + 1, new Follower());
        synchronized (lock) {
            if (!closed) {
                watch = started;
                return;
            }
        }
        started.close();
    }

    /** As {@link #start}, until it succeeds; meanwhile what is known may be old, which conditions on revisions make harmless. */
    private void startAgain() {
        try {
            start();
        } catch (PatchbayException e) {
            LOG.warn("not read anew yet reason=\"{}\"", e.getMessage());
            Future<?> unused = executor.schedule(this::startAgain, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Commits; what the answer tells of the keys concerned is known here when it returns. */
    CommitResult commit(Transaction transaction) {
        CommitResult result = store.commit(transaction);
        synchronized (lock) {
            if (result instanceof CommitResult.Committed committed) {
                for (Transaction.Operation operation : transaction.operations()) {
                    Optional<Value> value =
                            operation instanceof Transaction.Put put ? Optional.of(put.value()) : Optional.empty();
                    apply(operation.key(), value, committed.revision());
                }
            } else if (result instanceof CommitResult.Conflict conflict) {
                conflict.present().forEach(e -> apply(e.key(), Optional.of(e.value()), e.revision()));
                forgetAbsent(transaction, conflict);
            }
        }
        return result;
    }

    /** A key that was thought to be there at some revision and is not: gone by now, at a revision after the one known. */
    private void forgetAbsent(Transaction transaction, CommitResult.Conflict conflict) {
        Set<String> present = new HashSet<>();
        conflict.present().forEach(e -> present.add(e.key()));
        for (Transaction.Condition condition : transaction.conditions()) {
            if (!present.contains(condition.key())) {
                for (Table<?> table : tables) {
                    long known = table.revision(condition.key());
                    if (known > 0 && (condition.revision() == known || condition.revision() < 0)) {
                        table.apply(condition.key(), Optional.empty(), known + 1);
                    }
                }
            }
        }
    }

    private void apply(String key, Optional<Value> value, long revision) {
        for (Table<?> table : tables) {
            if (table.owns(key)) {
                table.apply(key, value, revision);
                return;
            }
        }
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

    private final class Follower implements Store.Watcher {
        @Override
        public void changed(List<Store.Change> changes) {
            synchronized (lock) {
                long revision = 0;
                for (Store.Change change : changes) {
                    apply(change.key(), change.value(), change.revision());
                    revision = Math.max(revision, change.revision());
                }
                for (Table<?> table : tables) {
                    table.passed(revision);
                }
            }
        }

        @Override
        public void lost(String reason) {
            LOG.warn("watch lost, reading everything anew reason={}", reason);
            Future<?> unused = executor.submit(Replica.this::startAgain);
        }
    }
}
