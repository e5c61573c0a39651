package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Segment;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes pools as they begin and end, with their users and segments. Whatever changes the users of a pool writes the
 * pool's own record too, so that such changes exclude each other; a pool without users and without reserved ranges is
 * nothing.
 */
public final class PoolWriter {
    /** So that they fit in a decision. */
    private static final int MOST_SHARED = 100;

    private PoolWriter() {}

    /** Adds a user if it is not there, and the pool with its first one; {@code host} is who asks. */
    static void addUser(Decision d, PoolUser user, String host, Instant now) {
        if (d.read(Ref.of(user)).isPresent()) {
            return;
        }
        d.put(user);
        d.put(known(d, user.pool()).orElseGet(() -> begun(d, user.pool(), Optional.empty(), host, now)));
    }

    /** Makes the pool of a user anew, which the store has lost. False when it is there. */
    static boolean makeAnew(Decision d, PoolUser user, String host, Instant now) {
        if (known(d, user.pool()).isPresent()) {
            return false;
        }
        d.expectPresent(Ref.of(user));
        d.put(begun(d, user.pool(), user.gateway(), host, now));
        return true;
    }

    /** The pool as it is. */
    static Optional<Pool> known(Decision d, PoolName name) {
        return d.read(Ref.pool(name));
    }

    /** The pool as it begins, to be written; it has its place on the segment, or that is a {@code CONFLICT}. */
    static Pool begun(Decision d, PoolName name, Optional<IpAddress> gateway, String host, Instant now) {
        Ref<Segment> ref = Ref.segment(name.segment());
        Segment segment = d.read(ref).orElse(Segment.EMPTY);
        for (Subnet other : segment.subnets()) {
            if (other.overlaps(name.subnet()) && !other.equals(name.subnet())) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "subnet " + name.subnet() + " overlaps pool " + other
                                + " of another network; name the same subnet and give each network a range of it, or"
                                + " keep LANs apart with --ipam-opt "
                                + IpamOptions.SEGMENT + "=NAME");
            }
        }
        d.put(ref, segment.without(name.subnet()).with(name.subnet()));
        return Pool.begun(name, gateway, host, now);
    }

    /**
     * Ends a user if it is there, also one whose pool is missing, with what of its gateway and aux addresses nobody
     * else names, and the pool with its last one.
     *
     * @param d may have the caller's own conditions, at most ten
     */
    public static void endUser(Decision d, Ref<PoolUser> ref, PoolName name) {
        Optional<PoolUser> user = d.read(ref);
        Optional<Pool> pool = known(d, name);
        if (user.isEmpty()) {
            return;
        }
        SharedAddresses.Leaving leaving = SharedAddresses.leaving(d, user.get());
        d.delete(ref);
        leaving.addresses().forEach(address -> d.delete(Ref.claim(name, address)));
        Optional<Ref<PoolUser>> other = d.peekAll(Refs.usersOf(name)).stream()
                .map(u -> Ref.of(u.value()))
                .filter(u -> !u.equals(ref))
                .findFirst();
        // of another host's that is gone already this one may not know yet
        other.ifPresent(d::expectPresent);
        if (pool.isEmpty()) {
            // the store has lost it
            if (other.isEmpty()) {
                takeFromSegment(d, name);
            }
            return;
        }
        Optional<IpAddress> gateway = pool.get().gateway();
        // with the last user goes also one that another user left to this one, of whose end that one's host had not
        // heard
        boolean gatewayToo = leaving.gatewayToo() || (other.isEmpty() && gateway.isPresent());
        if (gatewayToo && !leaving.gatewayToo()) {
            gateway.ifPresent(address -> d.delete(Ref.claim(name, address)));
        }
        keepOrEnd(
                d,
                gatewayToo ? pool.get().withGateway(Optional.empty(), user.get().host()) : pool.get(),
                other.isEmpty());
    }

    /**
     * Ends a pool that is left of one whose end was lost, and the shared addresses with it: pools are made and end with
     * their users.
     */
    static void endIfUnused(Decision d, PoolName name) {
        Optional<Pool> pool = known(d, name);
        if (pool.isEmpty() || !isUnused(d, pool.get())) {
            return;
        }
        d.peekAll(Refs.claimsOf(name)).stream()
                .map(Versioned::value)
                .filter(claim -> !claim.isForContainers())
                .limit(MOST_SHARED)
                .forEach(d::delete);
        keepOrEnd(d, pool.get(), true);
    }

    /** A gateway or aux address of a pool that is not there and has no users. */
    static boolean isOrphan(State state, Claim claim) {
        return !claim.isForContainers()
                && state.peek(Ref.pool(claim.pool())).isEmpty()
                && state.peekAll(Refs.usersOf(claim.pool())).isEmpty();
    }

    static void endOrphan(Decision d, Claim claim) {
        if (d.read(Ref.pool(claim.pool())).isEmpty() && d.read(Ref.of(claim)).isPresent()) {
            d.delete(claim);
        }
    }

    private static boolean isUnused(Decision d, Pool pool) {
        return pool.reserved().isEmpty() && d.peekAll(Refs.usersOf(pool.name())).isEmpty();
    }

    /** Writes what remains of a pool, or ends it and its place on the segment. */
    static void keepOrEnd(Decision d, Pool remaining, boolean unused) {
        if (!unused || !remaining.reserved().isEmpty()) {
            d.put(remaining);
            return;
        }
        d.delete(remaining);
        takeFromSegment(d, remaining.name());
    }

    /** Takes the pool's subnet from its segment; nothing is left of one without pools. */
    private static void takeFromSegment(Decision d, PoolName name) {
        Ref<Segment> ref = Ref.segment(name.segment());
        Segment rest = d.read(ref).orElse(Segment.EMPTY).without(name.subnet());
        if (rest.equals(Segment.EMPTY)) {
            d.delete(ref);
        } else {
            d.put(ref, rest);
        }
    }
}
