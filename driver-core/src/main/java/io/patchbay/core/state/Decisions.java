package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.work.Chores;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the steps of decisions and has what they want written, until there is no conflict. */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
    private static final int ATTEMPTS = 64;
    /** So many conflicts one after the other are seldom others' doing. */
    private static final int SUSPICIOUS = 4;

    private final Tables tables;
    private final Replica replica;
    private final InFlight inFlight;
    private final @Nullable StoreLink outage;

    Decisions(Tables tables, Replica replica, InFlight inFlight, Executor executor, @Nullable StoreLink outage) {
        this.tables = tables;
        this.replica = replica;
        this.inFlight = inFlight;
        this.outage = outage;
        inFlight.onTurnedUp(
                late -> Chores.begin(executor, "removing " + late.record().key(), () -> end(late)));
    }

    /** See {@link State#decide}. */
    <T> T decide(String subject, Function<Decision, T> step) {
        // one member of a store that goes is no reason to fail, if another answers at once; what is known to be away is
        // not waited for
        boolean patient = !isAway() || isArriving();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Attempt<T> made = new Attempt<>(begin());
            try {
                Optional<T> result = made.run(step);
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (PatchbayException e) {
                if (e.kind() != Kind.UNAVAILABLE) {
                    throw e;
                }
                boolean otherWay = made.unanswered && isAway();
                boolean online = !otherWay && patient && awaitOnline();
                patient &= otherWay;
                if (!otherWay && !online) {
                    if (!made.decision.hasOtherMode() || !isAway()) {
                        throw e;
                    }
                    // also when the call's time is up: what is remembered is asked of nobody
                    continue;
                }
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            if (attempt == SUSPICIOUS && outage != null) {
                // what is known here never was so, as far as the store goes
                outage.look();
            }
        }
        throw new PatchbayException(
                Kind.UNAVAILABLE,
                subject + " was changed by others " + ATTEMPTS + " times while this host tried to; try again");
    }

    /** See {@link State#attempt}. */
    boolean attempt(Consumer<Decision> step) {
        return new Attempt<Boolean>(begin())
                .run(decision -> {
                    step.accept(decision);
                    return true;
                })
                .isPresent();
    }

    /**
     * What turns up although nobody wants it any more. What this misses, as when the daemon ends meanwhile, is the
     * reconciler's.
     */
    private void end(Decision.Unanswered late) {
        try {
            boolean ended = attempt(d -> {
                // while the store is away nothing is ended; it is looked at again when it is back
                if (d.isAlone() || !inFlight.hasTurnedUp(late)) {
                    throw d.asConflict();
                }
                d.onConflict(() -> inFlight.over(late));
                d.expectThere(late.record());
                late.end().accept(d);
            });
            if (ended) {
                inFlight.over(late);
            }
        } catch (PatchbayException e) {
            LOG.debug("not removed key={} reason=\"{}\"", late.record().key(), e.getMessage());
        }
    }

    private Decision begin() {
        return new Decision(tables, isAway(), new Asking());
    }

    /** Asks the store; one that does not answer is lost for everybody, as when it does not answer a commit. */
    private final class Asking implements Decision.Asking {
        @Override
        public void one(String key) {
            ask(() -> replica.refresh(key));
        }

        @Override
        public void all(String prefix) {
            ask(() -> replica.refreshAll(prefix));
        }

        private void ask(Runnable question) {
            try {
                question.run();
            } catch (PatchbayException e) {
                boolean lost =
                        e.kind() == Kind.UNAVAILABLE && !Thread.currentThread().isInterrupted();
                if (outage != null && lost) {
                    outage.lost(e);
                }
                throw e;
            }
        }
    }

    private boolean awaitOnline() {
        return outage != null && outage.link().await();
    }

    private boolean isArriving() {
        return outage != null && outage.isArriving();
    }

    private boolean isAway() {
        return outage != null && !outage.link().isOnline();
    }

    private final class Attempt<T> {
        private final Decision decision;
        private boolean unanswered;

        Attempt(Decision decision) {
            this.decision = decision;
        }

        /** Empty when the step is to look again. */
        Optional<T> run(Function<Decision, T> step) {
            boolean done = false;
            try {
                T result = step.apply(decision);
                done = commit();
                return done ? Optional.of(result) : Optional.empty();
            } catch (Decision.LookAgain e) {
                return Optional.empty();
            } finally {
                if (done) {
                    inFlight.written(decision.written());
                }
                decision.over(done);
            }
        }

        private boolean commit() {
            Optional<Transaction> transaction = decision.transaction();
            if (transaction.isEmpty() || isCommitted(transaction.get()) || decision.isThere()) {
                return true;
            }
            decision.conflicted();
            if (!isAway()) {
                // a conflict shows the pool as it is, and the watch may not have told yet who uses it
                decision.pools().forEach(replica::refreshAll);
            }
            return false;
        }

        private boolean isCommitted(Transaction transaction) {
            try {
                CommitResult result = outage == null ? replica.commit(transaction) : outage.commit(transaction);
                return result instanceof CommitResult.Committed;
            } catch (PatchbayException e) {
                if (e.kind() == Kind.UNAVAILABLE && decision.hasOtherWay()) {
                    unanswered = true;
                    decision.ifUnanswered().forEach(inFlight::unanswered);
                }
                throw e;
            }
        }
    }
}
