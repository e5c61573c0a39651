package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks of global scope as a swarm's leader knows them, kept apart from those of hosts: which allocations belong to
 * which network, so that a pool goes with its last one, and a node's request finds what was allocated for it. A leader
 * does one network at a time.
 */
public final class SwarmNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(SwarmNetworks.class);

    /** Between RequestPool and AllocateNetwork a leader may crash. */
    private static final Duration IN_THE_MAKING = Duration.ofMinutes(10);

    private final State state;
    private final TimeSource time;
    private final boolean served;
    private final SwarmClaims claims;
    private final Map<String, Ref<PoolUser>> lastAsked = new ConcurrentHashMap<>();

    /** {@code served}: whether this daemon's driver is of global scope. */
    public SwarmNetworks(State state, TimeSource time, boolean served, Claims claims) {
        this.state = state;
        this.time = time;
        this.served = served;
        this.claims = new SwarmClaims(state, time, claims);
    }

    /** Whether this daemon's driver is of global scope. */
    public boolean served() {
        return served;
    }

    SwarmClaims claims() {
        return claims;
    }

    /** The leader asked for this pool, and will say next for which network. */
    void asked(Versioned<PoolUser> user) {
        lastAsked.put(user.value().pool().subnet().toString(), Ref.of(user.value()));
        claims.expectReplay(user.value());
    }

    /** No network is left that has the user, as far as all can be read. */
    boolean isLast(PoolUser user) {
        return state.unreadable(Refs.networksOfSwarm()).isEmpty()
                && state.peekAll(Refs.networksOfSwarm()).stream()
                        .noneMatch(network -> network.value().uses(user.pool(), user.id()));
    }

    /** See {@link io.patchbay.core.contract.NetworkDriver#allocateNetwork}. */
    public void allocate(NetworkRequest request) {
        Ref<NetworkRecord> ref = Ref.networkOfSwarm(request.networkId());
        List<NetworkSubnet> subnets = new ArrayList<>();
        boolean known = state.peek(ref).isPresent();
        for (IpamData data : request.ipam()) {
            Optional<PoolUser> user = Optional.ofNullable(
                            lastAsked.get(data.subnet().toString()))
                    .flatMap(state::peek)
                    .map(Versioned::value);
            if (!known) {
                user.ifPresent(claims::expectNothing);
            }
            Optional<IpAddress> gateway = Gateways.named(data.subnet(), data.gateway());
            boolean guessed =
                    gateway.isEmpty() || user.filter(PoolUser::guessed).isPresent();
            subnets.add(new NetworkSubnet(
                    data.subnet(), gateway, guessed, user.map(PoolUser::pool), user.map(PoolUser::id)));
        }
        NetworkRecord record = NetworkRecord.ofSwarm(
                request.networkId(),
                request.settings().internal(),
                request.settings().options(),
                subnets,
                time.now());
        state.change("network " + request.networkId(), d -> allocate(d, record));
        LOG.info("network allocated for the swarm network={} replay={}", request.networkId(), known);
    }

    /** The users are written too, so that none of them ends meanwhile. */
    private static void allocate(Decision d, NetworkRecord network) {
        d.read(Ref.networkOfSwarm(network.id()));
        d.put(network);
        network.subnets().stream()
                .filter(subnet -> subnet.pool().isPresent() && subnet.user().isPresent())
                .map(subnet ->
                        Ref.userOfSwarm(subnet.pool().get(), subnet.user().get()))
                .distinct()
                .forEach(user -> d.read(user).ifPresent(d::put));
    }

    /** Whether a leader has allocated a network through the user, which the decision has read and is to write. */
    static boolean isUsed(Decision d, PoolName pool, String user) {
        return d.askAll(Refs.networksOfSwarm()).stream()
                .anyMatch(network -> network.value().uses(pool, user));
    }

    /** See {@link io.patchbay.core.contract.NetworkDriver#freeNetwork}. */
    public void free(String networkId) {
        Ref<NetworkRecord> ref = Ref.networkOfSwarm(networkId);
        if (state.peek(ref).isPresent()) {
            state.change("network " + networkId, d -> d.read(ref).ifPresent(network -> d.delete(ref)));
            LOG.info("network freed by the swarm network={}", networkId);
        }
    }

    /** Users of pools that a leader asked for and did not live to name the network of. */
    List<PoolUser> abandoned() {
        return state.peekAll(Refs.users()).stream()
                .map(Versioned::value)
                .filter(PoolUser::isOfSwarm)
                .filter(user -> Duration.between(user.since(), time.now()).compareTo(IN_THE_MAKING) > 0)
                .filter(this::isLast)
                .toList();
    }
}
