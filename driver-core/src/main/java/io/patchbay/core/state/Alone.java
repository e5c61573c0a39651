package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;

/**
 * What this host may change by itself while the store is away: its own records, and of addresses only those that nobody
 * else can have. Callers hold the journal's lock, except for {@link #isFirm}.
 */
final class Alone {
    private final Replica replica;
    private final Ownership ownership;
    private final Journal journal;
    private final Releases releases;
    private final Backlog backlog;
    private final Rebuild rebuild;

    Alone(Replica replica, Ownership ownership, Journal journal, Releases releases, Backlog backlog, Rebuild rebuild) {
        this.replica = replica;
        this.ownership = ownership;
        this.journal = journal;
        this.releases = releases;
        this.backlog = backlog;
        this.rebuild = rebuild;
    }

    boolean may(Transaction transaction) {
        return transaction.operations().stream().allMatch(operation -> {
            Optional<?> present = replica.record(operation.key());
            return ownership.mayDoAlone(operation, present) && !takesWhatMayBeTaken(operation, present);
        });
    }

    private boolean takesWhatMayBeTaken(Transaction.Operation operation, Optional<?> present) {
        String key = operation.key();
        boolean taking =
                operation instanceof Transaction.Put put && Backlog.isFirmlyOurs(backlog.decoded(key, put.value()));
        return taking
                && present.filter(r -> r instanceof MacClaim mac
                                ? releases.mayHaveReleased(key) || mayBeForgotten(key, mac)
                                : r instanceof Claim claim && !isFirm(key, claim))
                        .isPresent();
    }

    /** Of a MAC address that no endpoint has: as with a spare, see {@link #isFirm}, unless the store has not heard. */
    private boolean mayBeForgotten(String key, MacClaim mac) {
        return mac.endpoint().isEmpty()
                && rebuild.isUncertain()
                && journal.find(key).isEmpty();
    }

    /**
     * Whether nobody else can have the address of this host's claim. A released one is free for others unless the store
     * has not heard of its release; a spare once its release is under way, or while this host may have been forgotten
     * in a history that only others know. Takes no lock.
     */
    boolean isFirm(String key, Claim claim) {
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> true,
                        asked -> true,
                        bound -> true,
                        releasing -> true,
                        held -> journal.find(key).map(Unsent::firm).orElse(false),
                        spare -> !releases.mayHaveReleased(key) && !rebuild.isUncertain()));
    }

    /** Writes into the journal what {@link #may} allows, and shows it in the tables. */
    CommitResult commit(Transaction transaction) {
        for (Transaction.Condition condition : transaction.conditions()) {
            long revision = replica.revision(condition.key());
            boolean holds = condition.revision() < 0 ? revision > 0 : condition.revision() == revision;
            if (!holds) {
                return new CommitResult.Conflict(List.of(), 0);
            }
        }
        long group = journal.nextGroup();
        List<Unsent> changes = transaction.operations().stream()
                .map(operation -> change(operation, group))
                .toList();
        journal.put(changes);
        releases.end(transaction);
        changes.forEach(backlog::show);
        return new CommitResult.Committed(Backlog.revision(group));
    }

    private Unsent change(Transaction.Operation operation, long group) {
        String key = operation.key();
        Optional<Value> value = operation instanceof Transaction.Put put ? Optional.of(put.value()) : Optional.empty();
        Optional<Unsent> earlier = journal.find(key);
        boolean firm = earlier.map(Unsent::firm)
                .orElseGet(() -> Backlog.isFirmlyOurs(replica.record(key)) && !releases.mayHaveReleased(key));
        long base = earlier.map(Unsent::base).orElseGet(() -> replica.revision(key));
        return new Unsent(key, base, group, firm, value);
    }
}
