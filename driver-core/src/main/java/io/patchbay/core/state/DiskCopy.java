package io.patchbay.core.state;

import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy on this host's disk of the records it needs to go on when it starts while the store is away, and to put them
 * back if the store has lost them. It is written in the background and may lack what was written last; but it never
 * says that this host has what it has given up.
 */
final class DiskCopy {
    private static final Logger LOG = LoggerFactory.getLogger(DiskCopy.class);
    private static final String PREFIX = "mirror/";
    private static final int BATCH = 100;

    /** A claim is bound soon after it is made, and a disk that etcd writes to as well has better things to do. */
    private static final Duration GATHER = Duration.ofMillis(100);

    /** A disk that fails is not asked more often. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

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
    DiskCopy(Store disk, Supplier<String> history, ScheduledExecutorService executor) {
        this.disk = disk;
        this.history = history;
        this.executor = executor;
    }

    /** Sees to a record that is gone; false when it is merely to be forgotten. */
    interface Gone {
        boolean isHandled(String key, Object before, Value value);
    }

    /** Keeps what is to be kept of a table, from now on and but for the time of {@code pause}. */
    <T> void follow(Table<T> table, Ownership ownership, BooleanSupplier pause, Gone gone) {
        table.follow((key, before, after) -> {
            if (before == null && after != null && !ownership.isKept(key, after.value()) && !isKept(key)) {
                // another host's, as nearly all are
                return;
            }
            if (pause.getAsBoolean()
                    || table.isUnsent(key)
                    || table.unreadable(key).isPresent()) {
                return;
            }
            if (after != null && ownership.isKept(key, after.value())) {
                keep(key, table.encode(after.value()), after.revision());
            } else if (before == null
                    || after != null
                    || !gone.isHandled(key, before.value(), table.encode(before.value()))) {
                drop(key);
            }
        });
    }

    private synchronized boolean isKept(String key) {
        return kept.contains(key);
    }

    /** Reads what an earlier process left; revisions of another history than the present one are older than all. */
    List<Copy> load() {
        List<Copy> copies = disk.list(PREFIX).entries().stream()
                .flatMap(entry -> readable(entry).stream())
                .map(c -> c.isOf(history.get()) ? c : new Copy(c.key(), c.value(), Table.OLD, c.history()))
                .toList();
        synchronized (this) {
            copies.forEach(copy -> kept.add(copy.key()));
        }
        return copies;
    }

    /** What cannot be read is lacking until the store has told of it again. */
    private static Optional<Copy> readable(Store.Entry entry) {
        try {
            return Optional.of(Copy.read(entry));
        } catch (IllegalArgumentException e) {
            LOG.warn("copy of a record cannot be read key={} reason=\"{}\"", entry.key(), e.getMessage());
            return Optional.empty();
        }
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
        if (keys.isEmpty()) {
            return;
        }
        synchronized (writes) {
            Map<String, Optional<Copy>> known = new LinkedHashMap<>();
            synchronized (this) {
                keys.stream()
                        .filter(key -> kept.contains(key) || waiting.containsKey(key))
                        .forEach(key -> known.put(key, Optional.ofNullable(waiting.get(key))));
            }
            if (!known.isEmpty()) {
                Transaction.Builder transaction = Transaction.builder();
                known.keySet().forEach(key -> transaction.delete(PREFIX + key));
                disk.commit(transaction.build());
                dropped(known);
            }
        }
    }

    /** They are off the disk; what has come since is to be kept as it came. */
    private synchronized void dropped(Map<String, Optional<Copy>> known) {
        known.forEach((key, before) -> {
            if (Optional.ofNullable(waiting.get(key)).equals(before)) {
                waiting.remove(key);
                kept.remove(key);
            }
        });
    }

    /** The record is so now, and nothing older is to be remembered from here on; fails when it cannot be written. */
    void writeNow(String key, Optional<Value> value, long revision) {
        synchronized (writes) {
            write(List.of(new Copy(key, value, revision, history.get())));
            synchronized (this) {
                waiting.remove(key);
                if (value.isPresent()) {
                    kept.add(key);
                } else {
                    kept.remove(key);
                }
            }
        }
    }

    private void enqueue(Copy copy) {
        waiting.put(copy.key(), copy);
        if (!writing) {
            writing = true;
            Chores.after(executor, GATHER, "writing copies of records", this::drainOrTryAgain);
        }
    }

    private void drainOrTryAgain() {
        try {
            drain();
        } catch (RuntimeException e) {
            LOG.debug("copies of records not written yet", e);
            Chores.after(executor, AGAIN, "writing copies of records", this::drainOrTryAgain);
        }
    }

    /**
     * Writes what waits; a daemon that ends orderly lacks nothing when it starts again. What cannot be written waits.
     */
    void drain() {
        boolean more;
        do {
            synchronized (writes) {
                List<Copy> batch = next();
                write(batch);
                more = written(batch);
            }
        } while (more);
    }

    private void write(List<Copy> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Transaction.Builder transaction = Transaction.builder();
        for (Copy copy : batch) {
            String key = PREFIX + copy.key();
            encoded(copy).ifPresentOrElse(v -> transaction.put(key, v), () -> transaction.delete(key));
        }
        disk.commit(transaction.build());
    }

    /** Empty for what is to go, and for a record that has no room in a value with what stands around it. */
    private static Optional<Value> encoded(Copy copy) {
        try {
            return copy.value().map(copy::write);
        } catch (IllegalArgumentException e) {
            LOG.warn("record not kept for the time without the store key={} reason=\"{}\"", copy.key(), e.getMessage());
            return Optional.empty();
        }
    }

    private synchronized List<Copy> next() {
        return waiting.values().stream().limit(BATCH).toList();
    }

    /** Whether more has come meanwhile. */
    private synchronized boolean written(List<Copy> batch) {
        batch.forEach(copy -> waiting.remove(copy.key(), copy));
        writing = !waiting.isEmpty();
        return writing;
    }
}
