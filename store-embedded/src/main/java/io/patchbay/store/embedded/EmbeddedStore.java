package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.KeySyntax;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a single host: a directory with a commit log and a snapshot, no server.
 *
 * <p><b>Files</b>, readable by their owner only: {@code state.snapshot} is the state at some revision; {@code
 * commits-*.log} has every commit since; {@code lock} names the process that has the directory; {@code spare.log} is
 * the next log file in the making, {@code state.snapshot.new} the next snapshot. Before the first log file is full
 * there is no snapshot. {@code patchbay.mv} is what earlier versions had in its place; when it is found a snapshot is
 * made of it, and then it goes.
 *
 * <p><b>Durability.</b> A commit is one frame in a log file whose space was written beforehand, and one {@code
 * fdatasync}; commits that come at the same time share both. Only then does it become visible. When a log file is full,
 * a thread beside the commits writes a snapshot, and deletes the old log when that is on the disk.
 *
 * <p><b>What is noticed at opening</b>, with a sentence and without a change to any file: a file that is missing,
 * empty, cut short, of another kind or of a newer schema; any changed byte in what the snapshot holds; an earlier
 * snapshot; any changed byte in a commit that is followed by another commit or by a seal. A seal is written 100 ms
 * after the last commit and at closing.
 *
 * <p><b>What cannot be told apart:</b> a commit that a crash cut off before it was acknowledged, and damage to the very
 * last frame within 100 ms of its acknowledgement when the machine then died before the seal. Both are taken for the
 * former. Deleting all files together leaves no trace, and an older copy of the whole directory is taken for what it
 * looks like.
 *
 * <p><b>After a failed write</b> nothing of it is visible. It is wiped from the log before anything else is written, so
 * it comes back after a restart only if the disk took it and refused the wiping until then.
 *
 * <p><b>Size.</b> All entries are in memory. The log has at most two files of 4 MiB while snapshots succeed, and the
 * snapshot is the live data and some 60 bytes for each entry.
 */
public final class EmbeddedStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

    private final Parts parts;
    private final CommitWriter writer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedStore(Parts parts, CommitWriter writer) {
        this.parts = parts;
        this.writer = writer;
    }

    /** What a store is made of. */
    record Parts(
            Path directory,
            DirectoryLock lock,
            StoredState state,
            History history,
            Leases leases,
            CommitLog log,
            SnapshotWriter snapshots) {}

    /**
     * Opens the store in this directory, and makes both if there are none. Fails with {@code CONFLICT} when another
     * process has it, with {@code INVALID} when files are damaged or of a newer schema, with {@code UNAVAILABLE} when
     * they cannot be read or written.
     */
    public static EmbeddedStore open(Path directory) {
        return open(directory, EmbeddedSettings.DEFAULT);
    }

    static EmbeddedStore open(Path directory, EmbeddedSettings settings) {
        try {
            OwnerOnly.createDirectories(directory);
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                return start(recover(directory.toRealPath(), lock, settings), settings);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw Failures.unavailable(directory, "the store cannot be opened", e);
        }
    }

    private static Parts recover(Path directory, DirectoryLock lock, EmbeddedSettings settings) throws IOException {
        Path snapshot = directory.resolve(SnapshotFile.NAME);
        Path old = directory.resolve(OldCheckpoint.NAME);
        boolean isNew = Files.exists(snapshot);
        boolean isOld = Files.exists(old);
        StoredState state = new StoredState();
        if (isNew || isOld) {
            state.loaded(isNew ? SnapshotFile.read(snapshot, state::apply) : OldCheckpoint.read(old, state::apply));
        }
        Path file = isNew || !isOld ? snapshot : old;
        boolean logExists = CommitLog.existsIn(directory);
        if (!logExists && (isNew || state.revision() > 0)) {
            throw Failures.damaged(file, "its commit log is missing");
        }
        LogReader reader = new LogReader(file, state.revision(), state::apply);
        CommitLog log = logExists
                ? CommitLog.open(directory, reader, settings.segmentBytes())
                : CommitLog.create(directory, 0, settings.segmentBytes());
        try {
            if (isOld) {
                SnapshotFile.write(directory, state.contents());
                Files.delete(old);
            }
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        SnapshotWriter snapshots = new SnapshotWriter(directory, state, log);
        History history = new History(settings.historyRevisions(), state.revision());
        return new Parts(directory, lock, state, history, new Leases(), log, snapshots);
    }

    private static EmbeddedStore start(Parts parts, EmbeddedSettings settings) {
        CommitWriter writer = new CommitWriter(parts, settings);
        EmbeddedStore store = new EmbeddedStore(parts, writer);
        parts.snapshots().start();
        writer.start();
        if (!parts.state().leased().isEmpty()) {
            try {
                writer.commit(Batch::deleteLeased);
            } catch (PatchbayException e) {
                store.close();
                throw e;
            }
        }
        return store;
    }

    @Override
    public Snapshot read(List<String> keys) {
        KeySyntax.checkKeys(keys);
        checkOpen();
        return parts.state().read(keys);
    }

    @Override
    public Snapshot list(String prefix) {
        KeySyntax.checkPrefix(prefix);
        checkOpen();
        return parts.state().list(prefix);
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        KeySyntax.checkKeys(transaction);
        checkOpen();
        return writer.commit(batch -> batch.decide(transaction));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        KeySyntax.checkPrefix(prefix);
        checkOpen();
        EmbeddedWatch watch = new EmbeddedWatch(parts.history(), prefix, fromRevision, watcher);
        watch.start();
        return watch;
    }

    /**
     * A lease that lasts until it or the store is closed or the process ends; {@code ttl} does not matter on one host.
     */
    @Override
    public Lease lease(Duration ttl) {
        checkOpen();
        return parts.leases().open(id -> {
            if (!closed.get() && parts.leases().isOpen(id)) {
                writer.commit(batch -> batch.endLease(id));
            }
        });
    }

    @Override
    public String description() {
        return "embedded:" + parts.directory();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        parts.history().closeWatches();
        try {
            if (!parts.state().leased().isEmpty()) {
                writer.commit(Batch::deleteLeased);
            }
        } catch (PatchbayException e) {
            LOG.warn("event=close-leases-failed their keys go at the next start", e);
        }
        try {
            writer.stop();
            parts.snapshots().stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeFiles();
    }

    private void closeFiles() {
        try (DirectoryLock lock = parts.lock();
                CommitLog log = parts.log()) {
            LOG.debug("event=store-closed directory={} log={} lock={}", parts.directory(), log, lock);
        } catch (IOException e) {
            LOG.warn("event=close-failed directory={}", parts.directory(), e);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw Failures.closed(parts.directory());
        }
    }
}
