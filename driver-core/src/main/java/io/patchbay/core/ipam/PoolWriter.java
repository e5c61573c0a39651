package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Segment;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes pools as they begin and end, with their users and segments. A change of a pool's users writes the pool's own
 * record too, so that such changes exclude each other. A pool without users and without reserved ranges ends.
 */
public final class PoolWriter {
    private PoolWriter() {}

    /** Adds a user if it is not there, and the pool with its first one; {@code host} is who asks. */
    static void addUser(Decision d, PoolUser user, String host, Instant now) {
        if (d.read(Ref.of(user)).isPresent()) {
            return;
        }
        d.put(user);
        d.put(known(d, user.pool()).orElseGet(() -> begun(d, user.pool(), host, now)));
    }

    /** Makes the pool of a user anew, which the store has lost. False when it is there. */
    static boolean makeAnew(Decision d, PoolUser user, String host, Instant now) {
        if (known(d, user.pool()).isPresent()) {
            return false;
        }
        d.expectPresent(Ref.of(user));
        d.put(begun(d, user.pool(), host, now).withGatewayOf(user).definedBy(host));
        return true;
    }

    /** Has the user under its host's new name, and the pool say so where it was the host's. */
    public static void renameHost(Decision d, PoolUser user, String newHost) {
        String oldHost = user.host();
        Optional<PoolUser> known = d.read(Ref.of(user));
        if (known.isEmpty()) {
            return;
        }
        d.delete(known.get());
        d.put(known.get().onHost(newHost));
        known(d, user.pool())
                .ifPresent(pool -> d.put(pool.definedBy().equals(oldHost) ? pool.definedBy(newHost) : pool));
    }

    /**
     * Puts a use of a pool in that another store had, with the claims of its gateway and aux addresses that nobody has,
     * and the pool with its first one; a swarm's are those of {@code host}, which asks. False when it is there; a pool
     * with another gateway is a {@code CONFLICT}.
     */
    public static boolean restore(Decision d, PoolUser user, String host, Instant now) {
        if (d.read(Ref.of(user)).isPresent()) {
            return false;
        }
        Pool pool = known(d, user.pool()).orElseGet(() -> begun(d, user.pool(), user.host(), now));
        boolean named = user.gateway().isPresent() && !user.guessed();
        boolean contradicts = named
                && pool.gateway().isPresent()
                && !pool.guessed()
                && !user.gateway().equals(pool.gateway());
        if (contradicts) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "gateway " + user.gateway().get() + " contradicts pool "
                            + user.pool().describe() + ", whose gateway is "
                            + pool.gateway().get() + " since host " + pool.definedBy() + " made a network on it");
        }
        d.put(user);
        boolean takesPlace = pool.gateway().isEmpty() || (named && pool.guessed());
        d.put(takesPlace ? pool.withGatewayOf(user) : pool);
        PoolUsers.putBackShared(d, user, user.isOfSwarm() ? host : user.host(), now);
        return true;
    }

    /** Whether a user of the pool names the address as its gateway or an aux address, or one may that is unreadable. */
    public static boolean isNamed(Decision d, PoolName name, IpAddress address) {
        return known(d, name).isPresent()
                && (PoolUsers.namedBy(PoolUsers.of(d, name)).contains(address) || PoolUsers.areUnknown(d, name));
    }

    /**
     * Puts a pool in that another store had, for the sake of its reserved ranges. False when one is there, whatever it
     * says.
     */
    public static boolean restore(Decision d, Pool pool, Instant now) {
        if (known(d, pool.name()).isPresent()) {
            return false;
        }
        Pool unused = begun(d, pool.name(), pool.definedBy(), now);
        // the gateway comes with who uses it
        d.put(pool.withGateway(Optional.empty(), pool.definedBy()));
        return true;
    }

    /** The pool as it is. */
    static Optional<Pool> known(Decision d, PoolName name) {
        return d.read(Ref.pool(name));
    }

    /** The pool as it begins, to be written; it has its place on the segment, or that is a {@code CONFLICT}. */
    static Pool begun(Decision d, PoolName name, String host, Instant now) {
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
        return Pool.begun(name, host, now);
    }

    /**
     * Ends a user if it is there, also one whose pool is missing, with what of its gateway and aux addresses nobody
     * else names, and the pool with its last one.
     *
     * @param d may have the caller's own conditions, at most ten
     */
    public static void endUser(Decision d, Ref<PoolUser> ref, PoolName name) {
        d.read(ref).ifPresent(user -> endUsers(d, List.of(user), name));
    }

    /** As {@link #endUser} with some of one pool, one at least, which the decision has read. */
    public static void endUsers(Decision d, List<PoolUser> ended, PoolName name) {
        Optional<Pool> pool = known(d, name);
        List<PoolUser> others = new ArrayList<>(PoolUsers.of(d, name));
        others.removeIf(user -> ended.stream().anyMatch(e -> Ref.of(e).equals(Ref.of(user))));
        // one that is gone already this host may not know yet
        others.stream().findFirst().map(Ref::of).ifPresent(d::expectPresent);
        // what one that cannot be read has named is not known, so it may be anything
        boolean unknown = PoolUsers.areUnknown(d, name);
        boolean last = others.isEmpty() && !unknown;
        Set<IpAddress> free = unknown ? new LinkedHashSet<>() : PoolUsers.namedBy(ended);
        free.removeAll(PoolUsers.namedBy(others));
        // with the last user goes also a gateway that another user left to this one, of whose end that one's host had
        // not heard
        Optional<IpAddress> gateway = pool.flatMap(Pool::gateway).filter(address -> last || free.contains(address));
        gateway.ifPresent(free::add);
        ended.forEach(d::delete);
        free.forEach(address -> PoolUsers.endShared(d, name, address));
        if (pool.isPresent()) {
            Pool remaining = gateway.isPresent()
                    ? pool.get().withGateway(Optional.empty(), ended.get(0).host())
                    : pool.get();
            keepOrEnd(d, remaining, last);
        } else if (last) {
            // the store has lost it
            takeFromSegment(d, name);
        }
    }

    /** Writes what remains of a pool, or ends it and its place on the segment. */
    static void keepOrEnd(Decision d, Pool remaining, boolean unused) {
        // a pool ends in one transaction with its place on the segment, or it counts as lost
        boolean ends = unused
                && remaining.reserved().isEmpty()
                && !d.isUnreadable(Ref.segment(remaining.name().segment()));
        if (!ends) {
            d.put(remaining);
            return;
        }
        d.delete(remaining);
        takeFromSegment(d, remaining.name());
    }

    /** Has a segment say which pools lie on it. One that cannot be read, as a pool that cannot, is left alone. */
    public static void mendSegment(Decision d, String name) {
        Ref<Segment> ref = Ref.segment(name);
        if (d.isUnreadable(ref)) {
            return;
        }
        Segment before = d.read(ref).orElse(Segment.EMPTY);
        Segment after = before;
        for (Subnet subnet : before.subnets()) {
            Ref<Pool> pool = Ref.pool(new PoolName(name, subnet));
            if (!d.isUnreadable(pool) && d.read(pool).isEmpty()) {
                after = after.without(subnet);
            }
        }
        List<PoolName> pools = d.peekAll(Refs.pools()).stream()
                .map(pool -> pool.value().name())
                .filter(pool -> pool.segment().equals(name))
                .toList();
        for (PoolName pool : pools) {
            if (d.read(Ref.pool(pool)).isPresent()) {
                after = after.without(pool.subnet()).with(pool.subnet());
            }
        }
        // no host deletes a segment alone, so that is a sign of another history; an empty one does no harm
        d.put(ref, after);
    }

    /** Takes the pool's subnet from its segment; nothing is left of one without pools. */
    private static void takeFromSegment(Decision d, PoolName name) {
        Ref<Segment> ref = Ref.segment(name.segment());
        if (d.isUnreadable(ref)) {
            // a subnet too many in it keeps others from overlapping, and nothing else
            return;
        }
        Segment rest = d.read(ref).orElse(Segment.EMPTY).without(name.subnet());
        if (rest.equals(Segment.EMPTY)) {
            d.delete(ref);
        } else {
            d.put(ref, rest);
        }
    }
}
