package io.patchbay.core.store;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for tests. It keeps the whole contract of {@link Store}, and can be told to fail, to wait, to
 * forget its history and to lose its leases.
 */
public final class MemoryStore implements Store {
    private static final AtomicLong LEASE_IDS = new AtomicLong();

    private final MemoryContents contents;
    private final Map<String, MemoryLease> leaseByKey = new HashMap<>();
    private final List<MemoryLease> leases = new ArrayList<>();
    private final List<MemoryWatch> watches = new ArrayList<>();
    private final AtomicLong commits = new AtomicLong();
    private final boolean threads;
    private @Nullable CountDownLatch gate;
    private int waiting;
    private final PlannedFailures failures = new PlannedFailures();
    private boolean reachable = true;
    private boolean closed;

    public MemoryStore() {
        this(new MemoryContents(), true);
    }

    private MemoryStore(MemoryContents contents, boolean threads) {
        this.contents = contents;
        this.threads = threads;
    }

    /** One whose watches are silent but in {@link #tell}, without threads. */
    public static MemoryStore withoutThreads() {
        return new MemoryStore(new MemoryContents(), false);
    }

    /**
     * Lets the watches tell everything that has happened by now, in this thread; of a store {@link #withoutThreads}
     * only.
     */
    public void tell() {
        List<MemoryWatch> all;
        synchronized (contents) {
            all = List.copyOf(watches);
        }
        all.forEach(MemoryWatch::tell);
    }

    /** Whether {@link #tell} is wanted. */
    public boolean hasThreads() {
        return threads;
    }

    /** That of the last change. */
    public long revision() {
        return contents.revision();
    }

    /** When a commit told to fail does so. */
    public enum Failure {
        /** Nothing was applied. */
        BEFORE,
        /** Everything was applied, and the caller does not learn it. */
        AFTER
    }

    /** The next {@code count} commits fail with {@code UNAVAILABLE}. */
    public void failNextCommits(int count, Failure when) {
        failCommits(0, count, when);
    }

    /** So many commits succeed, and then so many fail with {@code UNAVAILABLE}. */
    public void failCommits(int after, int count, Failure when) {
        synchronized (contents) {
            failures.plan(after, count, when);
        }
    }

    /** While false every call fails with {@code UNAVAILABLE}; watches are silent, as no commit succeeds. */
    public void setReachable(boolean reachable) {
        synchronized (contents) {
            this.reachable = reachable;
        }
    }

    /** Commits that begin from now on wait until {@link #resumeCommits}. */
    public void pauseCommits() {
        synchronized (contents) {
            gate = new CountDownLatch(1);
        }
    }

    /** Lets waiting commits go on. */
    public void resumeCommits() {
        synchronized (contents) {
            if (gate != null) {
                gate.countDown();
                gate = null;
            }
        }
    }

    /** How many commits wait at the gate now. */
    public int waitingCommits() {
        synchronized (contents) {
            return waiting;
        }
    }

    /** How many calls of {@link #commit} began so far, failed ones and conflicts included. */
    public long commits() {
        return commits.get();
    }

    /** Forgets the changes up to now: a watch from an older revision is lost. */
    public void forgetHistory() {
        contents.forgetHistory();
    }

    /** Ends every running watch as lost. */
    public void loseWatches(String reason) {
        synchronized (contents) {
            watches.forEach(watch -> watch.lose(reason));
            watches.clear();
        }
    }

    /** Ends every lease as if it had not been kept alive: its keys go, its listeners hear of it. */
    public void expireLeases() {
        List<MemoryLease> ended;
        synchronized (contents) {
            ended = List.copyOf(leases);
            ended.forEach(this::end);
        }
        ended.forEach(MemoryLease::tellLost);
    }

    /** Ends the lease that a key lies under, if there is one, as if it had not been kept alive. */
    public void expireLeaseOf(String key) {
        Optional<MemoryLease> ended;
        synchronized (contents) {
            ended = Optional.ofNullable(leaseByKey.get(key));
            ended.ifPresent(this::end);
        }
        ended.ifPresent(MemoryLease::tellLost);
    }

    /** A backup of it as it is now. */
    public Runnable backup() {
        return backup(revision());
    }

    /** A backup of it as it was at a revision of its present history. */
    public Runnable backup(long revision) {
        MemoryContents.Image image = contents.image(revision);
        return () -> restore(image);
    }

    /** It has nothing any more and begins to count anew. */
    public void wipe() {
        expireLeases();
        restore(MemoryContents.Image.EMPTY);
    }

    /** What lay under leases that have ended ends too. Watches wait for revisions that they have heard of before. */
    private void restore(MemoryContents.Image image) {
        synchronized (contents) {
            contents.restore(image);
            leaseByKey.keySet().removeIf(key -> contents.get(key).isEmpty());
            List<String> alive =
                    contents.list("alive/").entries().stream().map(Entry::key).toList();
            deleteAll(alive.stream().filter(key -> !leaseByKey.containsKey(key)).toList());
        }
    }

    /** Somebody else's client writes it, whatever the key. */
    public void putByOthers(String key, Value value) {
        long unused = contents.apply(List.of(new Transaction.Put(key, value, Optional.empty())));
    }

    /** Somebody deletes all keys that begin so, in one transaction. */
    public void deletePrefix(String prefix) {
        synchronized (contents) {
            deleteAll(contents.list(prefix).entries().stream().map(Entry::key).toList());
        }
    }

    private void deleteAll(List<String> keys) {
        long unused = contents.apply(
                List.copyOf(keys.stream().map(Transaction.Delete::new).toList()));
    }

    /** Closes this store and opens another one on what it kept; the history is forgotten. */
    public MemoryStore reopen() {
        close();
        contents.forgetHistory();
        return new MemoryStore(contents, threads);
    }

    /** Everything that was committed has been told to every watcher. */
    public boolean isAllTold() {
        synchronized (contents) {
            return watches.stream().allMatch(MemoryWatch::isIdle);
        }
    }

    @Override
    public Snapshot read(List<String> keys) {
        KeySyntax.checkKeys(keys);
        synchronized (contents) {
            checkReachable();
            return contents.read(keys);
        }
    }

    @Override
    public Snapshot list(String prefix) {
        KeySyntax.checkPrefix(prefix);
        synchronized (contents) {
            checkReachable();
            return contents.list(prefix);
        }
    }

    @Override
    public CommitResult commit(Transaction transaction) {
        KeySyntax.checkKeys(transaction);
        commits.incrementAndGet();
        waitAtGate();
        synchronized (contents) {
            checkReachable();
            Optional<Failure> planned = failures.next();
            if (planned.equals(Optional.of(Failure.BEFORE))) {
                throw unknownOutcome();
            }
            boolean fails = planned.isPresent();
            List<MemoryLease> named = transaction.operations().stream()
                    .flatMap(operation -> leaseOf(operation).stream())
                    .map(this::checkLease)
                    .toList();
            Optional<CommitResult.Conflict> conflict = contents.conflict(transaction);
            if (conflict.isEmpty()) {
                long revision = apply(transaction, named);
                if (!fails) {
                    return new CommitResult.Committed(revision);
                }
            }
            if (fails) {
                throw unknownOutcome();
            }
            return conflict.orElseThrow();
        }
    }

    private long apply(Transaction transaction, List<MemoryLease> named) {
        int lease = 0;
        for (Transaction.Operation operation : transaction.operations()) {
            if (leaseOf(operation).isPresent()) {
                leaseByKey.put(operation.key(), named.get(lease++));
            } else {
                leaseByKey.remove(operation.key());
            }
        }
        return contents.apply(transaction.operations());
    }

    private static Optional<Store.Lease> leaseOf(Transaction.Operation operation) {
        return operation instanceof Transaction.Put put ? put.lease() : Optional.empty();
    }

    private MemoryLease checkLease(Store.Lease lease) {
        if (lease instanceof MemoryLease own && leases.contains(own)) {
            return own;
        }
        throw new PatchbayException(Kind.NOT_FOUND, "lease " + lease.id() + " is over or of another store");
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Watcher watcher) {
        KeySyntax.checkPrefix(prefix);
        synchronized (contents) {
            checkReachable();
            MemoryWatch watch = new MemoryWatch(contents, prefix, fromRevision, watcher);
            watches.add(watch);
            if (threads) {
                watch.start();
            }
            return watch;
        }
    }

    @Override
    public Lease lease(Duration ttl) {
        synchronized (contents) {
            checkReachable();
            MemoryLease lease = new MemoryLease(LEASE_IDS.incrementAndGet(), this::giveUp);
            leases.add(lease);
            return lease;
        }
    }

    @Override
    public String description() {
        return "memory";
    }

    @Override
    public void close() {
        resumeCommits();
        synchronized (contents) {
            List.copyOf(leases).forEach(this::end);
            watches.forEach(MemoryWatch::close);
            watches.clear();
            closed = true;
        }
    }

    private void giveUp(MemoryLease lease) {
        synchronized (contents) {
            end(lease);
        }
    }

    private void end(MemoryLease lease) {
        if (!leases.remove(lease)) {
            return;
        }
        List<String> keys = leaseByKey.entrySet().stream()
                .filter(entry -> entry.getValue() == lease)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        leaseByKey.keySet().removeAll(keys);
        contents.apply(keys.stream()
                .<Transaction.Operation>map(Transaction.Delete::new)
                .toList());
    }

    private void waitAtGate() {
        CountDownLatch closedGate;
        synchronized (contents) {
            closedGate = gate;
            if (closedGate == null) {
                return;
            }
            waiting++;
        }
        try {
            closedGate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PatchbayException(Kind.UNAVAILABLE, "the commit was interrupted; nothing was applied", e);
        } finally {
            synchronized (contents) {
                waiting--;
            }
        }
    }

    private void checkReachable() {
        if (closed) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the memory store is closed");
        }
        if (!reachable) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the memory store cannot be reached");
        }
    }

    private static PatchbayException unknownOutcome() {
        return new PatchbayException(
                Kind.UNAVAILABLE, "the memory store failed; it is not known whether the transaction was applied");
    }
}
