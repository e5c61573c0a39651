package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
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
    private final Gateways gateways;

    SharedAddresses(State state, String host, TimeSource time, Claims claims, Gateways gateways) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.claims = claims;
        this.gateways = gateways;
    }

    /** The wanted gateway, else what there is to be found, else the stand-in for none; see {@link Gateways}. */
    IpAddress gateway(Versioned<PoolUser> user, Optional<IpAddress> wanted) {
        PoolName name = user.value().pool();
        return state.decide(
                "the gateway of pool " + name.describe(), d -> gateway(d, Ref.of(user.value()), name, wanted));
    }

    private IpAddress gateway(Decision d, Ref<PoolUser> ref, PoolName name, Optional<IpAddress> wanted) {
        Pool pool = require(d.read(Ref.pool(name)), name);
        PoolUser user = require(d.read(ref), name);
        PoolUser with = wanted.isPresent() ? gateways.name(d, user, pool, wanted.get()) : gateways.find(d, user);
        if (!with.equals(user)) {
            d.put(with);
        }
        return with.gateway()
                .or(() -> Gateways.standIn(name.subnet()))
                .orElseThrow(() -> new PatchbayException(
                        Kind.INVALID,
                        "no gateway is known for pool " + name.describe() + ", and so small a one has no address to"
                                + " stand for none; give --gateway"));
    }

    /** An address that something outside has. */
    IpAddress aux(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.decide(
                "aux address " + address + " of pool " + name.describe(),
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
        claim(d, name, address, user.id());
        return address;
    }

    private static <T> T require(Optional<T> record, PoolName name) {
        return record.orElseThrow(
                () -> new PatchbayException(Kind.NOT_FOUND, "pool " + name.describe() + " is not known any more"));
    }

    /**
     * Adds the claim if it is not there, accepts one of the same kind, takes over one that is only held; another's is a
     * conflict.
     */
    private void claim(Decision d, PoolName name, IpAddress address, String user) {
        Claim wanted = Claim.of(name, address, new Owner.OfHost(host, user), new Life.Shared(Life.Use.AUX), time.now());
        claims.writer().apply(d, Ref.of(wanted), (present, gone) -> ClaimLife.share(present, wanted, host));
    }

    /** Gives a gateway or aux address back for one user; true when the address was one of these. */
    boolean release(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.decide(
                "address " + address + " of pool " + name.describe(),
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
