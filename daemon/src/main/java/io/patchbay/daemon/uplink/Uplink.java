package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.uplink.persist.Persistent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Does a {@link Plan} so that it is either wholly done or wholly undone: what undoes it is on disk and a watchdog runs
 * before the first step, and whoever finds it without an owner undoes it.
 */
final class Uplink {
    /** How long the steps and the look may take before the watchdog ends the process that does them. */
    private static final Duration DOING = Duration.ofSeconds(60);

    /** The same for what configures the host's network at a boot, which may ask a DHCP server. */
    private static final Duration WRITING = Duration.ofMinutes(3);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** A program that was told to change something may still do so when the one that told it has ended. */
    private static final int UNDO_ROUNDS = 5;

    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Kernel kernel;
    private final PictureReader pictures;
    private final Journal journal;
    private final Host host;
    private final HostConfig config;
    private final Watchdog watchdog;
    private final Consumer<String> said;

    private final Duration lookAgain;

    /** {@code said} gets what a person is to be told. */
    Uplink(Kernel kernel, Journal journal, Host host, HostConfig config, Watchdog watchdog, Consumer<String> said) {
        this(kernel, journal, host, config, watchdog, said, LOOK_AGAIN);
    }

    /** {@code lookAgain}: how long others are given to answer when what configures the host has taken over. */
    Uplink(
            Kernel kernel,
            Journal journal,
            Host host,
            HostConfig config,
            Watchdog watchdog,
            Consumer<String> said,
            Duration lookAgain) {
        this.kernel = kernel;
        this.pictures = new PictureReader(kernel);
        this.journal = journal;
        this.host = host;
        this.config = config;
        this.watchdog = watchdog;
        this.said = said;
        this.lookAgain = lookAgain;
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

    /** What was taken and stays, here; after a boot what stands in the host's configuration, if it is there. */
    List<Taken> taken() {
        List<Taken> all = new ArrayList<>(journal.taken().stream()
                .filter(taken -> taken.place().equals(host.place()))
                .toList());
        List<Persisted> others = journal.persisted().stream()
                .filter(p -> all.stream().noneMatch(t -> t.bridge().equals(p.bridge())))
                .toList();
        if (!others.isEmpty()) {
            Map<String, Nic> links = pictures.links();
            others.stream()
                    .filter(p -> Optional.ofNullable(links.get(p.nic()))
                            .flatMap(Nic::master)
                            .filter(p.bridge()::equals)
                            .isPresent())
                    .forEach(p -> all.add(new Taken(p.bridge(), p.nic(), host.place(), p.addressing(), p.since())));
        }
        return all;
    }

    /** Whether this bridge was taken of this NIC; one that somebody has removed since is forgotten. */
    boolean isTaken(String nic, String bridge) {
        Optional<Taken> taken = taken().stream()
                .filter(t -> t.nic().equals(nic) && t.bridge().equals(bridge))
                .findFirst();
        boolean isThere = Optional.ofNullable(pictures.links().get(nic))
                .flatMap(Nic::master)
                .filter(bridge::equals)
                .isPresent();
        taken.filter(t -> !isThere && trial().isEmpty()).ifPresent(this::forget);
        return taken.isPresent() && isThere;
    }

    /** What of this bridge stands in the host's configuration, and was written by us. */
    Optional<Persisted> persisted(String bridge) {
        return journal.persisted().stream()
                .filter(p -> p.bridge().equals(bridge))
                .findFirst();
    }

    /** Where copies of what --persist has changed are. */
    Path copies(String bridge) {
        return journal.copies(bridge);
    }

    HostConfig config() {
        return config;
    }

    /** How long a trial still has. */
    Duration left(Trial trial) {
        return Duration.ofMillis(Math.max(0, (long) ((trial.deadline() - host.uptime()) * 1000)));
    }

    /** A trial of this plan, of which nothing is done yet; a plan that cannot be said to {@code ip} is an INVALID. */
    Trial prepare(Trial.Kind kind, Plan plan, Picture before, String addressing) {
        Step.requireSayable(plan.steps());
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
                plan.finish(),
                List.of(),
                Persistent.NOTHING);
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
            requireUnchanged(trial);
            Set<Look.Target> before = look.answering(trial.from(), targets);
            said.accept(
                    before.isEmpty()
                            ? "nobody answers who could be asked afterwards"
                            : "answering now: " + String.join(", ", texts(before)));
            journal.write(trial);
            try {
                watchdog.watch(trial);
                kernel.run(Step.doing(trial.steps()));
                requireAnswers(look, trial.to(), before);
                Trial asking = trial.answeredBy(before)
                        .in(Trial.Phase.ASKING, host.uptime() + confirmWithin.toMillis() / 1000.0);
                journal.write(asking);
                return asking;
            } catch (RuntimeException e) {
                undo(trial);
                throw e;
            }
        });
    }

    private void requireUnchanged(Trial trial) {
        boolean same = pictures.read(trial.from())
                .filter(now -> now.lines().equals(trial.before()))
                .isPresent();
        boolean isFree = trial.kind() == Trial.Kind.RELEASE || !pictures.isName(trial.to());
        if (!same || !isFree) {
            throw new PatchbayException(
                    PatchbayException.Kind.CONFLICT,
                    "somebody else has changed "
                            + (same ? trial.to() : "what " + trial.from() + " carries")
                            + " since it was looked at, so nothing is done: try again");
        }
    }

    private static void requireAnswers(Look look, String link, Set<Look.Target> before) {
        Set<Look.Target> missing = look.missing(link, before);
        if (!missing.isEmpty()) {
            throw new PatchbayException(
                    PatchbayException.Kind.UNAVAILABLE, "no answer any more from " + String.join(", ", texts(missing)));
        }
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
            write(trial);
            journal.write(trial.in(Trial.Phase.KEPT, trial.deadline()));
            finish(trial);
            return trial;
        });
    }

    /** Has it outlive a reboot, if it is to; a failure, or silence, is an exception after all was undone. */
    private void write(Trial trial) {
        Persistent persistent = trial.persistent();
        if (persistent.files().isEmpty()) {
            return;
        }
        Trial writing = trial.by(ProcessHandle.current().pid(), host)
                .in(Trial.Phase.WRITING, host.uptime() + WRITING.toSeconds());
        journal.write(writing);
        try {
            if (trial.kind() == Trial.Kind.TAKE) {
                config.copy(persistent, journal.copies(trial.bridge()));
                journal.keep(new Persisted(trial.bridge(), trial.nic(), trial.addressing(), now(), persistent));
            }
            config.write(persistent);
            if (!persistent.tells().isEmpty()) {
                requireAnswers(look(lookAgain), trial.to(), Set.copyOf(trial.answered()));
            }
        } catch (RuntimeException e) {
            undo(writing);
            throw e;
        }
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** May be done again. */
    private void finish(Trial trial) {
        kernel.runAll(trial.finish());
        if (trial.kind() == Trial.Kind.TAKE) {
            journal.keep(new Taken(trial.bridge(), trial.nic(), trial.place(), trial.addressing(), now()));
        } else {
            journal.forget(trial.bridge());
            if (!trial.persistent().files().isEmpty()) {
                journal.forgetPersisted(trial.bridge());
            }
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
        unwrite(trial, true);
        List<String> lacking = List.of();
        for (int round = 0; round < UNDO_ROUNDS; round++) {
            kernel.runAll(Step.undoing(trial.steps()));
            lacking = lacking(trial);
            if (lacking.isEmpty()) {
                break;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        said.accept(trial.from() + " carries again what it did");
        lacking.forEach(line -> said.accept("but this could not be brought back: ip " + line));
        journal.end();
    }

    private void unwrite(Trial trial, boolean told) {
        if (trial.phase() != Trial.Phase.WRITING) {
            return;
        }
        List<String> failed = config.unwrite(trial.persistent(), told);
        failed.forEach(sentence -> said.accept("but: " + sentence));
        if (failed.isEmpty() && trial.kind() == Trial.Kind.TAKE) {
            journal.forgetPersisted(trial.bridge());
        }
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
        return journal.tryLock()
                .filter(lock -> Locking.with(lock, this::recovered))
                .isPresent();
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
        journal.trial().filter(trial -> !trial.place().startsWith(boot)).ifPresent(trial -> {
            unwrite(trial, false);
            if (trial.phase() == Trial.Phase.KEPT && trial.kind() == Trial.Kind.RELEASE) {
                journal.forgetPersisted(trial.bridge());
            }
            journal.end();
        });
        journal.taken().stream()
                .filter(taken -> !taken.place().startsWith(boot))
                .forEach(taken -> journal.forget(taken.bridge()));
    }

    private <T> T locked(Supplier<T> work) {
        return Locking.locked(journal, work);
    }
}
