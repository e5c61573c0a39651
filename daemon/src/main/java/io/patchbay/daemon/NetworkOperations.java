package io.patchbay.daemon;

import io.patchbay.api.Arguments;
import io.patchbay.api.Operation;
import io.patchbay.core.driver.Driver;
import io.patchbay.core.enginesync.NetworkOrder;
import io.patchbay.core.enginesync.NetworkOrders;
import io.patchbay.core.enginesync.NetworkProposal;
import io.patchbay.core.enginesync.NetworkWish;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.NetworkPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Operations that make and remove networks through this host's engine. */
final class NetworkOperations {
    /** The engine calls the driver several times before it answers. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private NetworkOperations() {}

    static List<Operation> of(Driver driver) {
        return List.of(
                new Operation("/v1/network/propose", DEADLINE, arguments -> propose(driver, arguments)),
                new Operation("/v1/network/create", DEADLINE, arguments -> create(driver, order(arguments))),
                new Operation(
                        "/v1/network/rm",
                        DEADLINE,
                        arguments -> Map.of("message", driver.engine().orders().remove(arguments.required("name")))));
    }

    private static Map<String, Object> create(Driver driver, NetworkOrder order) {
        NetworkOrders orders = driver.engine().orders();
        List<String> message = new ArrayList<>(List.of(orders.create(order)));
        orders.command(order).ifPresent(command -> message.add("the same by hand: " + command));
        return Map.of("message", message);
    }

    /** What of the order is to be said beside what is given, so that the same makes the network. */
    private static Map<String, Object> propose(Driver driver, Arguments a) {
        NetworkProposal proposal = driver.proposals()
                .propose(new NetworkWish(
                        a.text("bridge"),
                        a.flag("ipv6"),
                        !a.flag("noDhcp"),
                        a.list("gateways"),
                        a.text("range").isPresent() || !a.list("ranges").isEmpty(),
                        a.texts("options"),
                        a.texts("ipamOptions")));
        NetworkOrder order = order(
                a,
                proposal.subnets(),
                joined(a.list("ranges"), proposal.ranges()),
                joined(a.list("gateways"), proposal.gateways()),
                joined(a.texts("options"), proposal.options()));
        List<String> message = new ArrayList<>(proposal.why());
        driver.engine().orders().command(order).ifPresent(message::add);
        return Map.of(
                "message", message,
                "subnets", order.subnets(),
                "ranges", order.ranges(),
                "gateways", order.gateways(),
                "options", order.options());
    }

    private static List<String> joined(List<String> given, List<String> found) {
        return Stream.concat(given.stream(), found.stream()).toList();
    }

    private static Map<String, String> joined(Map<String, String> given, Map<String, String> found) {
        Map<String, String> all = new HashMap<>(given);
        all.putAll(found);
        return all;
    }

    private static NetworkOrder order(Arguments a) {
        Map<String, String> bridge = a.text("bridge")
                .<Map<String, String>>map(name -> Map.of(NetworkOptions.BRIDGE, name))
                .orElse(Map.of());
        return order(a, a.list("subnets"), a.list("ranges"), a.list("gateways"), joined(a.texts("options"), bridge));
    }

    private static NetworkOrder order(
            Arguments a,
            List<String> subnets,
            List<String> ranges,
            List<String> gateways,
            Map<String, String> options) {
        return new NetworkOrder(
                a.required("name"),
                a.flag("swarm"),
                a.text("over"),
                a.text("range"),
                new NetworkPlan.Traits(a.flag("internal"), true, a.flag("ipv6"), a.flag("attachable"), false, false),
                subnets,
                ranges,
                gateways,
                a.texts("aux"),
                options,
                a.texts("ipamOptions"),
                a.texts("labels"));
    }
}
