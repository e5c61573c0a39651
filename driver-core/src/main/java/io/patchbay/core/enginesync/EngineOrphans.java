package io.patchbay.core.enginesync;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.repair.GraceTracker;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import io.patchbay.core.work.Repair;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends what dockerd has forgotten: networks that were removed while the daemon was dead, and uses of a pool whose
 * network never came. Both must be missing in every answer of the engine for the grace time, for calls are under way at
 * any time.
 */
final class EngineOrphans {
    private final State state;
    private final String host;
    private final Networks networks;
    private final Ipam ipam;
    private final Reconciler reconciler;
    private final Duration grace;
    private final GraceTracker tracker;

    EngineOrphans(
            State state,
            String host,
            Networks networks,
            Ipam ipam,
            Reconciler reconciler,
            TimeSource time,
            Duration grace) {
        this.state = state;
        this.host = host;
        this.networks = networks;
        this.ipam = ipam;
        this.reconciler = reconciler;
        this.tracker = new GraceTracker(time);
        this.grace = grace;
    }

    /** One round on what the engine has just listed. */
    void end(List<EngineNetwork> listed) {
        GraceTracker.Round round = tracker.round();
        Set<String> ids = listed.stream().map(EngineNetwork::id).collect(Collectors.toSet());
        Set<String> used = state.peekAll(Refs.endpointsOf(host)).stream()
                .map(e -> e.value().network())
                .collect(Collectors.toSet());
        // which network an endpoint is on that cannot be read, nobody knows
        boolean allKnown = state.unreadable(Refs.endpointsOf(host)).isEmpty();
        Chores.each("the end of network", networks.all(), NetworkRecord::id, network -> {
            boolean gone = allKnown && !ids.contains(network.id()) && !used.contains(network.id());
            if (gone && round.isOverdue("network " + network.id(), grace)) {
                ipam.releaseAll(network.id());
                networks.forget(network.id());
                reconciler.repaired(Repair.NETWORK_UNKNOWN_TO_ENGINE, network.id());
            }
        });
        Set<Subnet> subnets = listed.stream()
                .flatMap(n -> n.plan().ipam().ranges().stream())
                // the engine says it as a person wrote it: FD00:80::/64, 10.81.0.9/24
                .flatMap(range -> Subnet.tryParse(range.subnet()).stream())
                .collect(Collectors.toSet());
        List<PoolUser> users =
                state.peekAll(Refs.users()).stream().map(Versioned::value).toList();
        Chores.each("the end of pool user", users, Ref::of, u -> {
            boolean idle = u.host().equals(host)
                    && u.network().isEmpty()
                    && !subnets.contains(u.pool().subnet());
            if (idle && round.isOverdue("pool user " + Ref.of(u), grace)) {
                ipam.release(u);
                reconciler.repaired(Repair.POOL_WITHOUT_NETWORK, u.pool().describe());
            }
        });
        round.end();
    }
}
