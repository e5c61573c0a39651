package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.Owner;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The gateway of a network that names none. The pool's is every network's on it, whoever named or found it; without one
 * it is the next hop of this host's own default route, if that lies in the pool. Such a find is a guess, and gives way
 * to a gateway that somebody names.
 */
public final class Gateways {
    private final State state;
    private final String host;
    private final Claims claims;
    private final Supplier<List<Links.Route>> routes;
    private final TimeSource time;

    Gateways(State state, String host, Claims claims, Supplier<List<Links.Route>> routes, TimeSource time) {
        this.state = state;
        this.host = host;
        this.claims = claims;
        this.routes = routes;
        this.time = time;
    }

    /**
     * What an engine before 28 is told that asks for a gateway where there is none, for it takes no "none" (moby:
     * libnetwork/network.go, ipamAllocateVersion): the subnet's own address, which no station has.
     */
    public static Optional<IpAddress> standIn(Subnet subnet) {
        return Optional.of(subnet.network()).filter(address -> !subnet.usable().contains(address));
    }

    /** The gateway that an engine names, unless it is the stand-in for none. */
    public static Optional<IpAddress> named(Subnet subnet, Optional<IpAddress> gateway) {
        return gateway.filter(address -> !standIn(subnet).equals(Optional.of(address)));
    }

    /**
     * The user with the gateway that is found for it, if one is: the caller has read the user and is to write it. The
     * pool and the claim of the address are written here.
     */
    public PoolUser find(Decision d, PoolUser user) {
        Optional<Pool> pool = d.read(Ref.pool(user.pool()));
        if (pool.isEmpty() || d.isAlone()) {
            return pool.flatMap(Pool::gateway).map(user::withGuess).orElse(user);
        }
        Optional<IpAddress> gateway = pool.get().gateway().or(() -> ofThisHost(user.pool()));
        if (gateway.isEmpty()) {
            return user;
        }
        d.put(pool.get().gateway().isPresent() ? pool.get() : pool.get().withGuess(gateway.get(), host));
        claim(d, user, gateway.get());
        return user.withGuess(gateway.get());
    }

    /**
     * Has a gateway count as the guess that it is, which an older version wrote as if somebody had named it. The pool's
     * is one when nobody else has named it. Nothing happens if the network has another by now, or none.
     */
    public void demote(String network, NetworkSubnet written) {
        PoolName name = written.pool().orElseThrow();
        state.change("the gateway of pool " + name.describe(), d -> {
            Optional<NetworkRecord> record =
                    d.read(Ref.network(host, network)).filter(r -> r.subnets().contains(written));
            Optional<Pool> pool = d.read(Ref.pool(name));
            Optional<PoolUser> user = d.read(Ref.user(name, host, written.user().orElseThrow()));
            if (record.isEmpty() || pool.isEmpty() || user.isEmpty() || d.isAlone()) {
                return;
            }
            d.put(record.get().with(written.asGuessed()));
            Optional<IpAddress> gateway = user.get().gateway();
            boolean named = PoolUsers.areUnknown(d, name)
                    || PoolUsers.of(d, name).stream()
                            .filter(other -> !Ref.of(other).equals(Ref.of(user.get())))
                            .anyMatch(
                                    other -> !other.guessed() && other.gateway().equals(gateway));
            gateway.ifPresent(address -> d.put(user.get().withGuess(address)));
            d.put(
                    named || gateway.isEmpty() || !pool.get().gateway().equals(gateway)
                            ? pool.get()
                            : pool.get().withGuess(gateway.get(), pool.get().definedBy()));
        });
    }

    /** Whether one would be found now, for a network that names none. */
    public boolean isKnown(PoolName pool) {
        return state.peek(Ref.pool(pool))
                .flatMap(record -> record.value().gateway())
                .or(() -> ofThisHost(pool))
                .isPresent();
    }

    /** The user with the gateway that somebody named for it; another's that was named is a {@code CONFLICT}. */
    PoolUser name(Decision d, PoolUser user, Pool pool, IpAddress wanted) {
        boolean named = pool.gateway().isPresent() && !pool.guessed();
        if (named && !pool.gateway().get().equals(wanted)) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "gateway " + wanted + " contradicts pool " + pool.name().describe() + ", whose gateway is "
                            + pool.gateway().get() + " since host " + pool.definedBy() + " made a network on it");
        }
        d.put(named ? pool : pool.withGateway(Optional.of(wanted), host));
        claim(d, user, wanted);
        return user.withGateway(Optional.of(wanted));
    }

    private void claim(Decision d, PoolUser user, IpAddress gateway) {
        Claim wanted = Claim.of(
                user.pool(), gateway, new Owner.OfHost(host, user.id()), new Life.Shared(Life.Use.GATEWAY), time.now());
        claims.writer().apply(d, Ref.of(wanted), (present, gone) -> ClaimLife.share(present, wanted, host));
    }

    /**
     * The next hop of a default route that lies in the pool. Where another segment has the same subnet it may be on
     * that one's LAN, and says nothing.
     */
    private Optional<IpAddress> ofThisHost(PoolName pool) {
        boolean ambiguous = state.peekAll(Refs.pools()).stream()
                .map(other -> other.value().name())
                .anyMatch(other -> !other.segment().equals(pool.segment())
                        && other.subnet().overlaps(pool.subnet()));
        return ambiguous
                ? Optional.empty()
                : routes.get().stream()
                        .filter(route -> route.destination().prefixLength() == 0)
                        .flatMap(route -> route.nextHop().stream())
                        .filter(pool.subnet().usable()::contains)
                        .findFirst();
    }
}
