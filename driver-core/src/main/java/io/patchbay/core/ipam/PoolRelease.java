package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.Optional;

/** The end of a pool's user: what nobody else names goes with it, and the pool with its last one unless ranges of it are reserved. */
public final class PoolRelease {
    /** So that they fit in a decision. */
    private static final int MOST_SHARED = 100;

    private PoolRelease() {}

    /**
     * Ends a user; false when there is no such one.
     *
     * @param d may have the caller's own conditions, at most ten
     */
    public static boolean end(Decision d, Ref<PoolUser> ref, PoolName name, String host) {
        Optional<PoolUser> user = d.read(ref);
        Optional<Pool> pool = d.read(Ref.pool(name));
        if (user.isEmpty()) {
            return false;
        }
        SharedAddresses.Leaving leaving = SharedAddresses.leaving(d, user.get());
        d.delete(ref);
        leaving.addresses().forEach(address -> d.delete(Ref.claim(name, address)));
        if (pool.isEmpty()) {
            // the store has lost it
            return true;
        }
        Optional<Ref<PoolUser>> other = d.peekAll(Refs.usersOf(name)).stream()
                .map(u -> Ref.of(u.value()))
                .filter(u -> !u.equals(ref))
                .findFirst();
        // of another host's that is gone already this one may not know yet
        other.ifPresent(d::expectPresent);
        Optional<IpAddress> gateway = pool.get().gateway();
        // with the last user goes also one that another user left to this one, of whose end that one's host had not
        // heard
        boolean gatewayToo = leaving.gatewayToo() || (other.isEmpty() && gateway.isPresent());
        if (gatewayToo && !leaving.gatewayToo()) {
            gateway.ifPresent(address -> d.delete(Ref.claim(name, address)));
        }
        Pool remaining = gatewayToo ? pool.get().withGateway(Optional.empty(), host) : pool.get();
        endOrKeep(d, remaining, other.isEmpty());
        return true;
    }

    /** Ends a pool that is left of one whose end was lost, and the shared addresses with it: pools are made and end with their users. */
    static void endIfUnused(Decision d, PoolName name) {
        Optional<Pool> pool = d.read(Ref.pool(name));
        if (pool.isEmpty() || !isUnused(d, pool.get())) {
            return;
        }
        d.peekAll(Refs.claimsOf(name)).stream()
                .map(Versioned::value)
                .filter(claim -> claim.kind() != Claim.Kind.ENDPOINT)
                .limit(MOST_SHARED)
                .forEach(d::delete);
        endOrKeep(d, pool.get(), true);
    }

    private static boolean isUnused(Decision d, Pool pool) {
        return pool.reserved().isEmpty() && d.peekAll(Refs.usersOf(pool.name())).isEmpty();
    }

    /** A gateway or aux address of a pool that is not there and has no users. */
    static boolean isOrphan(State state, Claim claim) {
        return claim.kind() != Claim.Kind.ENDPOINT
                && state.peek(Ref.pool(claim.pool())).isEmpty()
                && state.peekAll(Refs.usersOf(claim.pool())).isEmpty();
    }

    static void endOrphan(Decision d, Claim claim) {
        if (d.read(Ref.pool(claim.pool())).isEmpty() && d.read(Ref.of(claim)).isPresent()) {
            d.delete(claim);
        }
    }

    /** Writes what remains of a pool, or ends it: without users and without reserved ranges it is nothing. */
    static void endOrKeep(Decision d, Pool remaining, boolean unused) {
        if (!unused || !remaining.reserved().isEmpty()) {
            d.put(remaining);
            return;
        }
        d.delete(remaining);
        PoolBirth.takeFromSegment(d, remaining.name());
    }
}
