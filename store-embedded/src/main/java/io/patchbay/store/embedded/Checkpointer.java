package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that brings the checkpoint up to date and deletes the log it makes superfluous, while commits go on. What could not be written,
 * for instance on a full disk, is kept and tried again at the next occasion.
 */
final class Checkpointer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final Checkpoint checkpoint;
    private final CommitLog log;
    private final Thread thread;
    private @Nullable CheckpointChanges waiting;
    private boolean awake;
    private boolean spareWanted;
    private boolean stopped;

    Checkpointer(Checkpoint checkpoint, CommitLog log) {
        this.checkpoint = checkpoint;
        this.log = log;
        this.thread = new Thread(this, "patchbay-store-checkpoint");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes changes that belong into the checkpoint. */
    synchronized void offer(CheckpointChanges changes) {
        waiting = waiting == null ? changes : waiting.and(changes);
        nudge();
    }

    /** Tries again what failed, if anything did. */
    synchronized void nudge() {
        awake = true;
        notifyAll();
    }

    /** The current segment will be full before long. */
    synchronized void wantSpare() {
        spareWanted = true;
        nudge();
    }

    /** Ends the thread, then writes these last changes in the caller's. */
    void stop(CheckpointChanges last) throws InterruptedException {
        synchronized (this) {
            stopped = true;
            nudge();
        }
        thread.join();
        offer(last);
        writeWaiting();
    }

    @Override
    public void run() {
        try {
            while (awaitWork()) {
                writeWaiting();
                makeSpare();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean awaitWork() throws InterruptedException {
        while (!awake && !stopped) {
            wait();
        }
        awake = false;
        return !stopped;
    }

    private void writeWaiting() {
        CheckpointChanges changes;
        synchronized (this) {
            changes = waiting;
            waiting = null;
        }
        if (changes == null) {
            return;
        }
        try {
            long begun = System.nanoTime();
            checkpoint.write(changes);
            log.deleteUpTo(checkpoint.revision());
            LOG.debug(
                    "event=checkpoint revision={} keys={} millis={}",
                    changes.revision(),
                    changes.changes().size(),
                    (System.nanoTime() - begun) / 1_000_000);
        } catch (IOException | PatchbayException e) {
            LOG.warn("event=checkpoint-failed revision={} the commit log keeps what it holds", changes.revision(), e);
            synchronized (this) {
                waiting = waiting == null ? changes : changes.and(waiting);
            }
        }
    }

    private void makeSpare() {
        synchronized (this) {
            if (!spareWanted) {
                return;
            }
            spareWanted = false;
        }
        try {
            log.prepareSpare();
        } catch (IOException e) {
            LOG.warn("event=log-spare-failed the next segment will be made when it is needed", e);
        }
    }
}
