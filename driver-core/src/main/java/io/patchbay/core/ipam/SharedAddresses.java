package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.Life.Use;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gateway and aux addresses: every host and network on a pool asks for them again, so they are shared rather than
 * fought over, and go with the last user that named them.
 */
final class SharedAddresses {
    /** They end in one transaction, which has at most 128 operations. */
    private static final int MAX_AUX = 100;

    private final State state;
    private final String host;
    private final TimeSource time;
    private final Claims claims;

    SharedAddresses(State state, String host, TimeSource time, Claims claims) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.claims = claims;
    }

    /** The pool's gateway: the wanted one, the one the pool has, or the first free address of the range. */
    IpAddress gateway(Versioned<PoolUser> user, Optional<IpAddress> wanted) {
        PoolName name = user.value().pool();
        return state.decide(
                "the gateway of pool " + name.spoken(), d -> gateway(d, Ref.of(user.value()), name, wanted));
    }

    private IpAddress gateway(Decision d, Ref<PoolUser> ref, PoolName name, Optional<IpAddress> wanted) {
        Pool pool = require(d.read(Ref.pool(name)), name);
        PoolUser user = require(d.read(ref), name);
        Optional<IpAddress> has = pool.gateway();
        if (has.isPresent() && wanted.isPresent() && !has.equals(wanted)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "gateway " + wanted.get() + " contradicts pool " + name.spoken() + ", whose gateway is " + has.get()
                            + " since host " + pool.definedBy() + " made a network on it");
        }
        IpAddress gateway = has.or(() -> wanted).orElseGet(() -> firstFree(d, pool, user.range()));
        d.put(user.withGateway(Optional.of(gateway)));
        d.put(has.isPresent() ? pool : pool.withGateway(Optional.of(gateway), host));
        claim(d, name, gateway, Use.GATEWAY, user.id());
        return gateway;
    }

    /** An address that something outside has. */
    IpAddress aux(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.decide(
                "aux address " + address + " of pool " + name.spoken(),
                d -> aux(d, Ref.of(user.value()), name, address));
    }

    private IpAddress aux(Decision d, Ref<PoolUser> ref, PoolName name, IpAddress address) {
        Pool pool = require(d.read(Ref.pool(name)), name);
        PoolUser user = require(d.read(ref), name);
        if (user.aux().contains(address)) {
            return address;
        }
        if (user.aux().size() >= MAX_AUX) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "aux address " + address + " is one more than the " + MAX_AUX
                            + " a network may have; use a range that leaves them out");
        }
        d.put(user.withAux(address));
        d.put(pool);
        claim(d, name, address, Use.AUX, user.id());
        return address;
    }

    private static <T> T require(Optional<T> record, PoolName name) {
        return record.orElseThrow(
                () -> new PatchbayException(Kind.NOT_FOUND, "pool " + name.spoken() + " is not known any more"));
    }

    /**
     * Adds the claim if it is not there, accepts one of the same kind, takes over one that is only held; another's is a
     * conflict.
     */
    private void claim(Decision d, PoolName name, IpAddress address, Use use, String user) {
        Claim wanted = claimOf(name, address, use, user);
        claims.writer().apply(d, Ref.of(wanted), (present, gone) -> ClaimLife.share(present, wanted, host));
    }

    private Claim claimOf(PoolName name, IpAddress address, Use use, String user) {
        return Claim.of(name, address, new Owner.OfHost(host, user), new Life.Shared(use), time.now());
    }

    /** Whether a gateway or aux claim of the user is not there, as the store has lost it. */
    boolean isMissing(PoolUser user) {
        return Stream.concat(user.gateway().stream(), user.aux().stream())
                .anyMatch(a -> !state.isThere(Ref.claim(user.pool(), a)));
    }

    /** As {@link #putBack}, if the pool and the user are there. */
    void putBackOfPool(Decision d, PoolUser user) {
        if (d.read(Ref.pool(user.pool())).isPresent()
                && d.read(Ref.of(user)).filter(user::equals).isPresent()) {
            putBack(d, user);
        }
    }

    /** Adds the gateway and aux claims of a user that are not there. */
    void putBack(Decision d, PoolUser user) {
        user.gateway().ifPresent(a -> putBack(d, user, a, Use.GATEWAY));
        user.aux().forEach(a -> putBack(d, user, a, Use.AUX));
    }

    private void putBack(Decision d, PoolUser user, IpAddress address, Use use) {
        if (!isClaimed(d, Ref.claim(user.pool(), address))) {
            ClaimWriter.replace(d, Optional.empty(), claimOf(user.pool(), address, use, user.id()));
        }
    }

    private static boolean isClaimed(Decision d, Ref<Claim> ref) {
        return d.peek(ref).isPresent() || d.isUnreadable(ref);
    }

    private IpAddress firstFree(Decision d, Pool pool, AddressRange range) {
        PoolName name = pool.name();
        IpAddress address = range.first();
        while (isClaimed(d, Ref.claim(name, address))
                || pool.reservedAround(address).isPresent()
                || claims.machines().whose(name, address).isPresent()) {
            if (address.equals(range.last())) {
                throw new PatchbayException(
                        Kind.EXHAUSTED,
                        "no address is left for a gateway in range " + range + " of pool " + name.spoken());
            }
            address = address.next();
        }
        return address;
    }

    /** Gives a gateway or aux address back for one user; true when the address was one of these. */
    boolean release(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.decide(
                "address " + address + " of pool " + name.spoken(),
                d -> release(d, Ref.of(user.value()), name, address));
    }

    private boolean release(Decision d, Ref<PoolUser> ref, PoolName name, IpAddress address) {
        Optional<PoolUser> user = d.read(ref);
        boolean isGateway =
                user.flatMap(PoolUser::gateway).filter(address::equals).isPresent();
        boolean isAux = user.filter(u -> u.aux().contains(address)).isPresent();
        if (user.isEmpty() || (!isGateway && !isAux)) {
            return false;
        }
        Optional<Pool> pool = d.read(Ref.pool(name));
        if (pool.isEmpty()) {
            return false;
        }
        if (d.isAlone()) {
            // the release of the pool follows, and ends it
            return true;
        }
        d.put(isGateway ? user.get().withGateway(Optional.empty()) : user.get().withoutAux(address));
        Pool remaining = pool.get();
        if (!usedByOthers(d, user.get(), address)) {
            PoolUsers.endShared(d, name, address);
            remaining = isGateway ? remaining.withGateway(Optional.empty(), host) : remaining;
        }
        d.put(remaining);
        return true;
    }

    /** What another user that cannot be read names is not known, so it may be this. */
    private static boolean usedByOthers(Decision d, PoolUser user, IpAddress address) {
        return PoolUsers.areUnknown(d, user.pool())
                || PoolUsers.of(d, user.pool()).stream()
                        .filter(other -> !Ref.of(other).equals(Ref.of(user)))
                        .anyMatch(other -> PoolUsers.namedBy(List.of(other)).contains(address));
    }
}
