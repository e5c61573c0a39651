package io.patchbay.core.ipam;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.PatchbayException.Kind;
import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.host.TimeSource;
import io.patchbay.core.ipam.IpamDriver.PoolGrant;
import io.patchbay.core.ipam.IpamDriver.PoolRequest;
import io.patchbay.core.state.Claim;
import io.patchbay.core.state.Pool;
import io.patchbay.core.state.PoolName;
import io.patchbay.core.state.PoolUser;
import io.patchbay.core.state.Segment;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which pools there are and who uses them. A pool lives as long as it has a user; every change of its users writes the pool's own record too, so that such changes
 * exclude each other across hosts.
 */
final class Pools {
    private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

    private final State state;
    private final String host;
    private final TimeSource time;
    private final RandomGenerator random;
    private final AutoPools autoPools;

    Pools(State state, String host, TimeSource time, RandomGenerator random, AutoPools autoPools) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.random = random;
        this.autoPools = autoPools;
    }

    PoolGrant request(PoolRequest request) {
        if (!request.space().equals(IpamDriver.LOCAL_SPACE)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "address space \"" + request.space() + "\" is not served; networks of local scope use "
                            + IpamDriver.LOCAL_SPACE);
        }
        IpamOptions options = IpamOptions.parse(request.options());
        boolean named =
                request.subnet().isPresent() && !isUnspecified(request.subnet().get());
        if (!named && (request.subPool().isPresent() || options.range().isPresent())) {
            throw new PatchbayException(Kind.INVALID, "a range needs the subnet it lies in; give --subnet as well");
        }
        if (named) {
            PoolName name = name(options.segment(), request.subnet().get());
            AddressRange range = range(request, options, name.subnet());
            return state.settle("pool " + name.spoken(), () -> use(name, range, newUser()));
        }
        return state.settle("the automatic pools", () -> {
            Subnet free = autoPools.next(
                    request.v6(), request.subnet(), segment(options.segment()).subnets());
            return use(name(options.segment(), free), free.usable(), newUser());
        });
    }

    /** {@code 0.0.0.0/24}, which engines from 29 send for "some /24". */
    private static boolean isUnspecified(Subnet subnet) {
        return subnet.network().equals(new Subnet(subnet.network(), 0).network()) && subnet.prefixLength() > 0;
    }

    private static PoolName name(String segment, Subnet subnet) {
        if (subnet.prefixLength() == 0) {
            throw new PatchbayException(Kind.INVALID, "subnet " + subnet + " is everything; give the LAN's own");
        }
        try {
            return new PoolName(segment, subnet);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(Kind.INVALID, "IPAM option " + IpamOptions.SEGMENT + ": " + e.getMessage(), e);
        }
    }

    private static AddressRange range(PoolRequest request, IpamOptions options, Subnet subnet) {
        if (request.subPool().isPresent() && options.range().isPresent()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "--ip-range " + request.subPool().get() + " and --ipam-opt " + IpamOptions.RANGE + "="
                            + options.range().get() + " say the same thing twice; give one of them");
        }
        AddressRange wanted =
                options.range().or(() -> request.subPool().map(Subnet::range)).orElse(subnet.range());
        if (!subnet.range().contains(wanted)) {
            throw new PatchbayException(Kind.INVALID, "range " + wanted + " does not lie in subnet " + subnet);
        }
        return subnet.usable()
                .intersection(wanted)
                .orElseThrow(() -> new PatchbayException(
                        Kind.INVALID,
                        "range " + wanted + " of subnet " + subnet + " has no address that can be given"));
    }

    private String newUser() {
        return String.format("%012x", random.nextLong() & 0xffff_ffff_ffffL);
    }

    private Segment segment(String segment) {
        return state.segments()
                .get(State.segmentKey(segment))
                .map(Versioned::value)
                .orElse(Segment.EMPTY);
    }

    /** One attempt to add a user; empty after a conflict. */
    private Optional<PoolGrant> use(PoolName name, AddressRange range, String user) {
        PoolUser record = new PoolUser(
                name, host, user, range, Optional.empty(), List.of(), Optional.empty(), time.now(), Map.of());
        Optional<Versioned<Pool>> known = state.pools().get(State.poolKey(name));
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(State.poolKey(name), known.map(Versioned::revision).orElse(0L))
                .ifAbsent(State.userKey(record))
                .put(State.userKey(record), state.users().encode(record));
        if (known.isEmpty()) {
            addToSegment(name, transaction);
        }
        Pool pool = known.map(Versioned::value)
                .orElseGet(() -> new Pool(name, Optional.empty(), host, List.of(), time.now(), Map.of()));
        transaction.put(State.poolKey(name), state.pools().encode(pool));
        return state.commit(transaction.build())
                ? Optional.of(new PoolGrant(new PoolId(name, range, user).toString(), name.subnet()))
                : Optional.empty();
    }

    private void addToSegment(PoolName name, Transaction.Builder transaction) {
        String key = State.segmentKey(name.segment());
        Segment segment = segment(name.segment());
        for (Subnet other : segment.subnets()) {
            if (other.overlaps(name.subnet()) && !other.equals(name.subnet())) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "subnet " + name.subnet() + " overlaps pool " + other
                                + " of another network; name the same subnet and give each network a range of it, or keep LANs apart with --ipam-opt "
                                + IpamOptions.SEGMENT + "=NAME");
            }
        }
        Segment changed = segment.without(name.subnet()).with(name.subnet());
        transaction
                .ifRevision(key, state.segments().revision(key))
                .put(key, state.segments().encode(changed));
    }

    /**
     * The user a PoolID stands for. When the store does not know it although dockerd does (the store was lost), it is recorded anew: dockerd never asks for a pool
     * twice.
     */
    Versioned<PoolUser> user(String poolId) {
        PoolId id = PoolId.parse(poolId);
        String key = State.userKey(id.pool(), host, id.user());
        return state.users().get(key).orElseGet(() -> {
            LOG.warn("pool user unknown to the store, recording it anew pool={} user={}", id.pool(), id.user());
            state.settle(
                    "pool " + id.pool().spoken(),
                    () -> use(id.pool(), id.range(), id.user())
                            .or(() -> state.users()
                                    .get(key)
                                    .map(u -> new PoolGrant(poolId, id.pool().subnet()))));
            return state.users()
                    .get(key)
                    .orElseThrow(() -> new PatchbayException(
                            Kind.UNAVAILABLE, "pool " + id.pool().spoken() + " is just being released"));
        });
    }

    /** The user a PoolID stands for if there is one; fails with {@code NOT_FOUND} for an id that is not ours. */
    Optional<Versioned<PoolUser>> known(String poolId) {
        PoolId id = PoolId.parse(poolId);
        return state.users().get(State.userKey(id.pool(), host, id.user()));
    }

    void release(String poolId) {
        PoolId id;
        try {
            id = PoolId.parse(poolId);
        } catch (PatchbayException e) {
            LOG.debug("release of a pool that is not ours poolId={}", poolId);
            return;
        }
        dropClaims(id);
        state.settle("pool " + id.pool().spoken(), () -> releaseOnce(id));
    }

    /** What its containers left behind goes with it; what an endpoint still has does not, the reconciler sees to that. */
    private void dropClaims(PoolId id) {
        for (Versioned<Claim> claim : state.claims().list(State.claimsPrefix(id.pool()))) {
            Claim c = claim.value();
            if (c.kind() == Claim.Kind.ENDPOINT
                    && c.state() != Claim.State.BOUND
                    && c.host().equals(host)
                    && c.user().equals(id.user())) {
                String key = State.claimKey(c);
                state.commit(Transaction.builder()
                        .ifRevision(key, claim.revision())
                        .delete(key)
                        .build());
            }
        }
    }

    private Optional<Boolean> releaseOnce(PoolId id) {
        String userKey = State.userKey(id.pool(), host, id.user());
        String poolKey = State.poolKey(id.pool());
        Optional<Versioned<PoolUser>> user = state.users().get(userKey);
        Optional<Versioned<Pool>> pool = state.pools().get(poolKey);
        if (user.isEmpty() || pool.isEmpty()) {
            return Optional.of(false);
        }
        SharedAddresses.Leaving leaving =
                SharedAddresses.leaving(state, user.get().value());
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(poolKey, pool.get().revision())
                .ifRevision(userKey, user.get().revision())
                .delete(userKey);
        leaving.addresses().forEach(address -> transaction.delete(State.claimKey(id.pool(), address)));
        boolean last = state.users().list(State.usersPrefix(id.pool())).size() == 1;
        if (last) {
            String segmentKey = State.segmentKey(id.pool().segment());
            Segment rest = segment(id.pool().segment()).without(id.pool().subnet());
            transaction
                    .delete(poolKey)
                    .ifRevision(segmentKey, state.segments().revision(segmentKey))
                    .put(segmentKey, state.segments().encode(rest));
        } else {
            Pool remaining = leaving.gatewayToo()
                    ? pool.get().value().withGateway(Optional.empty(), host)
                    : pool.get().value();
            transaction.put(poolKey, state.pools().encode(remaining));
        }
        return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
    }
}
