package io.patchbay.store.embedded;

import io.patchbay.core.store.Store.Change;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The last revisions' changes for the watches, in memory and bounded in number and bytes; a watch that needs an older
 * one is lost. Guarded by itself.
 */
final class History {
    private static final long MAX_BYTES = 4 << 20;

    private final int maxRevisions;
    private final Deque<Past> past = new ArrayDeque<>();
    private final Set<EmbeddedWatch> watches = new HashSet<>();
    private long forgotten;
    private long bytes;

    History(int maxRevisions, long openedAt) {
        this.maxRevisions = maxRevisions;
        this.forgotten = openedAt;
    }

    /** A revision's changes and how much memory they take, roughly. */
    record Past(long revision, List<Change> changes, long bytes) {}

    synchronized void add(Revision revision, long size) {
        List<Change> changes = revision.writes().stream()
                .map(write -> new Change(write.key(), write.value(), revision.number()))
                .toList();
        past.add(new Past(revision.number(), changes, size));
        bytes += size;
        while (past.size() > maxRevisions || (bytes > MAX_BYTES && past.size() > 1)) {
            Past oldest = past.removeFirst();
            bytes -= oldest.bytes();
            forgotten = oldest.revision();
        }
        notifyAll();
    }

    synchronized boolean isForgotten(long revision) {
        return revision <= forgotten;
    }

    /** The changes of the first revision from this one on, if there is one yet. */
    synchronized Optional<Past> from(long revision) {
        if (past.isEmpty() || past.getLast().revision() < revision) {
            return Optional.empty();
        }
        // revisions have no gaps, and most watches want the newest
        if (past.getLast().revision() == revision) {
            return Optional.of(past.getLast());
        }
        return past.stream().filter(p -> p.revision() >= revision).findFirst();
    }

    synchronized void register(EmbeddedWatch watch) {
        watches.add(watch);
    }

    synchronized void unregister(EmbeddedWatch watch) {
        watches.remove(watch);
        notifyAll();
    }

    void closeWatches() {
        List<EmbeddedWatch> open;
        synchronized (this) {
            open = List.copyOf(watches);
        }
        open.forEach(EmbeddedWatch::close);
    }
}
