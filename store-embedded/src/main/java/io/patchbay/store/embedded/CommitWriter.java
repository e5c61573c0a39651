package io.patchbay.store.embedded;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes commits: what waits when it is free goes into one frame with one sync.
 *
 * <p>A thread of its own because an interrupt of a caller in the middle of a file operation would close the file for everybody, and because a
 * caller must not wait for a stuck disk for ever.
 */
final class CommitWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitWriter.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long MAX_BATCH_BYTES = 1 << 20;
    private static final int MAX_BATCH = 256;

    private final Path directory;
    private final State state;
    private final History history;
    private final Leases leases;
    private final CommitLog log;
    private final Checkpointer checkpointer;
    private final Duration sealDelay;
    private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean stopped;
    private boolean sealed;
    private boolean rolling;
    private boolean spareWanted;

    CommitWriter(EmbeddedStore.Parts parts, Settings settings) {
        this.directory = parts.directory();
        this.state = parts.state();
        this.history = parts.history();
        this.leases = parts.leases();
        this.log = parts.log();
        this.checkpointer = parts.checkpointer();
        this.sealDelay = settings.sealDelay();
        this.thread = new Thread(this, "patchbay-store-commits");
        thread.setDaemon(true);
    }

    /** Something to decide, or with {@code decision} null the end. */
    private record Request(@Nullable Function<Batch, CommitResult> decision, CompletableFuture<CommitResult> answer) {}

    void start() {
        thread.start();
    }

    /** Has the writer decide this in its turn and waits until the outcome is durable. */
    CommitResult commit(Function<Batch, CommitResult> decision) {
        CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        synchronized (this) {
            if (stopped) {
                throw Failures.closed(directory);
            }
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
                queue.add(new Request(null, new CompletableFuture<>()));
            }
        }
        thread.join();
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            while (more) {
                Request first = sealed ? queue.take() : queue.poll(sealDelay.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    seal();
                } else {
                    more = processFrom(first);
                }
            }
            if (!sealed) {
                seal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Decides this request and those behind it as one batch; false when the end was among them. */
    private boolean processFrom(Request first) {
        Batch batch = new Batch(state, leases);
        List<Runnable> answers = new ArrayList<>();
        List<Request> taken = new ArrayList<>();
        boolean more = true;
        for (Request next = first; next != null; next = fits(batch, taken) ? queue.poll() : null) {
            Function<Batch, CommitResult> decision = next.decision();
            if (decision == null) {
                more = false;
                break;
            }
            taken.add(next);
            CompletableFuture<CommitResult> answer = next.answer();
            try {
                CommitResult result = decision.apply(batch);
                answers.add(() -> answer.complete(result));
            } catch (PatchbayException refused) {
                answers.add(() -> answer.completeExceptionally(refused));
            }
        }
        try {
            persist(batch);
            answers.forEach(Runnable::run);
        } catch (IOException | RuntimeException | Error e) {
            // the conflicts of the batch may rest on what could not be written, so they are not known either
            LOG.error("event=commit-failed directory={} transactions={}", directory, taken.size(), e);
            checkpointer.nudge();
            taken.forEach(request -> request.answer().completeExceptionally(Failures.unknownOutcome(directory, e)));
        }
        return more;
    }

    private static boolean fits(Batch batch, List<Request> taken) {
        return batch.bytes() < MAX_BATCH_BYTES && taken.size() < MAX_BATCH;
    }

    private void persist(Batch batch) throws IOException {
        if (!batch.revisions().isEmpty()) {
            append(Frame.of(batch.revisions()));
            sealed = false;
            for (Revision revision : batch.revisions()) {
                state.apply(revision);
                history.add(
                        revision,
                        revision.writes().stream().mapToLong(Batch::sizeOf).sum());
            }
        }
        batch.applied();
    }

    private void append(Frame frame) throws IOException {
        // a segment once begun must be taken: what went into the old one after that would not be read
        if (rolling || !log.hasRoomFor(frame)) {
            rolling = true;
            log.roll(state.revision(), frame);
            rolling = false;
            spareWanted = false;
            checkpointer.offer(state.takeChanges());
        }
        log.append(frame);
        if (!spareWanted && log.isHalfFull()) {
            spareWanted = true;
            checkpointer.wantSpare();
        }
    }

    /** Marks everything before as acknowledged, so that damage to the last commits can be told from a write cut off. */
    private void seal() {
        sealed = true;
        Frame seal = Frame.seal(state.revision());
        if (!log.hasRoomFor(seal)) {
            return;
        }
        try {
            log.append(seal);
        } catch (IOException e) {
            LOG.warn("event=seal-failed directory={}", directory, e);
        }
    }
}
