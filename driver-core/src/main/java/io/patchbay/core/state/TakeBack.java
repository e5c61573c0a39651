package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Value;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Puts back what others have deleted of this host's records while it runs. */
final class TakeBack {
    /** What another host deletes comes one transaction after the other. */
    private static final Duration GATHER = Duration.ofMillis(200);

    /** A disk that fails is not asked more often. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final ForeignDeletes foreignDeletes;
    private final Replica replica;
    private final Outbox outbox;
    private final ScheduledExecutorService executor;
    private final LinkLock lock;
    private final Runnable send;
    private final Consumer<PatchbayException> lost;

    /**
     * Makes one that waits to be told.
     *
     * @param send has what is unsent go out if the store is online; fails like the store
     * @param lost told when the store did not answer
     */
    TakeBack(
            ForeignDeletes foreignDeletes,
            Replica replica,
            Outbox outbox,
            ScheduledExecutorService executor,
            LinkLock lock,
            Runnable send,
            Consumer<PatchbayException> lost) {
        this.foreignDeletes = foreignDeletes;
        this.replica = replica;
        this.outbox = outbox;
        this.executor = executor;
        this.lock = lock;
        this.send = send;
        this.lost = lost;
    }

    /** A record is gone; true when it was this host's and is put back soon. */
    boolean handles(String key, Object before, Value value) {
        if (!foreignDeletes.is(key, before)) {
            return false;
        }
        if (foreignDeletes.remember(key, value)) {
            again(GATHER);
        }
        return true;
    }

    private void again(Duration pause) {
        Chores.after(executor, pause, "putting back what was taken", this::run);
    }

    /** Nothing, if the host's name is another machine's by now. */
    private void run() {
        lock.alone(() -> {
            guarded(this::putBack);
            guarded(send);
        });
    }

    private void putBack() {
        List<UnsentWrite> missing = List.of();
        try {
            missing = foreignDeletes.missingFrom(replica);
            outbox.putBack(missing);
        } catch (PatchbayException e) {
            missing.forEach(m -> foreignDeletes.remember(m.key(), m.value().orElseThrow()));
            throw e;
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (PatchbayException e) {
            if (e.kind() == Kind.DISK) {
                again(AGAIN);
            } else {
                lost.accept(e);
            }
        }
    }
}
