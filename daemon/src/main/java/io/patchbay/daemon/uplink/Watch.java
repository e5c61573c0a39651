package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What the watchdog's process does: looks at one trial until it is over, and undoes it when nobody else does. */
final class Watch {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final Journal journal;
    private final Host host;
    private final Uplink uplink;

    Watch(Journal journal, Host host, Uplink uplink) {
        this.journal = journal;
        this.host = host;
        this.uplink = uplink;
    }

    /** Returns when the trial that there is now is over. */
    void run() {
        Optional<Trial> first = journal.trial();
        if (first.isEmpty()) {
            return;
        }
        String id = first.get().id();
        journal.arm(id);
        for (Optional<Trial> now = first; now.filter(t -> t.id().equals(id)).isPresent(); now = now(now)) {
            Trial trial = now.get();
            // who watches goes on whatever fails once
            Chores.guarded("ending who is stuck", () -> endIfStuck(trial));
            Chores.guarded("looking whether an uplink is to be undone", uplink::recover);
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    /** A disk that cannot be read once does not end the trial. */
    private Optional<Trial> now(Optional<Trial> last) {
        try {
            return journal.trial();
        } catch (PatchbayException e) {
            return last;
        }
    }

    /** One that was stopped in the middle keeps the lock. */
    private void endIfStuck(Trial trial) {
        boolean works = trial.phase() == Trial.Phase.DOING || trial.phase() == Trial.Phase.WRITING;
        if (works
                && uplink.left(trial).isZero()
                && trial.isAttended(host)
                && trial.process() != ProcessHandle.current().pid()) {
            ProcessHandle.of(trial.process()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
