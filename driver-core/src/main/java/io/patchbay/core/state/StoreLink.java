package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to a store that hosts share, which carries this host over the times when it cannot be reached. Changes of
 * its own records go on then: they are written to its disk, show in the tables at once, and are sent when the store is
 * back. Everything else fails with {@code UNAVAILABLE} and the reason. No call waits for a store that is known to be
 * away.
 *
 * <p>Records of this host that are missing when the store is back were lost there, or a person gave them up. They are
 * put back, a claim only if nobody has the address by now.
 *
 * <p>How it stands with the store is a {@link LinkState}, the lock a {@link LinkLock}; docs/design/outage.md has the
 * order of locks.
 */
final class StoreLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLink.class);
    private static final Duration PING = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 3;

    private final Store store;
    private final Replica replica;
    private final Ownership ownership;
    private final History history;
    private final Guard guard;
    private final Rebuild rebuild;
    private final DiskCopy diskCopy;
    private final InFlight inFlight;
    private final Authority authority;
    private final Outbox outbox;
    private final ForeignDeletes foreignDeletes;
    private final RollCall rollCall;
    private final CatchUpPause pause;
    private final ScheduledExecutorService executor;
    private final LinkLock lock = new LinkLock();
    private final LinkState link;

    StoreLink(
            Store store,
            Replica replica,
            InFlight inFlight,
            Store disk,
            Self self,
            Duration patience,
            ScheduledExecutorService executor,
            TimeSource time) {
        this.store = store;
        this.replica = replica;
        KnownHosts hosts = new KnownHosts(replica, self);
        this.ownership = new Ownership(self.host());
        Journal journal = new Journal(disk);
        this.history = new History(store, disk, replica);
        this.guard = new Guard(store, history);
        this.rebuild = new Rebuild(store, replica, hosts, ownership, journal, history, lock, time::steady);
        this.diskCopy = new DiskCopy(disk, () -> history.known().id(), executor);
        this.inFlight = inFlight;
        this.link = new LinkState(time::now, patience);
        this.authority = new Authority(
                ownership,
                new Authority.Here(
                        replica,
                        journal,
                        inFlight,
                        hosts,
                        rebuild.taken()::contains,
                        this::isUncertain,
                        link::wasOnline));
        this.outbox = new Outbox(
                new Outbox.Parts(store, replica, ownership, guard, journal, diskCopy, inFlight, authority), lock);
        this.rollCall = new RollCall(store, guard, replica, hosts, executor, time::steady);
        this.foreignDeletes = new ForeignDeletes(ownership, inFlight);
        this.executor = executor;
        this.pause = new CatchUpPause(executor, this::probe);
        replica.onLost(() -> orLost(this::catchUp));
        replica.answers().share(history::mark, this::otherHistory);
        replica.onCall(rollCall::received);
        rollCall.whenOver(() -> orLost(this::arrive));
        TakeBack takeBack =
                new TakeBack(foreignDeletes, replica, outbox, executor, lock, this::sendIfOnline, this::lost);
        DiskCopy.Gone gone = (key, before, value) -> link.isFollowed() && takeBack.handles(key, before, value);
        replica.tables().forEach(table -> diskCopy.follow(table, ownership, link::isLoading, gone));
    }

    private boolean isUncertain() {
        return rebuild.isUncertain() || (rollCall.isWaiting() && !link.wasOnline());
    }

    private void sendIfOnline() {
        if (link.isOnline()) {
            sendAll();
        }
    }

    LinkState link() {
        return link;
    }

    Rebuild rebuild() {
        return rebuild;
    }

    ForeignDeletes foreignDeletes() {
        return foreignDeletes;
    }

    /**
     * What this host knew, then what the store has if it can be reached. Fails with {@code INVALID} when the store is
     * another version's.
     */
    void start() {
        synchronized (lock) {
            history.load();
            diskCopy.load().forEach(copy -> replica.restore(copy.key(), copy.value(), copy.revision()));
            outbox.load();
            link.loaded();
        }
        try {
            catchUp();
        } catch (PatchbayException e) {
            if (e.kind() != Kind.UNAVAILABLE && e.kind() != Kind.DISK) {
                throw e;
            }
            lost(e);
        }
        Chores.every(executor, PING, PING, "asking the store for a sign of life", this::look);
    }

    /** What this host's disk has of the time without the store and cannot be read. */
    List<Unreadable> unreadable() {
        return outbox.unreadable();
    }

    /** See {@link Authority#isExclusive}. */
    boolean isExclusive(String key, Claim claim) {
        return authority.isExclusive(key, claim);
    }

    CommitResult commit(Transaction transaction) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (link.isOnline()) {
                try {
                    Optional<CommitResult> answer = send(transaction);
                    if (answer.isPresent()) {
                        return answer.get();
                    }
                } catch (PatchbayException e) {
                    if (e.kind() != Kind.UNAVAILABLE || Thread.currentThread().isInterrupted()) {
                        // a call whose time is up says nothing of the store
                        throw e;
                    }
                    lost(e);
                }
            }
            Optional<CommitResult> result = doAlone(transaction);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw link.contact().refusal(store);
    }

    /** Empty when the store has been lost meanwhile: who goes on alone since then may count on what this releases. */
    private Optional<CommitResult> send(Transaction transaction) {
        if (!lock.setOut(link::isOnline)) {
            return Optional.empty();
        }
        try {
            List<String> released = authority.released(transaction);
            // if the own disk cannot forget them nothing is sent, or a restart would find what others have by then
            diskCopy.dropNow(authority.givenUp(transaction, released));
            synchronized (lock) {
                if (!link.isOnline()) {
                    return Optional.empty();
                }
                inFlight.begin(transaction, released);
            }
            CommitResult result = replica.commit(guard.guard(transaction));
            if (result instanceof CommitResult.Conflict conflict && guard.changed(conflict)) {
                result = replica.commit(guard.guard(transaction));
            }
            // not when it failed: then it may have been applied, and the watch may tell of it at any time
            inFlight.answered(transaction);
            return Optional.of(result);
        } finally {
            lock.isBack();
        }
    }

    /** Does the transaction on this host alone if it may; empty when the store is back by now. */
    private Optional<CommitResult> doAlone(Transaction transaction) {
        synchronized (lock) {
            if (link.isOnline()) {
                return Optional.empty();
            }
            if (!authority.may(transaction)) {
                throw link.contact().refusal(store);
            }
            return Optional.of(outbox.take(transaction));
        }
    }

    /** The store did not answer; from now on it is asked in the background until it does. */
    void lost(PatchbayException e) {
        lost(
                String.valueOf(e.getMessage()),
                e.kind() == Kind.DISK ? "not caught up with" : "lost",
                OtherHistory.isCauseOf(e));
    }

    private void lost(String reason, String how, boolean soon) {
        synchronized (lock) {
            boolean wasOnline = link.isOnline();
            if (wasOnline) {
                LOG.warn("store {}, going on alone reason=\"{}\"", how, reason);
                pause.wasOnline(link.lasting());
            }
            link.lost(reason, rebuild.isUnderWay());
            if (wasOnline) {
                // what it tells when it is back is judged by catchUp, or others' deletions of our records would count
                replica.unfollow();
                lock.changed();
            }
            pause.plan(soon);
        }
    }

    private void otherHistory(String why) {
        lost(new PatchbayException(Kind.UNAVAILABLE, history.suspect(why)));
    }

    /** The store answers, and others will have by the time that a call waits. */
    boolean isArriving() {
        return rollCall.isWaiting();
    }

    private void probe() {
        synchronized (lock) {
            pause.begun();
            if (link.isOnline()) {
                return;
            }
        }
        StoreHealth health = store.health();
        if (!health.connected()) {
            // it looks for itself, and what it would answer is known
            lost(health.problem().orElse(link.contact().reason()), "lost", true);
            return;
        }
        try {
            catchUp();
        } catch (RuntimeException e) {
            lost(String.valueOf(e.getMessage()), "not caught up with", OtherHistory.isCauseOf(e));
        }
    }

    /**
     * Asks whether the store answers, and is the one that it was; for a host that has nothing to write and would not
     * notice.
     */
    void look() {
        if (!link.isOnline()) {
            return;
        }
        orLost(() -> {
            long before = replica.latest();
            history.other(store.list(Mark.KEY), before).ifPresent(this::otherHistory);
            history.remember();
        });
    }

    private void orLost(Runnable work) {
        try {
            work.run();
        } catch (PatchbayException e) {
            lost(e);
        }
    }

    /**
     * Reads everything, puts back what is missing, sends what is unsent; then this host is online. Fails like the
     * store.
     */
    private void catchUp() {
        lock.alone(() -> {
            guard.checkSchema();
            if (isReadAnew()) {
                sendAll();
            }
        });
    }

    /** False if the store was lost meanwhile, so that nothing of it is heard. */
    private boolean isReadAnew() {
        boolean wasOnline = link.isOnline();
        rebuild.requireOthers();
        long before = replica.latest();
        Store.Snapshot read = rebuild.through(store.list(""), before);
        boolean rebuilt = rebuild.finish(read, inFlight);
        List<UnsentWrite> missing = new ArrayList<>();
        replica.start(read, (key, record, value) -> {
            boolean ours = ownership.owns(key, Optional.of(record));
            if (ours) {
                missing.add(new UnsentWrite(key, 0, 0, false, Optional.of(value)));
            }
            return ours;
        });
        synchronized (lock) {
            if (wasOnline && !link.isOnline()) {
                return false;
            }
            outbox.heard();
            link.read();
        }
        inFlight.prune();
        outbox.putBack(missing);
        rollCall.answer(read);
        if (!link.isOnline()) {
            rollCall.begin(rebuilt);
        }
        return true;
    }

    /** All have answered, or too late. */
    private void arrive() {
        lock.alone(() -> {
            if (link.isAsking()) {
                sendAll();
            }
        });
    }

    /**
     * Sends what is unsent; when nothing is left and all whom this host asks have answered, this host is online, unless
     * it was lost meanwhile.
     */
    private void sendAll() {
        List<UnsentWrite> group = nextOrArrived();
        while (!group.isEmpty()) {
            outbox.send(group);
            group = nextOrArrived();
        }
        if (link.isOnline()) {
            rollCall.end();
        }
    }

    private List<UnsentWrite> nextOrArrived() {
        synchronized (lock) {
            if (!outbox.isEmpty()) {
                return outbox.next();
            }
            history.requireUnsuspected();
            if (link.isFollowed()) {
                sent();
            }
            return List.of();
        }
    }

    private void sent() {
        pause.callOff();
        if (link.isOnline()) {
            return;
        }
        if (rollCall.isWaiting()) {
            link.ask(rollCall.sentence());
            rollCall.goOnWaiting();
        } else {
            LOG.info("store reached store={}", store.description());
            link.arrived();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            pause.close();
        }
        history.remember();
        Chores.guarded("writing copies of records", diskCopy::drain);
    }
}
