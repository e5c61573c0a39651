package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a {@link Plan} so that it is either wholly done or wholly undone: what undoes it is on disk and a watchdog runs
 * before the first step, and whoever finds it without an owner undoes it.
 */
final class Uplink {
    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);

    /** How long the steps and the look may take before the watchdog ends the process that does them. */
    private static final Duration DOING = Duration.ofSeconds(60);

    private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);

    /** A program that was told to change something may still do so when the one that told it has ended. */
    private static final int UNDO_ROUNDS = 5;

    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Kernel kernel;
    private final PictureReader pictures;
    private final Journal journal;
    private final Host host;
    private final Watchdog watchdog;
    private final Consumer<String> said;

    /** {@code said} gets what a person is to be told. */
    Uplink(Kernel kernel, Journal journal, Host host, Watchdog watchdog, Consumer<String> said) {
        this.kernel = kernel;
        this.pictures = new PictureReader(kernel);
        this.journal = journal;
        this.host = host;
        this.watchdog = watchdog;
        this.said = said;
    }

    /** Starts what undoes a trial when nobody does; it returns when that runs. */
    interface Watchdog {
        void watch(Trial trial);
    }

    PictureReader pictures() {
        return pictures;
    }

    Look look(Duration limit) {
        return new Look(kernel, limit);
    }

    /** What is tried now, here. */
    Optional<Trial> trial() {
        return journal.trial().filter(trial -> trial.place().equals(host.place()));
    }

    /** What was taken and stays, here. */
    List<Taken> taken() {
        return journal.taken().stream()
                .filter(taken -> taken.place().equals(host.place()))
                .toList();
    }

    /** How long a trial still has. */
    Duration left(Trial trial) {
        return Duration.ofMillis(Math.max(0, (long) ((trial.deadline() - host.uptime()) * 1000)));
    }

    /** A trial of this plan, of which nothing is done yet. */
    Trial prepare(Trial.Kind kind, Plan plan, Picture before, String addressing) {
        long self = ProcessHandle.current().pid();
        boolean take = kind == Trial.Kind.TAKE;
        return new Trial(
                UUID.randomUUID().toString(),
                kind,
                Trial.Phase.DOING,
                host.place(),
                self,
                host.began(self),
                host.uptime() + DOING.toSeconds(),
                take ? plan.from() : plan.to(),
                take ? plan.to() : plan.from(),
                addressing,
                plan.steps(),
                before.lines(),
                plan.finish());
    }

    /**
     * Does the steps and looks whether those who answered still do. When it returns they are done and somebody has
     * {@code confirmWithin} to {@link #keep} them; a failure, or silence, is an exception after all was undone.
     */
    Trial attempt(Trial trial, Look look, Collection<Look.Target> targets, Duration confirmWithin) {
        return locked(() -> {
            journal.trial().ifPresent(other -> {
                throw new PatchbayException(PatchbayException.Kind.CONFLICT, other.bridge() + " is on trial already");
            });
            Set<Look.Target> before = look.answering(trial.from(), targets);
            said.accept(
                    before.isEmpty()
                            ? "nobody answers who could be asked afterwards"
                            : "answering now: " + String.join(", ", texts(before)));
            journal.write(trial);
            try {
                watchdog.watch(trial);
                kernel.run(Step.doing(trial.steps()));
                Set<Look.Target> missing = look.missing(trial.to(), before);
                if (!missing.isEmpty()) {
                    throw new PatchbayException(
                            PatchbayException.Kind.UNAVAILABLE,
                            "no answer any more from " + String.join(", ", texts(missing)));
                }
            } catch (RuntimeException e) {
                undo(trial);
                throw e;
            }
            Trial asking = trial.in(Trial.Phase.ASKING, host.uptime() + confirmWithin.toMillis() / 1000.0);
            journal.write(asking);
            return asking;
        });
    }

    private static List<String> texts(Set<Look.Target> targets) {
        return targets.stream().map(Look.Target::toString).toList();
    }

    /** Has the trial stay, of whoever it is. */
    Trial keep() {
        return locked(() -> {
            Trial trial = trial().orElseThrow(() -> new PatchbayException(
                    PatchbayException.Kind.NOT_FOUND, "nothing is on trial, so there is nothing to confirm"));
            if (trial.phase() == Trial.Phase.DOING) {
                throw new PatchbayException(
                        PatchbayException.Kind.CONFLICT,
                        trial.bridge() + " is not ready yet: whether others still answer is being looked at");
            }
            if (trial.isLost(host)) {
                undo(trial);
                throw new PatchbayException(
                        PatchbayException.Kind.TIMEOUT, "it is too late: the trial was over and all is as before");
            }
            journal.write(trial.in(Trial.Phase.KEPT, trial.deadline()));
            finish(trial);
            return trial;
        });
    }

    /** May be done again. */
    private void finish(Trial trial) {
        kernel.runAll(trial.finish());
        if (trial.kind() == Trial.Kind.TAKE) {
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            journal.keep(new Taken(trial.bridge(), trial.nic(), trial.place(), trial.addressing(), now));
        } else {
            journal.forget(trial.bridge());
        }
        journal.end();
    }

    /** A bridge that is gone is not there to be released. */
    void forget(Taken gone) {
        locked(() -> {
            journal.forget(gone.bridge());
            return gone;
        });
    }

    /** Undoes a trial that waits to be confirmed, if it still does. */
    void giveUp() {
        locked(() -> {
            Optional<Trial> asking = trial().filter(trial -> trial.phase() == Trial.Phase.ASKING);
            asking.ifPresent(this::undo);
            return asking;
        });
    }

    /** Brings back what was; what cannot be brought back is said. */
    private void undo(Trial trial) {
        List<String> lacking = List.of();
        for (int round = 0; round < UNDO_ROUNDS; round++) {
            kernel.runAll(Step.undoing(trial.steps()));
            lacking = lacking(trial);
            if (lacking.isEmpty()) {
                break;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        journal.end();
        said.accept(trial.from() + " carries again what it did");
        lacking.forEach(line -> said.accept("but this could not be brought back: ip " + line));
    }

    private List<String> lacking(Trial trial) {
        List<String> lacking = new ArrayList<>(trial.before());
        lacking.removeAll(pictures.read(trial.from()).map(Picture::lines).orElse(List.of()));
        return lacking;
    }

    /**
     * Undoes a trial that nobody attends to any more, or finishes one that stays; forgets what a boot has undone.
     * Answers whether it was told so; leaves alone what another process is at.
     */
    boolean recover() {
        if (journal.trial().isEmpty() && journal.taken().isEmpty()) {
            return false;
        }
        return journal.tryLock().filter(lock -> with(lock, this::recovered)).isPresent();
    }

    private boolean recovered() {
        forgetFormerBoots();
        Optional<Trial> trial = trial();
        if (trial.filter(t -> t.phase() == Trial.Phase.KEPT).isPresent()) {
            finish(trial.get());
            return true;
        }
        trial = trial.filter(t -> t.isLost(host));
        trial.ifPresent(this::undo);
        return trial.isPresent();
    }

    private void forgetFormerBoots() {
        String boot = host.place().split(" ", -1)[0];
        if (journal.trial().filter(trial -> !trial.place().startsWith(boot)).isPresent()) {
            journal.end();
        }
        journal.taken().stream()
                .filter(taken -> !taken.place().startsWith(boot))
                .forEach(taken -> journal.forget(taken.bridge()));
    }

    private <T> T locked(Supplier<T> work) {
        long end = System.nanoTime() + LOCK_LIMIT.toNanos();
        while (true) {
            Optional<AutoCloseable> lock = journal.tryLock();
            if (lock.isPresent()) {
                return with(lock.get(), work);
            }
            if (System.nanoTime() > end) {
                throw new PatchbayException(
                        PatchbayException.Kind.CONFLICT,
                        "another process is at it: it holds " + journal.folder() + "/lock");
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private static <T> T with(AutoCloseable lock, Supplier<T> work) {
        try {
            return work.get();
        } finally {
            try {
                lock.close();
            } catch (Exception e) {
                // it goes with the process at the latest
                LOG.debug("the lock cannot be given back", e);
            }
        }
    }
}
