package io.patchbay.core.endpoint;

import io.patchbay.core.link.Links;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /** Begins to delete the links; the future ends when they are gone, or with the kernel's refusal. */
    synchronized CompletableFuture<Void> remove(Collection<String> names) {
        waiting.addAll(names);
        CompletableFuture<Void> mine = next;
        if (!running) {
            running = true;
            executor.execute(this::run);
        }
        return mine;
    }

    /** Begins to delete the links and leaves it at that; a refusal is for whoever removes them again to hear. */
    void begin(Collection<String> names) {
        CompletableFuture<Void> unused = remove(names);
    }

    private void run() {
        while (true) {
            List<String> names;
            CompletableFuture<Void> done;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    running = false;
                    return;
                }
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
}
