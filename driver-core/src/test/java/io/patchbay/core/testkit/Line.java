package io.patchbay.core.testkit;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One host's line to a store that hosts share. It can be cut, and it can lose answers: the transaction is applied and
 * its host does not learn it.
 */
public final class Line implements Store {
    private final Store shared;
    private final Queue<Runnable> undelivered = new ArrayDeque<>();
    private final boolean lagging;
    private boolean cut;
    private boolean refusing;
    private int asked;
    private int answersToLose;
    private String cutsDuringWriteOf = "";
    private Runnable meanwhile = () -> {};
    private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);
    private long heard;
    private int watches;

    /** {@code lagging}: what the watches tell waits for {@link #deliver}. */
    public Line(Store shared, boolean lagging) {
        this.shared = shared;
        this.lagging = lagging;
    }

    /** Lets the watches tell everything that has happened by now, in this thread; nothing while the line is cut. */
    public void deliver(MemoryStore store) {
        if (isCut()) {
            return;
        }
        if (store.hasThreads()) {
            long now = store.revision();
            Await.until("the watch", () -> hasHeard(now));
        } else {
            store.tell();
        }
        Runnable next = poll();
        while (next != null) {
            next.run();
            next = poll();
        }
    }

    private synchronized boolean hasHeard(long revision) {
        return watches == 0 || heard >= revision;
    }

    private synchronized @Nullable Runnable poll() {
        return undelivered.poll();
    }

    public synchronized void cut() {
        cut = true;
    }

    public synchronized boolean isCut() {
        return cut;
    }

    /** While true the store can be read and takes no commit, as etcd with an alarm. */
    public synchronized void refuseCommits(boolean refuse) {
        refusing = refuse;
    }

    /** How many calls there were, those that failed included. */
    public synchronized int asked() {
        return asked;
    }

    private synchronized void checkTakesCommits() {
        if (refusing) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the shared store takes no commits; nothing was applied");
        }
    }

    /** What the watches have missed comes now. */
    public void mend() {
        synchronized (this) {
            cut = false;
            if (!lagging) {
                undelivered.forEach(Runnable::run);
                undelivered.clear();
            }
        }
    }

    /** The answers of the next commits are lost. */
    public synchronized void loseAnswers(int count) {
        answersToLose = count;
    }

    /**
     * The line is cut during the next commit that writes this record: it is applied, and neither its answer nor a watch
     * tells its host.
     */
    public synchronized void cutDuringWriteOf(String key) {
        cutsDuringWriteOf = key;
    }

    private synchronized boolean cutsDuring(Transaction transaction) {
        boolean cuts = transaction.operations().stream().anyMatch(o -> o.key().equals(cutsDuringWriteOf));
        if (cuts) {
            cut = true;
            cutsDuringWriteOf = "";
        }
        return cuts;
    }

    /**
     * What happens between a commit and its answer from now on, in the thread that commits; its own commits are left
     * alone.
     */
    public synchronized void meanwhile(Runnable what) {
        meanwhile = what;
    }

    private void runMeanwhile() {
        if (within.get()) {
            return;
        }
        Runnable what;
        synchronized (this) {
            what = meanwhile;
        }
        within.set(true);
        try {
            what.run();
        } finally {
            within.set(false);
        }
    }

    private synchronized void check() {
        asked++;
        if (cut) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the shared store cannot be reached: the line is cut");
        }
    }

    private synchronized boolean isAnswerLost() {
        if (answersToLose > 0) {
            answersToLose--;
            return true;
        }
        return false;
    }

    @Override
    public Snapshot read(List<String> keys) {
        check();
        return shared.read(keys);
    }

    @Override
    public Snapshot list(String prefix) {
        check();
        return shared.list(prefix);
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        check();
        checkTakesCommits();
        boolean cutMeanwhile = cutsDuring(transaction);
        CommitResult result = shared.commit(transaction);
        runMeanwhile();
        if (cutMeanwhile || isAnswerLost()) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE, "the answer was lost; it is not known whether the transaction was applied");
        }
        return result;
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        check();
        Watch watch = shared.watch(prefix, fromRevision, new Watcher() {
            @Override
            public void resumed() {
                deliver(watcher::resumed);
            }

            @Override
            public void changed(List<Change> changes) {
                deliver(() -> watcher.changed(changes));
                hear(changes.get(0).revision());
            }

            @Override
            public void lost(String reason) {
                deliver(() -> watcher.lost(reason));
            }
        });
        synchronized (this) {
            watches++;
            heard = Math.max(heard, fromRevision - 1);
        }
        return () -> {
            watch.close();
            synchronized (this) {
                watches--;
                undelivered.clear();
            }
        };
    }

    private synchronized void hear(long revision) {
        heard = Math.max(heard, revision);
    }

    private synchronized void deliver(Runnable call) {
        if (cut || lagging) {
            undelivered.add(call);
        } else {
            call.run();
        }
    }

    @Override
    public Lease lease(Duration ttl) {
        check();
        return shared.lease(ttl);
    }

    @Override
    public synchronized StoreHealth health() {
        return new StoreHealth(!cut, Instant.EPOCH, Optional.of("the line is cut"), Optional.empty());
    }

    @Override
    public String description() {
        return "the shared store";
    }

    /** Nothing of the shared store ends with one host's line. */
    @Override
    public void close() {
        cut();
    }
}
