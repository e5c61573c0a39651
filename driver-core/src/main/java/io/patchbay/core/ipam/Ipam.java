package io.patchbay.core.ipam;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Life;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repaired;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address half of the driver, as dockerd calls it. It tells from a request who is meant, a container, a gateway, a
 * machine or a swarm, and hands it over.
 */
public final class Ipam implements IpamDriver {
    private static final Logger LOG = LoggerFactory.getLogger(Ipam.class);

    private static final String GATEWAY_TYPE = "com.docker.network.gateway";
    private static final String MAC = "com.docker.network.endpoint.macaddress";
    private static final String CONTAINER = "com.docker.network.endpoint.name";

    /**
     * Up to engine 28 an aux address and a container's {@code --ip} are asked for in the same words. Aux addresses come
     * between RequestPool and CreateNetwork, some milliseconds apart. Under another network driver there is no
     * CreateNetwork, so the doubt ends after a while, see {@link #requireNetwork}.
     */
    private static final Duration NETWORK_IN_THE_MAKING = Duration.ofMinutes(1);

    private final State state;
    private final String host;
    private final TimeSource time;
    private final Pools pools;
    private final Gateways gateways;
    private final SharedAddresses shared;
    private final Claims claims;
    private final SwarmNetworks swarm;
    private final Siblings siblings;

    public Ipam(
            State state,
            String host,
            TimeSource time,
            RandomGenerator random,
            List<AutoRange> autoRanges,
            Links links,
            Claims claims,
            SwarmNetworks swarm) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.swarm = swarm;
        this.gateways = new Gateways(state, host, claims, links::routes, time);
        this.shared = new SharedAddresses(state, host, time, claims, gateways);
        this.pools = new Pools(state, host, time, random, new AutoPools(autoRanges, links::routes));
        this.claims = claims;
        this.siblings = new Siblings(state, host);
    }

    public Gateways gateways() {
        return gateways;
    }

    @Override
    public PoolGrant requestPool(PoolRequest request) {
        if (!request.space().equals(GLOBAL_SPACE) || !swarm.served()) {
            return pools.request(request);
        }
        PoolGrant grant = pools.requestForSwarm(request);
        swarm.asked(pools.user(grant.poolId()));
        return grant;
    }

    @Override
    public void releasePool(String poolId) {
        Optional<PoolUser> allocated = swarmUser(poolId);
        if (allocated.isEmpty() || swarm.isLast(allocated.get())) {
            allocated.ifPresent(swarm.claims()::releaseAll);
            pools.release(poolId);
        }
    }

    /** The user that a swarm's leader speaks of; empty for every other pool id. */
    private Optional<PoolUser> swarmUser(String poolId) {
        try {
            return pools.known(poolId).map(Versioned::value).filter(PoolUser::isOfSwarm);
        } catch (PatchbayException e) {
            return Optional.empty();
        }
    }

    /** Does what an outage of the store has left to be done, and keeps this host's reserve; for every round. */
    public void tidy(Repaired repaired) {
        pools.tidy(repaired);
        claims.keepReserve();
    }

    /** Ends a use of a pool whose ReleasePool was never heard. */
    public void release(PoolUser user) {
        pools.release(new PoolId(user.pool(), user.range(), user.id(), false).toString());
    }

    /** Ends what a network of this host used of its pools, when their ReleasePool was never heard. */
    public void releaseAll(String networkId) {
        pools.usersOf(networkId).forEach(this::release);
    }

    @Override
    public Cidr requestAddress(AddressRequest request) {
        Versioned<PoolUser> user = pools.user(request.poolId());
        if (isStandIn(user.value(), request)) {
            return within(user.value(), user.value().pool().subnet().network());
        }
        request.address().ifPresent(address -> checkUsable(user.value().pool(), address));
        boolean some = request.address().isEmpty() && !isForGateway(request);
        return some && !user.value().isOfSwarm()
                ? some(user.value(), request)
                : within(user.value(), address(user, request));
    }

    private static Cidr within(PoolUser user, IpAddress address) {
        return new Cidr(address, user.pool().subnet().prefixLength());
    }

    /** A swarm's leader was told it for none, and has every node ask for it by name. */
    private boolean isStandIn(PoolUser user, AddressRequest request) {
        return swarm.served()
                && isForGateway(request)
                && request.address().isPresent()
                && request.address().equals(Gateways.standIn(user.pool().subnet()));
    }

    private static boolean isForGateway(AddressRequest request) {
        return GATEWAY_TYPE.equals(request.options().get(IpamOptions.ADDRESS_TYPE));
    }

    /**
     * Some address of the subnet, or of the network's next one of the family when that is full: an engine asks for the
     * first one's and takes a refusal for the end (moby: libnetwork/endpoint.go, assignAddressVersion).
     */
    private Cidr some(PoolUser user, AddressRequest request) {
        requireNetwork(user);
        Optional<String> container = container(request);
        Optional<MacAddress> mac = mac(request);
        PatchbayException full = null;
        for (PoolUser one : siblings.inOrder(user)) {
            try {
                return within(one, claims.any(one, container, mac));
            } catch (PatchbayException e) {
                if (e.kind() != Kind.EXHAUSTED) {
                    throw e;
                }
                full = full == null ? e : full;
            }
        }
        throw Objects.requireNonNull(full);
    }

    private static Optional<MacAddress> mac(AddressRequest request) {
        return Optional.ofNullable(request.options().get(MAC)).map(Ipam::mac);
    }

    private static Optional<String> container(AddressRequest request) {
        return Optional.ofNullable(request.options().get(CONTAINER));
    }

    private IpAddress address(Versioned<PoolUser> user, AddressRequest request) {
        if (isForGateway(request)) {
            return shared.gateway(user, request.address());
        }
        if (user.value().isOfSwarm()) {
            return request.address().isEmpty()
                    ? swarm.claims().any(user.value())
                    : swarm.claims().exactly(user.value(), request.address().get());
        }
        Optional<MacAddress> mac = mac(request);
        Optional<String> container = container(request);
        IpAddress wanted = request.address().orElseThrow();
        if (mac.isEmpty() && container.isEmpty() && isInTheMaking(user.value())) {
            return shared.aux(user, wanted);
        }
        requireNetwork(user.value());
        // on a swarm's node the address is what the leader chose
        boolean fixed = !swarm.served();
        return claims.exactly(user.value(), wanted, new Life.Container(mac, container, fixed));
    }

    /**
     * A container's address is bound by its endpoint, and ends with it. Of endpoints of another network driver nothing
     * is heard.
     */
    private void requireNetwork(PoolUser user) {
        boolean has = user.network().isPresent()
                || state.peekAll(Refs.networksOf(host)).stream()
                        .anyMatch(network -> network.value().uses(user.pool(), user.id()));
        if (!has) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "pool " + user.pool().describe() + " was asked for by no network of this driver that host " + host
                            + " knows, and containers of other drivers' networks get no address of it, because nothing"
                            + " tells when they end; make the network with this driver, or without its IPAM driver");
        }
    }

    private boolean isInTheMaking(PoolUser user) {
        Duration age = Duration.between(user.since(), time.now());
        return user.network().isEmpty() && age.compareTo(NETWORK_IN_THE_MAKING) < 0;
    }

    private static MacAddress mac(String text) {
        try {
            return MacAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(Kind.INVALID, "option " + MAC + ": " + e.getMessage(), e);
        }
    }

    private static void checkUsable(PoolName pool, IpAddress address) {
        Subnet subnet = pool.subnet();
        if (!subnet.contains(address)) {
            throw new PatchbayException(
                    Kind.INVALID, "address " + address + " does not lie in pool " + pool.describe());
        }
        if (!subnet.usable().contains(address)) {
            String role = address.equals(subnet.network()) ? "the network address" : "the broadcast address";
            throw new PatchbayException(
                    Kind.INVALID,
                    "address " + address + " is " + role + " of pool " + pool.describe() + " and cannot be given");
        }
    }

    /** Ends what a leader of the swarm that crashed never committed. */
    public void sweep() {
        if (swarm.served()) {
            swarm.claims().sweep();
            Chores.each("the end of pool user", swarm.abandoned(), Ref::of, user -> {
                LOG.warn("pool of the swarm without a network, released pool={} user={}", user.pool(), user.id());
                releasePool(new PoolId(user.pool(), user.range(), user.id(), true).toString());
            });
        }
    }

    @Override
    public void releaseAddress(String poolId, IpAddress address) {
        Versioned<PoolUser> user;
        try {
            user = pools.known(poolId).orElse(null);
        } catch (PatchbayException e) {
            LOG.debug("release in a pool that is not ours poolId={} address={}", poolId, address);
            return;
        }
        if (user == null) {
            return;
        }
        if (user.value().isOfSwarm()) {
            releaseOfSwarm(user, address);
        } else if (!shared.release(user, address)) {
            claims.release(siblings.ofAddress(user.value(), address), address);
        }
    }

    /** The gateway is every network's that has the same pool and range. */
    private void releaseOfSwarm(Versioned<PoolUser> user, IpAddress address) {
        if (user.value().gateway().filter(address::equals).isEmpty()) {
            swarm.claims().release(user.value(), address);
        } else if (swarm.isLast(user.value())) {
            shared.release(user, address);
        }
    }
}
