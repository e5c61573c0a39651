package io.patchbay.core.enginesync;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;

/**
 * Gateways that an older version guessed, the first address of the range, and wrote as if somebody had named them. The
 * records cannot tell, the engine can: it shows a subnet with the gateway that {@code docker network create} was told,
 * and without one if it was told none.
 */
final class OldGuesses {
    private final State state;
    private final String host;
    private final Gateways gateways;

    OldGuesses(State state, String host, Gateways gateways) {
        this.state = state;
        this.host = host;
        this.gateways = gateways;
    }

    /** Has them count as what they are, so that a gateway that is named takes their place. */
    void demote(List<EngineNetwork> listed) {
        for (EngineNetwork network : listed) {
            state.peek(Ref.network(host, network.id()))
                    .map(Versioned::value)
                    .filter(record -> network.plan().isLocal())
                    .ifPresent(record -> demote(record, network.plan()));
        }
    }

    private void demote(NetworkRecord record, NetworkPlan plan) {
        for (NetworkSubnet subnet : record.subnets()) {
            boolean ours = subnet.pool().isPresent() && subnet.user().isPresent();
            if (ours
                    && subnet.gateway().isPresent()
                    && !subnet.guessed()
                    && plan.ipam().ranges().stream().anyMatch(range -> isWithoutGateway(range, subnet.subnet()))) {
                gateways.demote(record.id(), subnet);
            }
        }
    }

    /** Of a subnet that somebody named: of one that we chose the engine shows whatever gateway it was answered. */
    private static boolean isWithoutGateway(NetworkPlan.Range range, Subnet subnet) {
        try {
            return range.gateway().filter(address -> !address.isEmpty()).isEmpty()
                    && Subnet.parse(range.subnet()).equals(subnet);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
