package io.patchbay.core.enginesync;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.network.MissingGateway;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.State;
import java.util.List;
import java.util.Map;

/**
 * Whether the nodes of a swarm will know a network's gateway. They ask for it at their first task, when it is too late
 * to refuse the network; this host's engine and routes stand for theirs.
 */
final class SwarmGateways {
    private final State state;
    private final Engine engine;
    private final Gateways gateways;

    SwarmGateways(State state, Engine engine, Gateways gateways) {
        this.state = state;
        this.engine = engine;
        this.gateways = gateways;
    }

    /** Refuses a network that is to be made with these subnets if nobody knows the gateway of one of them. */
    void check(NetworkOrder order, NetworkPlan.Ipam ipam) {
        List<PoolName> unknown = ipam.ranges().stream()
                .filter(range -> range.gateway().isEmpty())
                .map(range -> new PoolName(segment(ipam.options()), Subnet.parse(range.subnet())))
                .filter(pool -> !gateways.isKnown(pool))
                .toList();
        if (!unknown.isEmpty() && !engine.takesNoGateway()) {
            unknown.forEach(pool ->
                    MissingGateway.checkForSwarm(state, pool, order.traits().internal(), order.options()));
        }
    }

    private static String segment(Map<String, String> options) {
        return options.entrySet().stream()
                .filter(option -> option.getKey().equalsIgnoreCase("io.patchbay.segment"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(PoolName.DEFAULT_SEGMENT);
    }
}
