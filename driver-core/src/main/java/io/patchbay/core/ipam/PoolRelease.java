package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Segment;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import java.util.Optional;

/** The end of a pool's user: what nobody else names goes with it, and the pool with its last one unless ranges of it are reserved. */
public final class PoolRelease {
    private PoolRelease() {}

    /**
     * One attempt; empty after a conflict, false when there is no such user.
     *
     * @param transaction with the caller's own conditions, at most ten
     */
    public static Optional<Boolean> once(
            State state, PoolName name, String host, String userId, Transaction.Builder transaction) {
        String userKey = Keys.user(name, host, userId);
        String poolKey = Keys.pool(name);
        Optional<Versioned<PoolUser>> user = state.users().get(userKey);
        Optional<Versioned<Pool>> pool = state.pools().get(poolKey);
        if (user.isEmpty() || pool.isEmpty()) {
            return Optional.of(false);
        }
        SharedAddresses.Leaving leaving =
                SharedAddresses.leaving(state, user.get().value());
        transaction
                .ifRevision(poolKey, pool.get().revision())
                .ifRevision(userKey, user.get().revision())
                .delete(userKey);
        leaving.addresses().forEach(address -> transaction.delete(Keys.claim(name, address)));
        Optional<String> other = state.users().list(Keys.users(name)).stream()
                .map(u -> Keys.user(u.value()))
                .filter(key -> !key.equals(userKey))
                .findFirst();
        // of another host's that is gone already this one may not know yet
        other.ifPresent(transaction::ifPresent);
        Optional<IpAddress> gateway = pool.get().value().gateway();
        // with the last user goes also one that another user left to this one, of whose end that one's host had not
        // heard
        boolean gatewayToo = leaving.gatewayToo() || (other.isEmpty() && gateway.isPresent());
        if (gatewayToo && !leaving.gatewayToo()) {
            gateway.ifPresent(address -> transaction.delete(Keys.claim(name, address)));
        }
        Pool remaining = gatewayToo
                ? pool.get().value().withGateway(Optional.empty(), host)
                : pool.get().value();
        endOrKeep(state, remaining, other.isEmpty(), transaction);
        return state.commitOnPool(name, transaction.build()) ? Optional.of(true) : Optional.empty();
    }

    /** Writes what remains of a pool, or ends it: without users and without reserved ranges it is nothing. */
    static void endOrKeep(State state, Pool remaining, boolean unused, Transaction.Builder transaction) {
        String poolKey = Keys.pool(remaining.name());
        if (!unused || !remaining.reserved().isEmpty()) {
            transaction.put(poolKey, state.pools().encode(remaining));
            return;
        }
        String segmentKey = Keys.segment(remaining.name().segment());
        Segment rest = PoolBirth.segment(state, remaining.name().segment())
                .without(remaining.name().subnet());
        transaction
                .delete(poolKey)
                .ifRevision(segmentKey, state.segments().revision(segmentKey))
                .put(segmentKey, state.segments().encode(rest));
    }
}
