package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.PoolGrant;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import io.patchbay.core.work.Repaired;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools and their users: what RequestPool makes and ReleasePool ends. A pool lives as long as it has a user, or a
 * reserved range. Every change of its users writes the pool's own record too, so that two hosts cannot make one at the
 * same time; see {@link PoolWriter}.
 */
final class Pools {
    private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

    /** Claims that are dropped in one transaction. */
    private static final int BATCH = 100;

    private final State state;
    private final String host;
    private final TimeSource time;
    private final RandomGenerator random;
    private final AutoPools autoPools;
    private final PoolRemains remains;

    Pools(State state, String host, TimeSource time, RandomGenerator random, AutoPools autoPools) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.random = random;
        this.autoPools = autoPools;
        this.remains = new PoolRemains(state);
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
        String user = newUser();
        if (named) {
            PoolName name = name(options.segment(), request.subnet().get());
            AddressRange range = range(request, options, name.subnet());
            return state.decide("pool " + name.describe(), d -> use(d, new PoolId(name, range, user, false)));
        }
        return state.decide("the automatic pools", d -> {
            List<Subnet> pools = d.peek(Ref.segment(options.segment()))
                    .map(segment -> segment.value().subnets())
                    .orElse(List.of());
            Subnet free = autoPools.next(request.v6(), request.subnet(), pools);
            return use(d, new PoolId(name(options.segment(), free), free.usable(), user, false));
        });
    }

    /**
     * The pool of a swarm's network, as its leader asks for it. Every leader asks again for the same, in the same words
     * but for options of dockerd's, and gets the same.
     */
    PoolGrant requestForSwarm(PoolRequest request) {
        IpamOptions options = IpamOptions.parse(request.options());
        if (request.subnet().isEmpty() || isUnspecified(request.subnet().get())) {
            throw new PatchbayException(
                    Kind.INVALID, "a swarm's network needs the subnet of the LAN it is on; give --subnet");
        }
        PoolName name = name(options.segment(), request.subnet().get());
        AddressRange range = range(request, options, name.subnet());
        PoolId id = new PoolId(name, range, swarmUser(range), true);
        return state.decide("pool " + name.describe(), d -> use(d, id));
    }

    private static String swarmUser(AddressRange range) {
        String whole = UUID.nameUUIDFromBytes(range.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
        return ShortId.of(whole.replace("-", ""));
    }

    /** {@code 0.0.0.0/24}, which engines from 29 send for "some /24". */
    private static boolean isUnspecified(Subnet subnet) {
        return subnet.network().equals(new Subnet(subnet.network(), 0).network()) && subnet.prefixLength() > 0;
    }

    private static PoolName name(String segment, Subnet subnet) {
        if (subnet.prefixLength() == 0) {
            throw new PatchbayException(Kind.INVALID, "subnet " + subnet + " is everything; give the LAN's own");
        }
        subnet.ofNoLan().ifPresent(block -> {
            throw new PatchbayException(
                    Kind.INVALID,
                    "subnet " + subnet + " has addresses of " + block
                            + ", which no station on a LAN has; give the LAN's" + " own");
        });
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

    /** Adds a user. */
    private PoolGrant use(Decision d, PoolId id) {
        // one that is there is of an earlier attempt, whose answer was lost, or a leader asks again
        PoolWriter.addUser(d, id.begun(host, time.now()), host, time.now());
        return new PoolGrant(id.toString(), id.pool().subnet());
    }

    /**
     * The user a PoolID stands for. When the store does not know it although dockerd does (the store was lost), it is
     * recorded anew: dockerd never asks for a pool twice.
     */
    Versioned<PoolUser> user(String poolId) {
        PoolId id = PoolId.parse(poolId);
        return state.peek(id.ref(host)).orElseGet(() -> {
            LOG.warn("pool user unknown to the store, recording it anew pool={} user={}", id.pool(), id.user());
            state.change("pool " + id.pool().describe(), d -> use(d, id));
            return state.peek(id.ref(host))
                    .orElseThrow(() -> new PatchbayException(
                            Kind.UNAVAILABLE, "pool " + id.pool().describe() + " is just being released"));
        });
    }

    /** The user a PoolID stands for if there is one; fails with {@code NOT_FOUND} for an id that is not ours. */
    Optional<Versioned<PoolUser>> known(String poolId) {
        PoolId id = PoolId.parse(poolId);
        return state.peek(id.ref(host));
    }

    /** The users that a network of this host is tied to. */
    List<PoolUser> usersOf(String networkId) {
        return state.peekAll(Refs.users()).stream()
                .map(Versioned::value)
                .filter(u -> u.host().equals(host) && u.network().equals(Optional.of(networkId)))
                .toList();
    }

    void release(String poolId) {
        PoolId id;
        try {
            id = PoolId.parse(poolId);
        } catch (PatchbayException e) {
            LOG.debug("release of a pool that is not ours poolId={}", poolId);
            return;
        }
        if (!id.swarm()) {
            dropClaims(id);
        }
        boolean remembered = state.decide("pool " + id.pool().describe(), d -> endOrRemember(d, id));
        if (!remembered && !id.swarm()) {
            dropLateClaims(id);
        }
    }

    /**
     * The pool is everybody's, so its end waits for the store; that it is to come is this host's own affair. A leader
     * of a swarm asks again.
     */
    private boolean endOrRemember(Decision d, PoolId id) {
        boolean known =
                d.peek(id.ref(host)).isPresent() && d.peek(Ref.pool(id.pool())).isPresent();
        if (id.swarm() || !known || !d.isAlone()) {
            end(d, id);
            return false;
        }
        d.read(id.ref(host))
                .filter(user -> !user.leaving())
                .map(PoolUser::asLeaving)
                .ifPresent(d::put);
        return true;
    }

    private void end(Decision d, PoolId id) {
        if (id.swarm() && d.read(id.ref(host)).isPresent() && SwarmNetworks.isUsed(d, id.pool(), id.user())) {
            // a leader has allocated another network through it meanwhile
            return;
        }
        PoolWriter.endUser(d, id.ref(host), id.pool());
    }

    /** One more spare may have been claimed before the pool's user had gone; none after that. */
    private void dropLateClaims(PoolId id) {
        try {
            dropClaims(id);
        } catch (PatchbayException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("claims left to the reconciler pool={} reason=\"{}\"", id.pool(), e.getMessage());
        }
    }

    /**
     * Ends what was released while the store was away, and makes the pools anew that this host uses and the store has
     * lost.
     */
    void tidy(Repaired repaired) {
        Chores.each(
                "tidying of pool user",
                state.peekAll(Refs.users()),
                user -> Ref.of(user.value()),
                user -> tidy(user.value(), repaired));
        remains.end(repaired);
    }

    private void tidy(PoolUser u, Repaired repaired) {
        if (!u.host().equals(host)) {
            return;
        }
        boolean known = state.isThere(Ref.pool(u.pool()));
        if (known && !u.leaving() && PoolUsers.lacksShared(state, u)) {
            state.change("the gateway of pool " + u.pool().describe(), d -> putBackShared(d, u));
            repaired.repaired(Repair.SHARED_CLAIM_MISSING, u.pool().describe());
        }
        if (!known) {
            LOG.warn("pool is missing from the store, making it anew pool={} user={}", u.pool(), u.id());
            state.change("pool " + u.pool().describe(), d -> putBack(d, u));
            repaired.repaired(Repair.POOL_MISSING, u.pool().describe());
        }
        if (u.leaving()) {
            PoolId id = new PoolId(u.pool(), u.range(), u.id(), false);
            dropClaims(id);
            state.change("pool " + u.pool().describe(), d -> end(d, id));
            dropClaims(id);
        }
    }

    private void putBackShared(Decision d, PoolUser user) {
        Optional<Pool> pool = d.read(Ref.pool(user.pool()));
        if (pool.isPresent() && d.read(Ref.of(user)).filter(user::equals).isPresent()) {
            PoolUsers.putBackShared(d, user, host, time.now());
        }
    }

    private void putBack(Decision d, PoolUser user) {
        if (PoolWriter.makeAnew(d, user, host, time.now())) {
            PoolUsers.putBackShared(d, user, host, time.now());
        }
    }

    /**
     * What its containers left behind goes with it; what an endpoint still has does not, the reconciler sees to that.
     */
    private void dropClaims(PoolId id) {
        List<Versioned<Claim>> left = state.peekAll(Refs.claimsOf(id.pool())).stream()
                .filter(c -> isLeftBehind(c.value(), id))
                .toList();
        for (int from = 0; from < left.size(); from += BATCH) {
            List<Versioned<Claim>> batch = left.subList(from, Math.min(from + BATCH, left.size()));
            if (!drop(batch)) {
                // one of them has changed; the others go all the same
                batch.forEach(claim -> drop(List.of(claim)));
            }
        }
    }

    private boolean isLeftBehind(Claim claim, PoolId id) {
        return claim.isOf(host)
                && claim.endpoint().isEmpty()
                && claim.owner().user().equals(id.user());
    }

    private boolean drop(List<Versioned<Claim>> claims) {
        return state.attempt(d -> {
            for (Versioned<Claim> claim : claims) {
                d.expect(claim);
                ClaimEnd.end(d, claim.value(), time.now());
            }
        });
    }
}
