package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Says what this host may decide by itself while the store is away. Its own records it may change. Of addresses it may
 * take only those whose claims are exclusive, so that nobody else can have them. It keeps nothing and takes no lock;
 * what its answers depend on is {@link Known}.
 */
final class Authority {
    private final Ownership ownership;
    private final Known known;

    /** What an answer depends on. */
    interface Known {
        /** The record as it is known here. */
        Optional<?> record(String key);

        /** What a value under this key says; empty when it cannot be read. */
        Optional<Object> decode(String key, Value value);

        /** The change of it that the store has not heard of; exclusive only as far as the store was heard since. */
        Optional<UnsentWrite> unsent(String key);

        /** Whether a transaction that went out may have released it by now. */
        boolean mayHaveReleased(String key);

        /** Whether others may know of a later time than this host. */
        boolean isUncertain();

        /**
         * Whether others may have ended it without this host's knowing: this process has not been with the store yet
         * and goes by what its disk remembers, or the host was perhaps forgotten as it came, or another has it in the
         * store that is being rebuilt.
         */
        boolean mayHaveBeenEnded(String key);
    }

    /** What the tables, the journal and the transactions under way tell. */
    record Here(
            Replica replica,
            Journal journal,
            InFlight inFlight,
            KnownHosts hosts,
            Predicate<String> taken,
            BooleanSupplier uncertain,
            BooleanSupplier wasOnline)
            implements Known {
        @Override
        public Optional<?> record(String key) {
            return replica.record(key);
        }

        @Override
        public Optional<Object> decode(String key, Value value) {
            return replica.decode(key, value);
        }

        @Override
        public Optional<UnsentWrite> unsent(String key) {
            Optional<Table.Told> told = replica.owner(key).flatMap(table -> table.toldSince(key));
            boolean mayBeOthers = told.filter(t -> !isOurs(key, t)).isPresent();
            return journal.find(key).map(unsent -> mayBeOthers ? unsent.released() : unsent);
        }

        private boolean isOurs(String key, Table.Told told) {
            Optional<Object> there = told.value().flatMap(v -> replica.decode(key, v));
            return isExclusivelyOurs(there)
                    && there.filter(r -> Ownership.ownerOf(key, r).equals(hosts.self()))
                            .isPresent();
        }

        @Override
        public boolean mayHaveReleased(String key) {
            return inFlight.mayHaveReleased(key);
        }

        @Override
        public boolean isUncertain() {
            return uncertain.getAsBoolean();
        }

        @Override
        public boolean mayHaveBeenEnded(String key) {
            return taken.test(key)
                    || (isUncertain() && !wasOnline.getAsBoolean())
                    || hosts.mayHaveEnded(
                            journal.find(key).map(UnsentWrite::base).orElseGet(() -> replica.revision(key)));
        }
    }

    Authority(Ownership ownership, Known known) {
        this.ownership = ownership;
        this.known = known;
    }

    /** Whether this host may do the transaction alone. */
    boolean may(Transaction transaction) {
        return transaction.operations().stream().allMatch(operation -> {
            Optional<?> present = known.record(operation.key());
            return ownership.mayDoAlone(operation, present) && !takesWhatMayBeTaken(operation, present);
        });
    }

    private boolean takesWhatMayBeTaken(Transaction.Operation operation, Optional<?> present) {
        String key = operation.key();
        return makesExclusive(operation)
                && present.filter(r -> (beginsUse(operation, r) && !isFirm(key))
                                || (r instanceof MacClaim mac
                                        ? known.mayHaveReleased(key) || mayBeForgotten(key, mac)
                                        : r instanceof Claim claim && !isExclusive(key, claim)))
                        .isPresent();
    }

    /**
     * Whether the store has the claim as this host's and nobody else's: by the last that was heard of it, with nothing
     * under way that releases it, and nothing that others may have done since. Only then a container may begin to use
     * what it stands for.
     */
    private boolean isFirm(String key) {
        return !known.mayHaveBeenEnded(key)
                && !known.mayHaveReleased(key)
                && known.unsent(key).map(UnsentWrite::exclusive).orElseGet(() -> isExclusivelyOurs(known.record(key)));
    }

    /** Whether a container is to have the address that has not had it. */
    private boolean beginsUse(Transaction.Operation operation, Object present) {
        Object next = operation instanceof Transaction.Put put
                ? known.decode(put.key(), put.value()).orElse(present)
                : present;
        if (next instanceof MacClaim mac && present instanceof MacClaim before) {
            return mac.endpoint().isPresent() && !mac.endpoint().equals(before.endpoint());
        }
        return next instanceof Claim claim
                && present instanceof Claim before
                && (claim.life() instanceof Life.Asked
                        || (claim.endpoint().isPresent()
                                && !(before.life() instanceof Life.Asked)
                                && !claim.endpoint().equals(before.endpoint())));
    }

    /**
     * Of a MAC address that no endpoint has: as with a spare, see {@link #isExclusive}, unless the store has not heard.
     */
    private boolean mayBeForgotten(String key, MacClaim mac) {
        return mac.endpoint().isEmpty()
                && known.isUncertain()
                && known.unsent(key).isEmpty();
    }

    /**
     * Whether nobody else can have the address of this host's claim. A released one is free for others unless the store
     * has not heard of its release. A spare may be theirs while this host may have been forgotten in a history that
     * only others know.
     */
    boolean isExclusive(String key, Claim claim) {
        return claim.life()
                .map(new Life.Cases<>(
                        shared -> true,
                        asked -> true,
                        bound -> true,
                        releasing -> true,
                        held -> isFirm(key),
                        spare -> isFirm(key) && !known.isUncertain()));
    }

    /** Whether the claim as it is known here is exclusive, so that a change of it that is remembered begins as one. */
    boolean isExclusiveHere(String key) {
        return isExclusivelyOurs(known.record(key)) && !known.mayHaveReleased(key);
    }

    /** Whether there is a change of the claim that the store has not heard of, and nobody else can have it. */
    boolean isExclusiveUnsent(String key) {
        return known.unsent(key).filter(UnsentWrite::exclusive).isPresent();
    }

    /** A claim that nobody else may take, if it is this host's. */
    static boolean isExclusivelyOurs(Optional<?> record) {
        return record.filter(r -> r instanceof MacClaim || (r instanceof Claim claim && !claim.isHeld()))
                .isPresent();
    }

    /** Whether the record is such a claim. */
    boolean isExclusivelyOurs(String key, Optional<Value> value) {
        return isExclusivelyOurs(value.flatMap(v -> known.decode(key, v)));
    }

    private boolean makesExclusive(Transaction.Operation operation) {
        return operation instanceof Transaction.Put put && isExclusivelyOurs(put.key(), Optional.of(put.value()));
    }

    /** The claims that others may have once the transaction is applied. */
    List<String> released(Transaction transaction) {
        return transaction.operations().stream()
                .filter(operation -> Ownership.isClaim(operation.key()) && !makesExclusive(operation))
                .map(Transaction.Operation::key)
                .toList();
    }

    /** Of a transaction that releases these claims: they, and those that are spare no longer. */
    List<String> givenUp(Transaction transaction, List<String> released) {
        return transaction.operations().stream()
                .map(Transaction.Operation::key)
                .filter(key -> released.contains(key) || (Ownership.isClaim(key) && isSpare(known.record(key))))
                .toList();
    }

    private static boolean isSpare(Optional<?> record) {
        return record.filter(r -> r instanceof Claim claim && claim.isSpare()).isPresent();
    }
}
