package io.patchbay.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes snapshots and deletes the log they make superfluous, while commits go on. A snapshot that
 * could not be written, for instance on a full disk, is tried again at the next occasion; until then the log stays.
 */
final class SnapshotWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    private final Path directory;
    private final StoredState state;
    private final CommitLog log;
    private final Thread thread;
    private boolean awake;
    private boolean snapshotWanted;
    private boolean spareWanted;
    private boolean stopped;

    SnapshotWriter(Path directory, StoredState state, CommitLog log) {
        this.directory = directory;
        this.state = state;
        this.log = log;
        this.snapshotWanted = log.hasFullSegments();
        this.awake = snapshotWanted;
        this.thread = new Thread(this, "patchbay-store-snapshot");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** A segment is full. */
    synchronized void wantSnapshot() {
        snapshotWanted = true;
        nudge();
    }

    /** The current segment will be full before long. */
    synchronized void wantSpare() {
        spareWanted = true;
        nudge();
    }

    /** Tries again what failed, if anything did. */
    synchronized void nudge() {
        awake = true;
        notifyAll();
    }

    /** Ends the thread when it has done what was wanted. */
    void stop() throws InterruptedException {
        synchronized (this) {
            stopped = true;
            nudge();
        }
        thread.join();
    }

    @Override
    public void run() {
        try {
            while (awaitWork()) {
                writeSnapshot();
                makeSpare();
            }
            writeSnapshot();
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

    private void writeSnapshot() {
        synchronized (this) {
            if (!snapshotWanted) {
                return;
            }
            snapshotWanted = false;
        }
        try {
            long begun = System.nanoTime();
            StoredState.Contents contents = state.contents();
            SnapshotFile.write(directory, contents);
            log.deleteUpTo(contents.revision());
            LOG.debug(
                    "event=snapshot revision={} entries={} millis={}",
                    contents.revision(),
                    contents.entries().size(),
                    (System.nanoTime() - begun) / 1_000_000);
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("event=snapshot-failed directory={} the commit log keeps what it holds", directory, e);
            synchronized (this) {
                snapshotWanted = true;
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
