package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gateway and aux addresses: every host and network on a pool asks for them again, so they are shared rather than fought over, and go with the last user that
 * named them.
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
        return state.settle(
                "the gateway of pool " + name.spoken(), () -> gatewayOnce(Keys.user(user.value()), name, wanted));
    }

    private Optional<IpAddress> gatewayOnce(String userKey, PoolName name, Optional<IpAddress> wanted) {
        Versioned<Pool> pool = require(state.pools().get(Keys.pool(name)), name);
        Versioned<PoolUser> user = require(state.users().get(userKey), name);
        Optional<IpAddress> has = pool.value().gateway();
        if (has.isPresent() && wanted.isPresent() && !has.equals(wanted)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "gateway " + wanted.get() + " contradicts pool " + name.spoken() + ", whose gateway is " + has.get()
                            + " since host " + pool.value().definedBy() + " made a network on it");
        }
        IpAddress gateway = has.or(() -> wanted)
                .orElseGet(() -> firstFree(pool.value(), user.value().range()));
        Transaction.Builder transaction = share(pool, user, user.value().withGateway(Optional.of(gateway)));
        Pool changed = has.isPresent() ? pool.value() : pool.value().withGateway(Optional.of(gateway), host);
        transaction.put(Keys.pool(name), state.pools().encode(changed));
        claim(name, gateway, Claim.Kind.GATEWAY, user.value().id(), transaction);
        return state.commitOnPool(name, transaction.build()) ? Optional.of(gateway) : Optional.empty();
    }

    /** An address that something outside has. */
    IpAddress aux(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.settle(
                "aux address " + address + " of pool " + name.spoken(),
                () -> auxOnce(Keys.user(user.value()), name, address));
    }

    private Optional<IpAddress> auxOnce(String userKey, PoolName name, IpAddress address) {
        Versioned<Pool> pool = require(state.pools().get(Keys.pool(name)), name);
        Versioned<PoolUser> user = require(state.users().get(userKey), name);
        if (user.value().aux().contains(address)) {
            return Optional.of(address);
        }
        if (user.value().aux().size() >= MAX_AUX) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "aux address " + address + " is one more than the " + MAX_AUX
                            + " a network may have; use a range that leaves them out");
        }
        Transaction.Builder transaction = share(pool, user, user.value().withAux(address));
        transaction.put(Keys.pool(name), state.pools().encode(pool.value()));
        claim(name, address, Claim.Kind.AUX, user.value().id(), transaction);
        return state.commitOnPool(name, transaction.build()) ? Optional.of(address) : Optional.empty();
    }

    private static <T> Versioned<T> require(Optional<Versioned<T>> record, PoolName name) {
        return record.orElseThrow(
                () -> new PatchbayException(Kind.NOT_FOUND, "pool " + name.spoken() + " is not known any more"));
    }

    private Transaction.Builder share(Versioned<Pool> pool, Versioned<PoolUser> user, PoolUser changed) {
        return Transaction.builder()
                .ifRevision(Keys.pool(pool.value().name()), pool.revision())
                .ifRevision(Keys.user(changed), user.revision())
                .put(Keys.user(changed), state.users().encode(changed));
    }

    /** Adds the claim if it is not there, accepts one of the same kind, takes over one that is only held; another's is a conflict. */
    private void claim(
            PoolName name, IpAddress address, Claim.Kind kind, String user, Transaction.Builder transaction) {
        String key = Keys.claim(name, address);
        state.claims().get(key).filter(c -> c.value().is(Claim.State.SPARE)).ifPresent(claims::clearSpare);
        Optional<Versioned<Claim>> present = state.claims().get(key);
        if (present.isPresent() && present.get().value().kind() == kind) {
            transaction.ifRevision(key, present.get().revision());
            return;
        }
        if (present.isPresent() && !isFree(present.get().value())) {
            throw new PatchbayException(
                    Kind.CONFLICT, Refusals.describe(present.get().value()));
        }
        transaction
                .ifRevision(key, present.map(Versioned::revision).orElse(0L))
                .put(key, state.claims().encode(claimOf(name, address, kind, user)));
    }

    private static boolean isFree(Claim claim) {
        return claim.is(Claim.State.HELD) || claim.is(Claim.State.SPARE);
    }

    private Claim claimOf(PoolName name, IpAddress address, Claim.Kind kind, String user) {
        return new Claim(
                name,
                address,
                kind,
                Claim.State.BOUND,
                host,
                user,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                time.now(),
                Map.of());
    }

    /** Adds the gateway and aux claims of a user that are not there. */
    void putBack(PoolUser user, Transaction.Builder transaction) {
        user.gateway().ifPresent(a -> putBack(user, a, Claim.Kind.GATEWAY, transaction));
        user.aux().forEach(a -> putBack(user, a, Claim.Kind.AUX, transaction));
    }

    private void putBack(PoolUser user, IpAddress address, Claim.Kind kind, Transaction.Builder transaction) {
        String key = Keys.claim(user.pool(), address);
        if (state.claims().get(key).isEmpty()) {
            transaction.ifAbsent(key).put(key, state.claims().encode(claimOf(user.pool(), address, kind, user.id())));
        }
    }

    private IpAddress firstFree(Pool pool, AddressRange range) {
        PoolName name = pool.name();
        IpAddress address = range.first();
        while (state.claims().get(Keys.claim(name, address)).isPresent()
                || pool.reservedAround(address).isPresent()) {
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
        try {
            return releaseNow(user, address);
        } catch (PatchbayException e) {
            if (e.kind() == Kind.UNAVAILABLE && state.isAway()) {
                // the release of the pool follows, and ends it
                return true;
            }
            throw e;
        }
    }

    private boolean releaseNow(Versioned<PoolUser> user, IpAddress address) {
        PoolName name = user.value().pool();
        return state.settle(
                "address " + address + " of pool " + name.spoken(),
                () -> releaseOnce(Keys.user(user.value()), name, address));
    }

    private Optional<Boolean> releaseOnce(String userKey, PoolName name, IpAddress address) {
        Optional<Versioned<PoolUser>> user = state.users().get(userKey);
        Optional<Versioned<Pool>> pool = state.pools().get(Keys.pool(name));
        if (user.isEmpty() || pool.isEmpty()) {
            return Optional.of(false);
        }
        boolean isGateway = user.get().value().gateway().filter(address::equals).isPresent();
        boolean isAux = user.get().value().aux().contains(address);
        if (!isGateway && !isAux) {
            return Optional.of(false);
        }
        PoolUser changed = isGateway
                ? user.get().value().withGateway(Optional.empty())
                : user.get().value().withoutAux(address);
        Transaction.Builder transaction = share(pool.get(), user.get(), changed);
        Pool remaining = pool.get().value();
        if (!usedByOthers(state, user.get().value(), address)) {
            transaction.delete(Keys.claim(name, address));
            remaining = isGateway ? remaining.withGateway(Optional.empty(), host) : remaining;
        }
        transaction.put(Keys.pool(name), state.pools().encode(remaining));
        return state.commitOnPool(name, transaction.build()) ? Optional.of(true) : Optional.empty();
    }

    private static boolean usedByOthers(State state, PoolUser user, IpAddress address) {
        return state.users().list(Keys.users(user.pool())).stream()
                .map(Versioned::value)
                .filter(other -> !Keys.user(other).equals(Keys.user(user)))
                .anyMatch(other -> other.gateway().filter(address::equals).isPresent()
                        || other.aux().contains(address));
    }

    /** What of a user's shared addresses nobody else names, so that it goes with the user. */
    static Leaving leaving(State state, PoolUser user) {
        List<IpAddress> alone = new ArrayList<>();
        boolean gatewayToo = user.gateway().isPresent()
                && !usedByOthers(state, user, user.gateway().get());
        if (gatewayToo) {
            user.gateway().ifPresent(alone::add);
        }
        user.aux().stream().filter(a -> !usedByOthers(state, user, a)).forEach(alone::add);
        return new Leaving(alone, gatewayToo);
    }

    record Leaving(List<IpAddress> addresses, boolean gatewayToo) {}
}
