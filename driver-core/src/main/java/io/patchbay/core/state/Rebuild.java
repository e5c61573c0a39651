package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a store whose history is over have again what this host knows of it, see docs/design/history.md. Until all
 * hosts that were alive have done so, or for half a minute, this host does not go on with the store. Each look takes a
 * few steps; the state of things lies in the store and in the tables, so a daemon may die at any time.
 */
final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PASSES = 4;
    private static final String HOSTS = "hosts/";

    private final Store store;
    private final Replica replica;
    private final Ownership ownership;
    private final Journal journal;
    private final History history;
    private final String host;
    private final LinkLock lock;
    private final Supplier<Duration> steady;
    private final RebuildSteps duties;
    private final TakenClaims taken;
    private final KnownHosts hosts;
    private final UnreadableNotes unreadableNotes = new UnreadableNotes();
    private volatile @Nullable Work work;
    private final AtomicLong count = new AtomicLong();

    /** One rebuilding, from when it was noticed. */
    private final class Work {
        final Mark old = history.known();
        final long told = replica.watched();
        final boolean complete = told > 0;
        final Set<String> recorded = hosts.recorded();
        /** Who is to put back its own records. */
        final Set<String> expected = complete ? hosts.alive() : hosts.recorded();

        /** Under the present mark: under each the others have their time. */
        Duration begun = steady.get();

        RebuildNotes notes = notes(new Mark.Seen(Mark.NONE, 0));
        boolean late;
        boolean latest;

        /** This host has put back all but what it leaves to these, as long as it waits for them. */
        Optional<Set<String>> leftTo = Optional.empty();

        /** Whether who runs, and is connected, takes part by now: such a one looks at the store every second. */
        boolean haveAllBegun() {
            return hasLasted(RollCall.PATIENCE);
        }

        /** Whether who was alive, and has not put back its own, does not come any more. */
        boolean isOver() {
            return hasLasted(PATIENCE);
        }

        /** Whether who takes part, and has not put back what it knows of others, does not go on any more. */
        boolean isOverForAll() {
            return hasLasted(PATIENCE.multipliedBy(2));
        }

        private boolean hasLasted(Duration time) {
            return steady.get().minus(begun).compareTo(time) >= 0;
        }
    }

    Rebuild(
            Store store,
            Replica replica,
            KnownHosts hosts,
            Ownership ownership,
            Journal journal,
            History history,
            LinkLock lock,
            Supplier<Duration> steady) {
        this.store = store;
        this.replica = replica;
        this.ownership = ownership;
        this.journal = journal;
        this.history = history;
        this.duties = new RebuildSteps(replica, journal);
        this.host = ownership.host();
        this.hosts = hosts;
        this.lock = lock;
        this.taken = new TakenClaims(replica, ownership, journal, lock);
        this.steady = steady;
    }

    /** Whether this host has found another history and is not done with it. */
    boolean isUnderWay() {
        return work != null;
    }

    /**
     * Whether others may know of a later time than this host: it has not been with the store since it started, or not
     * with the latest history of it, or cannot tell yet.
     */
    boolean isUncertain() {
        Work now = work;
        return now == null ? history.isSuspected() : !now.complete || !now.latest;
    }

    TakenClaims taken() {
        return taken;
    }

    /** How often another history was found since start. */
    long count() {
        return count.get();
    }

    /** The tables are told of the new history next; false when there is none. */
    boolean finish(Store.Snapshot read, InFlight inFlight) {
        Work now = work;
        if (now == null) {
            return false;
        }
        Map<String, Store.Entry> present = new HashMap<>();
        read.entries().forEach(e -> present.put(e.key(), e));
        taken.hear(read);
        taken.inUse()
                .forEach(key -> LOG.error(
                        "another host has an address of this one, as it knew the old history longer key={}", key));
        synchronized (lock) {
            journal.rebase(unsent -> rebased(unsent, present));
            replica.renew();
            replica.latestAtLeast(read.revision());
            history.accept(now.notes.mark());
            inFlight.clear();
            taken.clear();
            work = null;
        }
        LOG.warn(
                "the store has again what this host knows of its old history after_s={}",
                steady.get().minus(now.begun).toSeconds());
        return true;
    }

    /** What is unsent was based on the old history; what others have by now is never what it is based on. */
    private UnsentWrite rebased(UnsentWrite unsent, Map<String, Store.Entry> present) {
        Store.Entry entry = present.get(unsent.key());
        if (entry == null) {
            return unsent.onTopOf(0, false);
        }
        Optional<Object> record = replica.decode(entry.key(), entry.value());
        return ownership.owns(entry.key(), record)
                ? unsent.onTopOf(entry.revision(), unsent.exclusive() && Authority.isExclusivelyOurs(record))
                : unsent.onTopOf(Table.OLD, false);
    }

    /**
     * Fails with {@code UNAVAILABLE} as long as there is nothing to do but to wait for others, and like the store; asks
     * for little.
     */
    void requireOthers() {
        Work now = work;
        if (now != null && now.leftTo.isPresent()) {
            now.notes.now().ifPresent(read -> requireOthers(now, read, now.leftTo.get()));
        }
    }

    /** Whoever this host leaves something to is waited for; if that was in vain, it has something to do. */
    private void requireOthers(Work now, Store.Snapshot read, Set<String> leftTo) {
        Set<String> missing = missing(now, read);
        if (!missing.isEmpty()) {
            throw waitingFor(missing);
        }
        if (leftTo.isEmpty() || now.notes.done(read).containsAll(leftTo)) {
            requireThrough(now, read);
        }
    }

    /** Somebody whom this host does not know may be known to another, who waits for that one yet. */
    private void requireThrough(Work now, Store.Snapshot read) {
        Set<String> others = now.isOverForAll() ? Set.of() : now.notes.notThrough(read);
        if (!others.isEmpty()) {
            throw waiting("host " + String.join(", ", others) + " has not put back all it knows of others yet");
        }
    }

    private static PatchbayException waitingFor(Set<String> hosts) {
        return waiting("host " + String.join(", ", hosts) + " has not put back its records yet");
    }

    /**
     * What the store has, once it has what it should. Fails with {@code UNAVAILABLE} as long as others are waited for,
     * and like the store.
     *
     * @param latest the latest revision that this host knew of before it read
     */
    Store.Snapshot through(Store.Snapshot read, long latest) {
        Optional<String> why = history.other(read, latest);
        Work now = work;
        if (now == null) {
            why = why.or(() -> Impossible.older(read, replica::settledRevision)).or(() -> missing(read));
            if (why.isEmpty()) {
                return begunOrSame(read);
            }
            now = new Work();
            count.incrementAndGet();
            work = now;
            LOG.error(
                    "the store has another history than this host knows: {}; records are put back and nothing new is"
                            + " given out until that is done store={}",
                    why.get(),
                    store.description());
        }
        Mark.Seen mark = history.settle(read, now.old, isDamaged(now, read));
        boolean isKnown = now.notes.isUnder(mark);
        if (!isKnown) {
            now.notes = notes(mark);
            now.begun = steady.get();
            now.late = now.notes.areClosed(read);
            now.latest = mark.mark().continues(now.old);
        }
        now.notes.begin();
        // what was read before the mark was made, or this host took part, may lack what others did before that
        return work(now, mark, isKnown ? Optional.of(read) : Optional.empty());
    }

    private RebuildNotes notes(Mark.Seen mark) {
        return new RebuildNotes(store, host, mark, unreadableNotes);
    }

    /** Whether keys are missing although the hosts were done under the mark that this one comes to now. */
    private boolean isDamaged(Work now, Store.Snapshot read) {
        return Mark.Seen.in(read)
                .filter(mark -> !now.notes.isUnder(mark))
                .filter(mark -> notes(mark).areClosed(read))
                .flatMap(mark -> Impossible.in(read, replica::decode))
                .isPresent();
    }

    /** A host that knows no history yet has nothing to put back. */
    private Optional<String> missing(Store.Snapshot read) {
        return history.known().isNone() ? Optional.empty() : Impossible.in(read, replica::decode);
    }

    private Store.Snapshot begunOrSame(Store.Snapshot read) {
        Mark.Seen mark = history.establish(read);
        // what was read before the mark was made does not know it
        Store.Snapshot now = Mark.Seen.in(read).isPresent() ? read : store.list("");
        history.accept(mark);
        return now;
    }

    private Store.Snapshot work(Work now, Mark.Seen mark, Optional<Store.Snapshot> first) {
        now.leftTo = Optional.empty();
        Optional<Store.Snapshot> known = first;
        for (int pass = 0; pass < PASSES; pass++) {
            Store.Snapshot read = known.orElseGet(() -> store.list(""));
            known = Optional.empty();
            if (!Mark.Seen.in(read).equals(Optional.of(mark))) {
                throw waiting("its mark was replaced again");
            }
            taken.hear(read);
            now.expected.addAll(hosts.aliveIn(read, mark.revision()));
            Set<String> missing = missing(now, read);
            List<Step> steps = duties.left(read, setting(now, mark, read));
            // each of them puts back its own, and all would do the same work at the same time
            steps.removeIf(step -> missing.contains(step.owner()));
            if (steps.isEmpty()) {
                return whenOthersAreDone(now, read, missing);
            }
            Map<String, Long> noted = now.notes.noted(read);
            steps.removeIf(step -> !mayTell(step));
            for (List<Step> batch : Step.batches(steps)) {
                if (!now.notes.send(now.old.id(), batch, noted, isOpen(now, read))) {
                    // others have come to the same, and further by now
                    break;
                }
            }
        }
        throw waiting("records are being put back");
    }

    /** The hosts that are waited for. */
    private Set<String> missing(Work now, Store.Snapshot read) {
        if (now.isOver()) {
            return Set.of();
        }
        Set<String> missing = new TreeSet<>(now.expected);
        if (!now.haveAllBegun()) {
            // this host may have been cut off when one of them came
            missing.addAll(now.recorded);
        }
        missing.addAll(now.notes.noted(read).keySet());
        missing.remove(host);
        missing.removeAll(now.notes.done(read));
        return missing;
    }

    /**
     * Whether the store may be told so of a record. A claim that was released while the store was away is not exclusive
     * from then on, and one that a container has again meanwhile is not released.
     */
    private boolean mayTell(Step step) {
        if (!Ownership.isClaim(step.key()) || isExclusive(step.key(), step.value())) {
            return true;
        }
        synchronized (lock) {
            Optional<UnsentWrite> unsent = journal.find(step.key()).filter(UnsentWrite::exclusive);
            if (unsent.isPresent() && isExclusive(step.key(), unsent.get().value())) {
                return false;
            }
            unsent.ifPresent(u -> journal.put(List.of(u.released())));
            return true;
        }
    }

    private boolean isExclusive(String key, Optional<Value> value) {
        return Authority.isExclusivelyOurs(value.flatMap(v -> replica.decode(key, v)));
    }

    private Store.Snapshot whenOthersAreDone(Work now, Store.Snapshot read, Set<String> missing) {
        Set<String> leftTo = isSharing(now) ? missing : Set.of();
        now.notes.done(leftTo);
        now.leftTo = Optional.of(leftTo);
        if (!missing.isEmpty()) {
            throw waitingFor(missing);
        }
        requireThrough(now, read);
        Set<String> recorded = read.entries().stream()
                .filter(e -> e.key().startsWith(HOSTS))
                .map(e -> e.key().substring(HOSTS.length()))
                .collect(Collectors.toSet());
        now.notes.close(read, recorded);
        // what has been written since, the watch tells
        return read;
    }

    private static PatchbayException waiting(String what) {
        return new PatchbayException(
                Kind.UNAVAILABLE, OtherHistory.BEGINNING + "knew, and it is being rebuilt: " + what);
    }

    private RebuildRules.Setting setting(Work now, Mark.Seen mark, Store.Snapshot read) {
        return new RebuildRules.Setting(
                host,
                now.complete,
                now.told,
                new RecordHistories(mark, now.old, read, unreadableNotes),
                isSharing(now),
                isOpen(now, read),
                now.notes.done(read)::contains);
    }

    /** Who has gone on may have ended since what is not there. */
    private static boolean isOpen(Work now, Store.Snapshot read) {
        return isSharing(now) && !now.notes.areClosed(read);
    }

    /** Whether it puts back what is not its own. */
    private static boolean isSharing(Work now) {
        return !now.late && now.latest;
    }
}
