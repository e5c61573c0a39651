package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy on this host's disk of the records it needs to go on when it starts while the store is away, and to put them
 * back if the store has lost them. It is written in the background and may lack what was written last; but it never
 * says that this host has what it has given up.
 */
final class Mirror {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final String PREFIX = "mirror/";
    private static final int BATCH = 100;

    /** A claim is bound soon after it is made, and a disk that etcd writes to as well has better things to do. */
    private static final long GATHER_MILLIS = 100;

    private final Store disk;
    private final Supplier<String> history;
    private final ScheduledExecutorService executor;
    private final Map<String, Copy> waiting = new LinkedHashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final Object writes = new Object();
    private boolean writing;

    /** A record as the store had it at a revision of a history; no value means it is not to be kept any longer. */
    record Copy(String key, Optional<Value> value, long revision, String history) {
        private static Copy read(Store.Entry entry) {
            Fields f = Fields.of(entry.value());
            String key = entry.key().substring(PREFIX.length());
            return new Copy(
                    key,
                    Optional.of(Value.of(f.text("value"))),
                    Long.parseLong(f.text("revision")),
                    f.optional("history").orElse(""));
        }

        private boolean isOf(String mark) {
            return history.equals(mark);
        }

        private Value write(Value record) {
            return Fields.with(Map.of())
                    .put("revision", revision)
                    .put("history", history)
                    .put("value", record)
                    .value();
        }
    }

    /** {@code history} is the mark of the one that revisions are of. */
    Mirror(Store disk, Supplier<String> history, ScheduledExecutorService executor) {
        this.disk = disk;
        this.history = history;
        this.executor = executor;
    }

    /** Sees to a record that is gone; false when it is merely to be forgotten. */
    interface Gone {
        boolean isSeenTo(String key, Object before, Value value);
    }

    /** Keeps what is to be kept of a table, from now on and but for the time of {@code pause}. */
    <T> void follow(Table<T> table, Ownership ownership, BooleanSupplier pause, Gone gone) {
        table.follow((key, before, after) -> {
            if (pause.getAsBoolean() || table.isUnsent(key)) {
                return;
            }
            if (after != null && ownership.isKept(key, after.value())) {
                keep(key, table.encode(after.value()), after.revision());
            } else if (before == null
                    || after != null
                    || !gone.isSeenTo(key, before.value(), table.encode(before.value()))) {
                drop(key);
            }
        });
    }

    /** Reads what an earlier process left; revisions of another history than the present one are older than all. */
    List<Copy> load() {
        List<Copy> copies = disk.list(PREFIX).entries().stream()
                .map(Copy::read)
                .map(c -> c.isOf(history.get()) ? c : new Copy(c.key(), c.value(), Table.OLD, c.history()))
                .toList();
        synchronized (this) {
            copies.forEach(copy -> kept.add(copy.key()));
        }
        return copies;
    }

    /** The record is to be kept as it is now. */
    synchronized void keep(String key, Value value, long revision) {
        kept.add(key);
        enqueue(new Copy(key, Optional.of(value), revision, history.get()));
    }

    /** The record is gone or no concern of this host any more. */
    synchronized void drop(String key) {
        if (kept.remove(key)) {
            enqueue(new Copy(key, Optional.empty(), 0, ""));
        }
    }

    /**
     * Forgets the records before the store is told that this host gives them up: a crash in between must not leave it
     * believing that it has them.
     */
    void dropNow(List<String> keys) {
        synchronized (writes) {
            List<String> known;
            synchronized (this) {
                known = keys.stream().filter(kept::remove).toList();
                known.forEach(waiting::remove);
            }
            if (!known.isEmpty()) {
                Transaction.Builder transaction = Transaction.builder();
                known.forEach(key -> transaction.delete(PREFIX + key));
                disk.commit(transaction.build());
            }
        }
    }

    /** The record is so now, and nothing older is to be remembered from here on. */
    void writeNow(String key, Optional<Value> value, long revision) {
        synchronized (writes) {
            synchronized (this) {
                waiting.remove(key);
                if (value.isPresent()) {
                    kept.add(key);
                } else {
                    kept.remove(key);
                }
            }
            write(List.of(new Copy(key, value, revision, history.get())));
        }
    }

    private void enqueue(Copy copy) {
        waiting.put(copy.key(), copy);
        if (!writing) {
            writing = true;
            try {
                Future<?> unused = executor.schedule(this::drain, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("mirror not written, the daemon is being stopped");
            }
        }
    }

    /** Writes what waits; a daemon that ends orderly lacks nothing when it starts again. */
    void drain() {
        List<Copy> batch;
        do {
            synchronized (writes) {
                batch = next();
                write(batch);
            }
        } while (batch.size() == BATCH);
    }

    private void write(List<Copy> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Transaction.Builder transaction = Transaction.builder();
        for (Copy copy : batch) {
            String key = PREFIX + copy.key();
            copy.value().ifPresentOrElse(v -> transaction.put(key, copy.write(v)), () -> transaction.delete(key));
        }
        try {
            disk.commit(transaction.build());
        } catch (PatchbayException e) {
            LOG.warn("mirror not written records={} reason=\"{}\"", batch.size(), e.getMessage());
        }
    }

    private synchronized List<Copy> next() {
        List<Copy> batch = new ArrayList<>();
        var copies = waiting.values().iterator();
        while (copies.hasNext() && batch.size() < BATCH) {
            batch.add(copies.next());
            copies.remove();
        }
        writing = batch.size() == BATCH;
        return batch;
    }
}
