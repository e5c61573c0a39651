package io.patchbay.store.embedded;

import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Store.Snapshot;
import io.patchbay.store.embedded.Revision.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** What durable transactions left: every entry in memory. Thread-safe; holds no lock over I/O. */
final class StoredState {
    private final NavigableMap<String, Kept> entries = new TreeMap<>();
    private long revision;

    /** An entry and the lease it was put under, or {@link Write#NO_LEASE}. */
    record Kept(Entry entry, long lease) {}

    /** All entries at some revision. */
    record Contents(long revision, List<Kept> entries) {}

    /** Says that what was applied so far is all there is at this revision. */
    synchronized void loaded(long snapshotRevision) {
        revision = snapshotRevision;
    }

    synchronized void apply(Revision applied) {
        for (Write write : applied.writes()) {
            if (write.value().isPresent()) {
                Entry entry = new Entry(write.key(), write.value().get(), applied.number());
                entries.put(write.key(), new Kept(entry, write.lease()));
            } else {
                entries.remove(write.key());
            }
        }
        revision = applied.number();
    }

    synchronized long revision() {
        return revision;
    }

    synchronized Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key)).map(Kept::entry);
    }

    synchronized Snapshot read(List<String> keys) {
        return new Snapshot(keys.stream().flatMap(key -> get(key).stream()).toList(), revision);
    }

    synchronized Snapshot list(String prefix) {
        List<Entry> found = new ArrayList<>();
        for (Kept kept : entries.tailMap(prefix, true).values()) {
            if (!kept.entry().key().startsWith(prefix)) {
                break;
            }
            found.add(kept.entry());
        }
        return new Snapshot(found, revision);
    }

    /** The keys under this lease, in order. */
    List<String> leased(long lease) {
        return leased(id -> id == lease);
    }

    /** The keys under any lease, in order. */
    List<String> leased() {
        return leased(id -> id != Write.NO_LEASE);
    }

    private synchronized List<String> leased(LongPredicate wanted) {
        return entries.values().stream()
                .filter(kept -> wanted.test(kept.lease()))
                .map(kept -> kept.entry().key())
                .toList();
    }

    /** All of it, as it is now. */
    synchronized Contents contents() {
        return new Contents(revision, List.copyOf(entries.values()));
    }
}
