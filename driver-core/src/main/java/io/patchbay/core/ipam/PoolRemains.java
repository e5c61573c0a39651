package io.patchbay.core.ipam;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import io.patchbay.core.work.Repaired;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is left of pools whose end was lost. A pool ends with its last user, and a gateway or aux claim with its pool.
 * So one without is ended, if no container has an address of it, once it has been so for two rounds: its users may be
 * missing because they were lost, and their hosts put them back at once.
 */
final class PoolRemains {
    /** So that they fit in a decision. */
    private static final int MOST_SHARED = 100;

    private final State state;
    private Set<Versioned<?>> seenBefore = Set.of();

    PoolRemains(State state) {
        this.state = state;
    }

    /** One round; not while the store is away. */
    synchronized void end(Repaired repaired) {
        Set<Versioned<?>> seen = new HashSet<>();
        List<Versioned<Pool>> pools = state.peekAll(Refs.pools());
        Chores.each("tidying of pool", pools, pool -> pool.value().name(), pool -> {
            PoolName name = pool.value().name();
            if (pool.value().reserved().isEmpty() && isUnused(name) && wasSeen(pool, seen)) {
                state.change("pool " + name.describe(), d -> endIfUnused(d, name));
                repaired.repaired(Repair.POOL_WITHOUT_USER, name.describe());
            }
        });
        List<Versioned<Claim>> claims = state.peekAll(Refs.claims());
        Chores.each("tidying of claim", claims, claim -> Ref.of(claim.value()), claim -> {
            if (isOrphan(claim.value()) && wasSeen(claim, seen)) {
                state.change("address " + claim.value().address(), d -> endOrphan(d, claim.value()));
                repaired.repaired(
                        Repair.SHARED_CLAIM_WITHOUT_POOL,
                        claim.value().address().toString());
            }
        });
        seenBefore = seen;
    }

    private boolean wasSeen(Versioned<?> record, Set<Versioned<?>> seen) {
        return !seen.add(record) || seenBefore.contains(record);
    }

    private boolean isUnused(PoolName name) {
        return state.peekAll(Refs.usersOf(name)).isEmpty()
                && state.unreadable(Refs.usersOf(name)).isEmpty()
                && state.unreadable(Refs.claimsOf(name)).isEmpty()
                && state.peekAll(Refs.claimsOf(name)).stream()
                        .noneMatch(claim -> claim.value().isForContainers());
    }

    private void endIfUnused(Decision d, PoolName name) {
        d.read(Ref.pool(name)).ifPresent(pool -> {
            boolean unused = pool.reserved().isEmpty() && PoolUsers.of(d, name).isEmpty() && isUnused(name);
            if (unused && !d.isUnreadable(Ref.segment(name.segment()))) {
                d.peekAll(Refs.claimsOf(name)).stream()
                        .map(Versioned::value)
                        .limit(MOST_SHARED)
                        .forEach(d::delete);
                PoolWriter.keepOrEnd(d, pool, true);
            }
        });
    }

    /** A gateway or aux address of a pool that is not there and has no users. */
    private boolean isOrphan(Claim claim) {
        return !claim.isForContainers() && !state.isThere(Ref.pool(claim.pool())) && isUnused(claim.pool());
    }

    private static void endOrphan(Decision d, Claim claim) {
        if (d.read(Ref.pool(claim.pool())).isEmpty() && d.read(Ref.of(claim)).isPresent()) {
            d.delete(claim);
        }
    }
}
