package io.patchbay.core.store;

import io.patchbay.core.store.Store.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch of a {@link MemoryStore}: a thread that waits for revisions and hands them over one by one. */
final class MemoryWatch implements Store.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    private final MemoryContents contents;
    private final String prefix;
    private final Store.Watcher watcher;
    private long next;
    private boolean closed;
    private @Nullable String lost;

    MemoryWatch(MemoryContents contents, String prefix, long fromRevision, Store.Watcher watcher) {
        this.contents = contents;
        this.prefix = prefix;
        this.next = fromRevision;
        this.watcher = watcher;
    }

    void start() {
        Thread thread = new Thread(this, "memory-store-watch " + prefix);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            Runnable call = nextCall();
            while (call != null) {
                deliver(call);
                call = nextCall();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for something to tell; null when the watch is over. */
    private @Nullable Runnable nextCall() throws InterruptedException {
        synchronized (contents) {
            while (!closed) {
                if (contents.isForgotten(next)) {
                    lost = "revision " + next + " is no longer known to the memory store";
                }
                String reason = lost;
                if (reason != null) {
                    closed = true;
                    return () -> watcher.lost(reason);
                }
                var found = contents.changesFrom(next);
                if (found.isEmpty()) {
                    contents.wait();
                    continue;
                }
                next = found.get().getKey() + 1;
                List<Change> changes = found.get().getValue().stream()
                        .filter(change -> change.key().startsWith(prefix))
                        .toList();
                if (!changes.isEmpty()) {
                    return () -> watcher.changed(changes);
                }
            }
            return null;
        }
    }

    private void deliver(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("a watcher of prefix={} failed", prefix, e);
        }
    }

    void lose(String reason) {
        synchronized (contents) {
            lost = reason;
            contents.notifyAll();
        }
    }

    @Override
    public void close() {
        synchronized (contents) {
            closed = true;
            contents.notifyAll();
        }
    }
}
