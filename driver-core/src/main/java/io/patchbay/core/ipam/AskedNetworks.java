package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where addresses are asked for: the bridges of this host's networks, and the ranges that give addresses now. */
final class AskedNetworks {
    /** How long after its last address, or after it was made, a network without containers counts as in use. */
    private static final Duration LATELY = Duration.ofMinutes(10);

    /** How often it is looked which networks have containers. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final State state;
    private final String host;
    private final Predicate<NetworkRecord> asked;
    private final TimeSource time;
    private final Map<Ref<PoolUser>, Duration> gave = new ConcurrentHashMap<>();
    private Set<String> withContainers = Set.of();
    private Optional<Duration> looked = Optional.empty();

    AskedNetworks(State state, String host, Predicate<NetworkRecord> asked, TimeSource time) {
        this.state = state;
        this.host = host;
        this.asked = asked;
        this.time = time;
    }

    /** The bridge on which a pool is asked for, and the ranges of it that give addresses now; none when none does. */
    record Place(String bridge, List<AddressRange> ranges) {}

    /** Of each pool that is asked for. */
    synchronized Map<PoolName, Place> places() {
        gave.values().removeIf(at -> !isRecent(time.steady().minus(at)));
        Map<PoolName, Place> places = new TreeMap<>();
        for (Versioned<NetworkRecord> record : state.peekAll(Refs.networksOf(host))) {
            NetworkRecord network = record.value();
            if (!isAsked(network)) {
                continue;
            }
            for (NetworkSubnet subnet : network.subnets()) {
                subnet.pool()
                        .ifPresent(pool -> places.computeIfAbsent(
                                        pool, p -> new Place(network.bridge(), new ArrayList<>()))
                                .ranges()
                                .addAll(ranges(network, pool)));
            }
        }
        return places;
    }

    /** Those of a swarm are given out on the node that leads, whose networks do not name them. */
    private List<AddressRange> ranges(NetworkRecord network, PoolName pool) {
        return state.peekAll(Refs.usersOf(pool)).stream()
                .map(Versioned::value)
                .filter(user -> user.isOfSwarm()
                        ? gave.containsKey(Ref.of(user))
                        : user.host().equals(host)
                                && network.uses(pool, user.id())
                                && (gave.containsKey(Ref.of(user)) || isInUse(network)))
                .map(PoolUser::range)
                .distinct()
                .toList();
    }

    private boolean isInUse(NetworkRecord network) {
        return isRecent(Duration.between(network.since(), time.now()).abs())
                || withContainers().contains(network.id());
    }

    private static boolean isRecent(Duration ago) {
        return ago.compareTo(LATELY) < 0;
    }

    private Set<String> withContainers() {
        Duration now = time.steady();
        if (looked.filter(at -> now.minus(at).compareTo(LOOK) < 0).isEmpty()) {
            withContainers = state.peekAll(Refs.endpointsOf(host)).stream()
                    .map(Versioned::value)
                    .map(EndpointRecord::network)
                    .collect(Collectors.toSet());
            looked = Optional.of(now);
        }
        return withContainers;
    }

    boolean isOfHost(NetworkRecord network) {
        return network.host().equals(host);
    }

    /** Whether addresses of the network are asked for: one with a bridge of its own has no LAN. */
    boolean isAsked(NetworkRecord network) {
        return !network.ownBridge() && asked.test(network);
    }

    /** The bridge on which addresses of the user's network are asked for; empty when they are not. */
    Optional<String> bridge(PoolUser user) {
        return user.network()
                .flatMap(id -> state.peek(Ref.network(host, id)))
                .map(Versioned::value)
                .or(() -> state.peekAll(Refs.networksOf(host)).stream()
                        .map(Versioned::value)
                        .filter(network -> network.uses(user.pool(), user.id()))
                        .findFirst())
                .filter(this::isAsked)
                .map(NetworkRecord::bridge);
    }

    /** Whether addresses of the user's network are asked for, on this host or, of a swarm's, on the nodes. */
    boolean isAsked(PoolUser user) {
        return user.isOfSwarm()
                ? state.peekAll(Refs.networksOfSwarm()).stream()
                        .map(Versioned::value)
                        .filter(network -> network.uses(user.pool(), user.id()))
                        .allMatch(asked)
                : bridge(user).isPresent();
    }

    /** The user has just given an address. */
    void hasGiven(PoolUser user) {
        gave.put(Ref.of(user), time.steady());
    }
}
