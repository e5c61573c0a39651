package io.patchbay.core.conflict;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.Lan;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the bridges of those of this host's networks whose addresses are asked for on the LAN, and passes what is
 * said about addresses of their pools to whom it concerns. A bridge that leads nowhere has no others on it.
 */
public final class Listening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

    private final State state;
    private final String host;
    private final Lan lan;
    private final Claims claims;
    private final Conflicts conflicts;
    private final DhcpServers servers;
    private final Executor executor;
    private final Map<String, AutoCloseable> open = new HashMap<>();
    private final Map<String, String> refused = new TreeMap<>();
    private volatile Map<String, Set<PoolName>> pools = Map.of();
    private boolean closed;

    /** {@code executor} has a thread that may wait for the kernel. */
    public Listening(
            State state,
            String host,
            Lan lan,
            Claims claims,
            Conflicts conflicts,
            DhcpServers servers,
            Executor executor) {
        this.state = state;
        this.host = host;
        this.lan = lan;
        this.claims = claims;
        this.conflicts = conflicts;
        this.servers = servers;
        this.executor = executor;
    }

    /** Listens from now on wherever networks of this host are and will be; call it before the state is started. */
    public void start() {
        state.networks().follow((key, before, after) -> {
            Versioned<NetworkRecord> one = after == null ? before : after;
            if (one != null && one.value().host().equals(host)) {
                Chores.begin(executor, "listening", this::settle);
            }
        });
    }

    /** Opens what is missing and closes what is not needed any more; for every round too. */
    public synchronized void settle() {
        conflicts.tidy();
        servers.tidy();
        Map<String, Set<PoolName>> wanted = new HashMap<>();
        for (Versioned<NetworkRecord> network : state.peekAll(Refs.networksOf(host))) {
            if (!network.value().ownBridge() && lan.asked().test(network.value())) {
                Set<PoolName> its = wanted.computeIfAbsent(network.value().bridge(), b -> new TreeSet<>());
                network.value().subnets().forEach(subnet -> subnet.pool().ifPresent(its::add));
            }
        }
        pools = wanted;
        settle(wanted.keySet());
    }

    private void settle(Set<String> bridges) {
        if (closed) {
            return;
        }
        refused.keySet().retainAll(bridges);
        open.entrySet().removeIf(entry -> {
            boolean unused = !bridges.contains(entry.getKey());
            if (unused) {
                close(entry.getKey(), entry.getValue());
            }
            return unused;
        });
        bridges.stream().filter(bridge -> !open.containsKey(bridge)).forEach(this::open);
    }

    private void open(String bridge) {
        try {
            open.put(bridge, lan.links().listen(bridge, said -> heard(bridge, said)));
            refused.remove(bridge);
        } catch (PatchbayException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(refused.put(bridge, reason))) {
                LOG.warn("not listening, tried again later bridge={} reason=\"{}\"", bridge, reason);
            }
        }
    }

    private void heard(String bridge, Sighting said) {
        if (said instanceof Sighting.Station station) {
            if (claims.neighbours().isForAll(bridge, station.mac())) {
                return;
            }
            servers.heard(station);
        }
        for (PoolName pool : pools.getOrDefault(bridge, Set.of())) {
            if (!pool.subnet().contains(said.address())) {
                continue;
            }
            if (said instanceof Sighting.Offer offer) {
                servers.heard(bridge, pool, offer);
            } else if (said instanceof Sighting.Station station) {
                heard(bridge, pool, station);
            }
        }
    }

    /** What nobody has claimed and this host has asked for, whoever asked judges. */
    private void heard(String bridge, PoolName pool, Sighting.Station station) {
        if (state.isThere(Ref.claim(pool, station.address()))) {
            conflicts.heard(bridge, pool, station);
        } else if (station.toAll()) {
            claims.quarantine().onStation(pool, station.address(), station.mac());
        }
    }

    /** The bridges that are not listened on, and why. */
    synchronized Map<String, String> refused() {
        return Map.copyOf(refused);
    }

    /** The bridges that are listened on. */
    synchronized Set<String> heard() {
        return Set.copyOf(open.keySet());
    }

    @Override
    public synchronized void close() {
        closed = true;
        open.forEach(Listening::close);
        open.clear();
    }

    private static void close(String bridge, AutoCloseable listener) {
        try {
            listener.close();
        } catch (Exception e) {
            LOG.warn("listener not closed bridge={} reason=\"{}\"", bridge, e.getMessage());
        }
    }
}
