package io.patchbay.core.store;

import io.patchbay.core.store.Store.Change;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Transaction.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a {@link MemoryStore} keeps: entries, the revision and the changes since the last compaction. Guarded by itself.
 */
final class MemoryContents {
    private final NavigableMap<String, Entry> entries = new TreeMap<>();
    private final NavigableMap<Long, List<Change>> history = new TreeMap<>();
    private long revision;
    private long forgotten;
    private long restored;

    /** What a backup has, and how it came to be. */
    record Image(NavigableMap<String, Entry> entries, NavigableMap<Long, List<Change>> history, long revision) {
        static final Image EMPTY = new Image(new TreeMap<>(), new TreeMap<>(), 0);
    }

    /** What was there at a revision that is remembered, or is there now. */
    synchronized Image image(long at) {
        NavigableMap<Long, List<Change>> before = new TreeMap<>(history.headMap(at, true));
        NavigableMap<String, Entry> then = new TreeMap<>();
        if (at == revision) {
            then.putAll(entries);
        } else {
            before.values().forEach(changes -> changes.forEach(c -> apply(then, c)));
        }
        return new Image(then, before, at);
    }

    private static void apply(NavigableMap<String, Entry> entries, Change change) {
        change.value()
                .ifPresentOrElse(
                        v -> entries.put(change.key(), new Entry(change.key(), v, change.revision())),
                        () -> entries.remove(change.key()));
    }

    /** Everything is as it was, and what came after has never been. */
    synchronized void restore(Image image) {
        entries.clear();
        entries.putAll(image.entries());
        revision = image.revision();
        history.clear();
        history.putAll(image.history());
        forgotten = Math.min(forgotten, revision);
        restored++;
        notifyAll();
    }

    synchronized long revision() {
        return revision;
    }

    synchronized Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** How often it was exchanged for something else. */
    synchronized long restored() {
        return restored;
    }

    synchronized Store.Snapshot read(List<String> keys) {
        return new Store.Snapshot(
                keys.stream().distinct().flatMap(key -> get(key).stream()).toList(), revision);
    }

    synchronized Store.Snapshot list(String prefix) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.tailMap(prefix, true).values()) {
            if (!entry.key().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return new Store.Snapshot(found, revision);
    }

    /** The conflict, if a condition does not hold. */
    synchronized Optional<CommitResult.Conflict> conflict(Transaction transaction) {
        Map<String, Entry> present = new LinkedHashMap<>();
        boolean holds = true;
        for (Condition condition : transaction.conditions()) {
            Optional<Entry> entry = get(condition.key());
            entry.ifPresent(e -> present.put(e.key(), e));
            long actual = entry.map(Entry::revision).orElse(Condition.ABSENT);
            holds &= condition.revision() == Condition.PRESENT
                    ? actual != Condition.ABSENT
                    : condition.revision() == actual;
        }
        return holds
                ? Optional.empty()
                : Optional.of(new CommitResult.Conflict(List.copyOf(present.values()), revision));
    }

    /** Applies the operations and returns the revision, a new one only if anything changed. */
    synchronized long apply(List<Transaction.Operation> operations) {
        long next = revision + 1;
        List<Change> changes = new ArrayList<>();
        for (Transaction.Operation operation : operations) {
            if (operation instanceof Transaction.Put put) {
                entries.put(put.key(), new Entry(put.key(), put.value(), next));
                changes.add(new Change(put.key(), Optional.of(put.value()), next));
            } else if (entries.remove(operation.key()) != null) {
                changes.add(new Change(operation.key(), Optional.empty(), next));
            }
        }
        if (!changes.isEmpty()) {
            revision = next;
            history.put(next, List.copyOf(changes));
            notifyAll();
        }
        return revision;
    }

    /** The changes of the first transaction from {@code from} on; empty when there is none yet. */
    synchronized Optional<Map.Entry<Long, List<Change>>> changesFrom(long from) {
        return Optional.ofNullable(history.ceilingEntry(from));
    }

    /** Whether changes of {@code from} or later are no longer known. */
    synchronized boolean isForgotten(long from) {
        return from <= forgotten;
    }

    synchronized void forgetHistory() {
        forgotten = revision;
        history.clear();
        notifyAll();
    }
}
