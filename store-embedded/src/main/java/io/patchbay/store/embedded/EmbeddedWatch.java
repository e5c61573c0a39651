package io.patchbay.store.embedded;

import io.patchbay.core.store.Store;
import io.patchbay.core.store.Store.Change;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch: a thread of its own that hands over revision after revision, so that a slow watcher holds up nobody else.
 */
final class EmbeddedWatch implements Store.Watch, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedWatch.class);

    private final History history;
    private final String prefix;
    private final Store.Watcher watcher;
    private long next;
    private boolean over;

    EmbeddedWatch(History history, String prefix, long fromRevision, Store.Watcher watcher) {
        this.history = history;
        this.prefix = prefix;
        this.next = fromRevision;
        this.watcher = watcher;
    }

    void start() {
        history.register(this);
        Thread thread = new Thread(this, "patchbay-watch-" + prefix);
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
        } finally {
            history.unregister(this);
        }
    }

    /** Waits for something to tell; null when the watch is over. */
    private @Nullable Runnable nextCall() throws InterruptedException {
        synchronized (history) {
            while (!over) {
                if (history.isForgotten(next)) {
                    over = true;
                    String reason = "revision " + next + " is no longer known to the embedded store";
                    return () -> watcher.lost(reason);
                }
                Optional<History.Past> found = history.from(next);
                if (found.isEmpty()) {
                    history.wait();
                    continue;
                }
                next = found.get().revision() + 1;
                List<Change> changes = found.get().changes().stream()
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
            LOG.warn("a watcher of prefix={} failed on a change", prefix, e);
        }
    }

    @Override
    public void close() {
        synchronized (history) {
            over = true;
            history.unregister(this);
        }
    }
}
