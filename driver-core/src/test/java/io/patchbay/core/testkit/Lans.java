package io.patchbay.core.testkit;

import io.patchbay.core.record.NetworkPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people say to {@code docker network create}. */
public final class Lans {
    public static final NetworkPlan LAN = lan("lan", World.LAN);

    private Lans() {}

    /** With a gateway and an aux address. */
    public static NetworkPlan routed() {
        return of(
                "lan",
                new NetworkPlan.Range(
                        World.LAN, Optional.empty(), Optional.of("10.77.0.254"), Map.of("printer", "10.77.0.5")));
    }

    public static NetworkPlan lan(String name, String subnet) {
        return of(name, new NetworkPlan.Range(subnet, Optional.empty(), Optional.empty(), Map.of()));
    }

    /** With a gateway, and a range of its own. */
    public static NetworkPlan ranged(String name, String range) {
        return of(name, new NetworkPlan.Range(World.LAN, Optional.of(range), Optional.of("10.77.0.254"), Map.of()));
    }

    private static NetworkPlan of(String name, NetworkPlan.Range range) {
        return new NetworkPlan(
                name,
                "patchbay",
                NetworkPlan.LOCAL,
                NetworkPlan.Traits.PLAIN,
                Optional.empty(),
                Map.of(),
                new NetworkPlan.Ipam("patchbay", Map.of(), List.of(range)),
                Map.of());
    }

    public static NetworkPlan withOptions(NetworkPlan plan, Map<String, String> options) {
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

    public static NetworkPlan foreign(String name) {
        return lan(name, "172.30.0.0/24").withDrivers("bridge", "default");
    }

    public static NetworkPlan configOnly(String name) {
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
