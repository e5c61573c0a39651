package io.patchbay.store.embedded;

import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.store.Store.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What durable transactions left: every entry in memory, and which keys changed since the last checkpoint. Thread-safe; holds no lock over I/O. */
final class State {
    private final NavigableMap<String, Entry> entries = new TreeMap<>();
    private final Map<String, Long> leases = new HashMap<>();
    private Set<String> dirty = new HashSet<>();
    private long revision;

    /** Takes an entry from the checkpoint while the store is opened. */
    synchronized void load(Kept kept) {
        keep(kept.entry(), kept.lease());
    }

    synchronized void loaded(long checkpointRevision) {
        revision = checkpointRevision;
    }

    synchronized void apply(Revision applied) {
        for (Write write : applied.writes()) {
            if (write.value().isPresent()) {
                keep(new Entry(write.key(), write.value().get(), applied.number()), write.lease());
            } else {
                entries.remove(write.key());
                leases.remove(write.key());
            }
            dirty.add(write.key());
        }
        revision = applied.number();
    }

    private void keep(Entry entry, long lease) {
        entries.put(entry.key(), entry);
        if (lease == Write.NO_LEASE) {
            leases.remove(entry.key());
        } else {
            leases.put(entry.key(), lease);
        }
    }

    synchronized long revision() {
        return revision;
    }

    synchronized Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    synchronized Snapshot list(String prefix) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.tailMap(prefix, true).values()) {
            if (!entry.key().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return new Snapshot(found, revision);
    }

    /** The keys under this lease, in order. */
    synchronized List<String> leased(long lease) {
        return leases.entrySet().stream()
                .filter(entry -> entry.getValue() == lease)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The keys under any lease, in order. */
    synchronized List<String> leased() {
        return leases.keySet().stream().sorted().toList();
    }

    /** What changed since the last call, as it is now; from here on changes count for the next checkpoint. */
    synchronized CheckpointChanges takeChanges() {
        Map<String, Optional<Kept>> changes = new TreeMap<>();
        for (String key : dirty) {
            Optional<Entry> entry = get(key);
            changes.put(key, entry.map(e -> new Kept(e, leases.getOrDefault(key, Write.NO_LEASE))));
        }
        dirty = new HashSet<>();
        return new CheckpointChanges(revision, changes);
    }
}
