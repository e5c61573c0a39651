package io.patchbay.core.endpoint;

import io.patchbay.core.link.Links;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes links. The kernel waits some 16 ms for a grace period on each delete, so those that are asked for while one is under way share the next one.
 */
final class LinkRemover {
    private static final Logger LOG = LoggerFactory.getLogger(LinkRemover.class);

    private final Links links;
    private final Executor executor;
    private List<String> waiting = new ArrayList<>();
    private CompletableFuture<Void> next = new CompletableFuture<>();
    private boolean running;

    LinkRemover(Links links, Executor executor) {
        this.links = links;
        this.executor = executor;
    }

    /** Deletes the links; returns when they are gone, or throws the kernel's refusal as a {@link CompletionException}. */
    void remove(Collection<String> names) {
        CompletableFuture<Void> mine;
        boolean first;
        synchronized (this) {
            waiting.addAll(names);
            mine = next;
            first = !running;
            running = true;
        }
        if (first) {
            deleteWaiting();
            goOn();
        }
        mine.join();
    }

    /** Begins to delete the links and leaves it at that; a refusal is for whoever removes them again to hear. */
    synchronized void begin(Collection<String> names) {
        waiting.addAll(names);
        if (!running) {
            running = true;
            goOn();
        }
    }

    /** What has come meanwhile is another thread's work. */
    private synchronized void goOn() {
        if (waiting.isEmpty()) {
            running = false;
        } else {
            executor.execute(() -> {
                deleteWaiting();
                goOn();
            });
        }
    }

    private void deleteWaiting() {
        List<String> names;
        CompletableFuture<Void> done;
        synchronized (this) {
            names = waiting;
            done = next;
            waiting = new ArrayList<>();
            next = new CompletableFuture<>();
        }
        try {
            links.delete(names);
            done.complete(null);
        } catch (RuntimeException e) {
            LOG.debug("links not deleted names={} reason={}", names, e.getMessage());
            done.completeExceptionally(e);
        }
    }
}
