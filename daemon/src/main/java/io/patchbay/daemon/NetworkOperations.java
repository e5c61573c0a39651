package io.patchbay.daemon;

import io.patchbay.api.Arguments;
import io.patchbay.api.Operation;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.enginesync.NetworkOrder;
import io.patchbay.core.record.NetworkPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Operations that make and remove networks through this host's engine. */
final class NetworkOperations {
    /** The engine calls the driver several times before it answers. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private NetworkOperations() {}

    static List<Operation> of(Driver driver) {
        return List.of(
                new Operation(
                        "/v1/network/create",
                        DEADLINE,
                        arguments -> Map.of("message", driver.engine().orders().create(order(arguments)))),
                new Operation(
                        "/v1/network/rm",
                        DEADLINE,
                        arguments -> Map.of("message", driver.engine().orders().remove(arguments.required("name")))));
    }

    private static NetworkOrder order(Arguments a) {
        return new NetworkOrder(
                a.required("name"),
                a.flag("swarm"),
                a.text("over"),
                a.text("range"),
                new NetworkPlan.Traits(a.flag("internal"), true, a.flag("ipv6"), a.flag("attachable"), false, false),
                a.list("subnets"),
                a.list("ranges"),
                a.list("gateways"),
                a.texts("aux"),
                a.texts("options"),
                a.texts("ipamOptions"),
                a.texts("labels"));
    }
}
