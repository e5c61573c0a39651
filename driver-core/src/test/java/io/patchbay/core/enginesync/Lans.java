package io.patchbay.core.enginesync;

import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people say to {@code docker network create}. */
final class Lans {
    static final NetworkPlan LAN = lan("lan", World.LAN);

    private Lans() {}

    static NetworkPlan lan(String name, String subnet) {
        return new NetworkPlan(
                name,
                "patchbay",
                NetworkPlan.LOCAL,
                NetworkPlan.Traits.PLAIN,
                Optional.empty(),
                Map.of(),
                new NetworkPlan.Ipam(
                        "patchbay",
                        Map.of(),
                        List.of(new NetworkPlan.Range(subnet, Optional.empty(), Optional.empty(), Map.of()))),
                Map.of());
    }

    static NetworkPlan withOptions(NetworkPlan plan, Map<String, String> options) {
        return new NetworkPlan(
                plan.name(),
                plan.driver(),
                plan.scope(),
                plan.traits(),
                plan.configFrom(),
                options,
                plan.ipam(),
                plan.labels());
    }

    static NetworkPlan foreign(String name) {
        return lan(name, "172.30.0.0/24").withDrivers("bridge", "default");
    }

    static NetworkPlan configOnly(String name) {
        NetworkPlan plan = lan(name, World.LAN);
        return new NetworkPlan(
                name,
                "null",
                NetworkPlan.LOCAL,
                new NetworkPlan.Traits(false, true, false, false, false, true),
                Optional.empty(),
                Map.of(),
                plan.ipam(),
                Map.of());
    }
}
