package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes commits, one frame at a time. Who finds nobody writing and nobody waiting writes himself: being woken up twice
 * costs as much as the disk takes. Others queue for a thread that puts all that waits into one frame with one sync.
 *
 * <p>An interrupt of a caller does not end his write ({@link LogSegment#append}). What else is done to files, such as
 * beginning a segment, is the thread's, where nobody interrupts. When the disk is stuck, at most one caller hangs in
 * his write; the others give up after a limit.
 */
final class CommitWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitWriter.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long MAX_BATCH_BYTES = 1 << 20;
    private static final int MAX_BATCH = 256;

    private final Path directory;
    private final StoredState state;
    private final History history;
    private final Leases leases;
    private final CommitLog log;
    private final SnapshotWriter snapshots;
    private final Duration sealDelay;
    private final BlockingQueue<Wake> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean stopped;
    // those below are guarded by the turn
    private boolean sealed;
    private boolean sealFailed;
    private boolean rolling;
    private long lastWrite;
    private boolean spareWanted;

    CommitWriter(EmbeddedStore.Parts parts, EmbeddedSettings settings) {
        this.directory = parts.directory();
        this.state = parts.state();
        this.history = parts.history();
        this.leases = parts.leases();
        this.log = parts.log();
        this.snapshots = parts.snapshots();
        this.sealDelay = settings.sealDelay();
        this.thread = new Thread(this, "patchbay-store-commits");
        thread.setDaemon(true);
    }

    /** What the thread is woken up for. */
    private sealed interface Wake {}

    /** Something to decide. */
    private record Request(Function<Batch, CommitResult> decision, CompletableFuture<CommitResult> answer)
            implements Wake {}

    private enum Signal implements Wake {
        /** A caller has written or tried to, so there will be something to seal. */
        WRITTEN,
        END
    }

    void start() {
        thread.start();
    }

    /** Has this decided in its turn and returns when the outcome is durable. */
    CommitResult commit(Function<Batch, CommitResult> decision) {
        if (queue.isEmpty() && !turn.hasQueuedThreads() && turn.tryLock()) {
            try {
                Optional<CommitResult> done = commitHere(decision);
                if (done.isPresent()) {
                    return done.get();
                }
            } finally {
                turn.unlock();
            }
        }
        return commitThere(decision);
    }

    /** In the caller's thread, with the turn; empty when it takes more than a write. */
    private Optional<CommitResult> commitHere(Function<Batch, CommitResult> decision) {
        checkRunning();
        Batch batch = new Batch(state, leases);
        CommitResult result = decision.apply(batch);
        if (!batch.revisions().isEmpty()) {
            Frame frame = Frame.of(batch.revisions());
            if (rolling || !log.hasRoomFor(frame)) {
                return Optional.empty();
            }
            boolean wasSealed = sealed;
            try {
                write(frame, batch);
            } catch (IOException | RuntimeException | Error e) {
                LOG.error("event=commit-failed directory={} transactions=1", directory, e);
                snapshots.nudge();
                throw Failures.unknownOutcome(directory, e);
            } finally {
                if (wasSealed) {
                    queue.add(Signal.WRITTEN);
                }
            }
        }
        batch.applied();
        return Optional.of(result);
    }

    private synchronized void checkRunning() {
        if (stopped) {
            throw Failures.closed(directory);
        }
    }

    /** In the writer's thread. */
    private CommitResult commitThere(Function<Batch, CommitResult> decision) {
        CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        synchronized (this) {
            checkRunning();
            queue.add(new Request(decision, answer));
        }
        try {
            return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PatchbayException known
                    ? new PatchbayException(known.kind(), String.valueOf(known.getMessage()), known)
                    : Failures.unknownOutcome(directory, e);
        } catch (TimeoutException e) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "the disk of " + directory + " did not take a commit within " + LIMIT.toSeconds()
                            + " s, and it is not known whether it will be applied",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.unknownOutcome(directory, e);
        }
    }

    /** Commits what waits, and ends. */
    void stop() throws InterruptedException {
        synchronized (this) {
            if (!stopped) {
                stopped = true;
                queue.add(Signal.END);
            }
        }
        thread.join();
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            boolean unsealed = true;
            while (more) {
                Wake first = unsealed ? queue.poll(sealDelay.toMillis(), TimeUnit.MILLISECONDS) : queue.take();
                turn.lock();
                try {
                    if (first != null) {
                        more = processFrom(first);
                    } else if (System.nanoTime() - lastWrite >= sealDelay.toNanos()) {
                        seal();
                    }
                    unsealed = !sealed;
                } finally {
                    turn.unlock();
                }
            }
            turn.lock();
            try {
                if (!sealed) {
                    seal();
                }
            } finally {
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Decides this request and those behind it as one batch; false when the end was among them. */
    private boolean processFrom(Wake first) {
        Batch batch = new Batch(state, leases);
        List<Runnable> answers = new ArrayList<>();
        List<Request> taken = new ArrayList<>();
        boolean more = true;
        for (Wake next = first; next != null; next = more && fits(batch, taken) ? queue.poll() : null) {
            if (next instanceof Request request) {
                taken.add(request);
                answers.add(decide(request, batch));
            } else {
                more = next != Signal.END;
            }
        }
        try {
            persist(batch);
            answers.forEach(Runnable::run);
        } catch (IOException | RuntimeException | Error e) {
            // the conflicts of the batch may rest on what could not be written, so they are not known either
            LOG.error("event=commit-failed directory={} transactions={}", directory, taken.size(), e);
            snapshots.nudge();
            taken.forEach(request -> request.answer().completeExceptionally(Failures.unknownOutcome(directory, e)));
        }
        return more;
    }

    /** Decides, and says what to answer once that is durable. */
    private static Runnable decide(Request request, Batch batch) {
        try {
            CommitResult result = request.decision().apply(batch);
            return () -> request.answer().complete(result);
        } catch (PatchbayException refused) {
            return () -> request.answer().completeExceptionally(refused);
        }
    }

    private static boolean fits(Batch batch, List<Request> taken) {
        return batch.bytes() < MAX_BATCH_BYTES && taken.size() < MAX_BATCH;
    }

    private void persist(Batch batch) throws IOException {
        if (!batch.revisions().isEmpty()) {
            Frame frame = Frame.of(batch.revisions());
            makeRoomFor(frame);
            write(frame, batch);
        }
        batch.applied();
    }

    private void makeRoomFor(Frame frame) throws IOException {
        // a segment once begun must be taken: what went into the old one after that would not be read
        if (rolling || !log.hasRoomFor(frame)) {
            rolling = true;
            log.roll(state.revision(), frame);
            rolling = false;
            spareWanted = false;
            snapshots.wantSnapshot();
        }
    }

    private void write(Frame frame, Batch batch) throws IOException {
        // a seal after a failed write, too: it wipes what the disk may have taken of it
        sealed = false;
        lastWrite = System.nanoTime();
        log.append(frame);
        if (!spareWanted && log.isHalfFull()) {
            spareWanted = true;
            snapshots.wantSpare();
        }
        for (Revision revision : batch.revisions()) {
            state.apply(revision);
            history.add(
                    revision,
                    revision.writes().stream().mapToLong(Batch::sizeOf).sum());
        }
    }

    /** Marks everything before as acknowledged, so that damage to the last commits can be told from a write cut off. */
    private void seal() {
        Frame seal = Frame.seal(state.revision());
        try {
            if (log.hasRoomFor(seal)) {
                log.append(seal);
            }
            sealed = true;
            sealFailed = false;
        } catch (IOException e) {
            if (!sealFailed) {
                LOG.warn("event=seal-failed directory={} it is tried again", directory, e);
            }
            sealFailed = true;
        }
    }
}
