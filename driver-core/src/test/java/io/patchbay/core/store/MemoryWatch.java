package io.patchbay.core.store;

import io.patchbay.core.store.Store.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of a {@link MemoryStore}: a thread that waits for revisions and hands them over one by one, or the caller of
 * {@link #tell}.
 */
final class MemoryWatch implements Store.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    private final MemoryContents contents;
    private final String prefix;
    private final Store.Watcher watcher;
    private long next;
    private long heardOf = -1;
    private boolean closed;
    private boolean idle;
    private @Nullable String lost;

    MemoryWatch(MemoryContents contents, String prefix, long fromRevision, Store.Watcher watcher) {
        this.contents = contents;
        this.prefix = prefix;
        this.next = fromRevision;
        this.watcher = watcher;
    }

    /** Instead of {@link #start}: hands over what there is by now, in the caller's thread. */
    void tell() {
        Runnable call = pollUnlessClosed();
        while (call != null) {
            deliver(call);
            call = pollUnlessClosed();
        }
    }

    private @Nullable Runnable pollUnlessClosed() {
        synchronized (contents) {
            idle = true;
            return closed ? null : poll();
        }
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
                Runnable call = poll();
                if (call != null) {
                    return call;
                }
                idle = true;
                contents.wait();
                idle = false;
            }
            return null;
        }
    }

    /** What is to be told next; null when there is nothing now. Only to be called by who holds the contents. */
    private @Nullable Runnable poll() {
        if (contents.isForgotten(next)) {
            lost = "revision " + next + " is no longer known to the memory store";
        }
        String reason = lost;
        if (reason != null) {
            closed = true;
            return () -> watcher.lost(reason);
        }
        if (heardOf != contents.restored()) {
            heardOf = contents.restored();
            return watcher::resumed;
        }
        var found = contents.changesFrom(next);
        while (found.isPresent()) {
            next = found.get().getKey() + 1;
            List<Change> changes = found.get().getValue().stream()
                    .filter(change -> change.key().startsWith(prefix))
                    .toList();
            if (!changes.isEmpty()) {
                return () -> watcher.changed(changes);
            }
            found = contents.changesFrom(next);
        }
        return null;
    }

    private void deliver(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("a watcher of prefix={} failed", prefix, e);
        }
    }

    /** Everything that was committed has been told; only to be asked by who holds the contents. */
    boolean isIdle() {
        return closed
                || (idle
                        && heardOf == contents.restored()
                        && contents.changesFrom(next).isEmpty());
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
