package io.patchbay.core.endpoint;

import io.patchbay.core.link.Links;
import io.patchbay.core.work.Chores;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes links. The kernel waits some 16 ms for a grace period on each delete, so those that are asked for while one
 * is under way share the next one. Who waits for its links does the work itself if nobody is at it: threads of the
 * executor wait here too, and what waits for them in its queue would never have its turn.
 */
final class LinkRemover {
    private static final Logger LOG = LoggerFactory.getLogger(LinkRemover.class);

    private final Links links;
    private final Executor executor;
    private Batch next = new Batch();
    private boolean running;

    private static final class Batch {
        final List<String> names = new ArrayList<>();
        final CompletableFuture<Void> done = new CompletableFuture<>();
    }

    LinkRemover(Links links, Executor executor) {
        this.links = links;
        this.executor = executor;
    }

    /**
     * Deletes the links; returns when they are gone, or throws the kernel's refusal as a {@link CompletionException}.
     */
    void remove(Collection<String> names) {
        Batch mine;
        synchronized (this) {
            mine = next;
            mine.names.addAll(names);
        }
        boolean interrupted = false;
        while (!mine.done.isDone()) {
            try {
                Batch mineToDo = takeOrWait(mine);
                if (mineToDo != null) {
                    delete(mineToDo);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        mine.done.join();
    }

    /** What is to be deleted next, if nobody is at it; null when that of the caller is done. */
    private synchronized @Nullable Batch takeOrWait(Batch mine) throws InterruptedException {
        while (running && !mine.done.isDone()) {
            wait();
        }
        return mine.done.isDone() ? null : take();
    }

    private synchronized Batch take() {
        Batch taken = next;
        next = new Batch();
        running = true;
        return taken;
    }

    /** Begins to delete the links and leaves it at that; a refusal is for whoever removes them again to hear. */
    void begin(Collection<String> names) {
        synchronized (this) {
            next.names.addAll(names);
        }
        goOn();
    }

    /** What has come meanwhile is another thread's work, if it is not done by who waits for it. */
    private void goOn() {
        Chores.begin(executor, "deleting links", this::deleteWaiting);
    }

    private void deleteWaiting() {
        Batch taken;
        synchronized (this) {
            if (running || next.names.isEmpty()) {
                return;
            }
            taken = take();
        }
        delete(taken);
    }

    private void delete(Batch batch) {
        try {
            links.delete(batch.names);
            batch.done.complete(null);
        } catch (RuntimeException e) {
            LOG.debug("links not deleted names={} reason={}", batch.names, e.getMessage());
            batch.done.completeExceptionally(e);
        } finally {
            boolean more;
            synchronized (this) {
                running = false;
                more = !next.names.isEmpty();
                notifyAll();
            }
            if (more) {
                goOn();
            }
        }
    }
}
