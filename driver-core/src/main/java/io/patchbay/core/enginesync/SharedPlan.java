package io.patchbay.core.enginesync;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.Gateways;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.NetworkPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A network's plan as it travels between hosts, and back. */
final class SharedPlan {
    /** Marks a network that was made by us from a definition; its value is the generation. */
    static final String LABEL = "io.patchbay.replicated";

    /** Stands for "ours": each engine may know this driver by another name. */
    private static final String OURS = "";

    private static final String NO_IPAM = "null";

    /** What names a host's own hardware says nothing about the network. */
    private static final Set<String> OF_THE_HOST = Set.of(NetworkOptions.BRIDGE, NetworkOptions.PARENT);

    private SharedPlan() {}

    static NetworkPlan of(EngineNetwork network, String driverName) {
        NetworkPlan plan = network.plan();
        String ourName = plan.traits().configOnly() ? driverName : plan.driver();
        String ipam = plan.ipam().driver().equals(ourName) ? OURS : plan.ipam().driver();
        Map<String, String> labels = new HashMap<>(plan.labels());
        labels.remove(LABEL);
        return plan.withDrivers(plan.traits().configOnly() ? plan.driver() : OURS, ipam)
                .withLabels(labels)
                .withRanges(plan.ipam().ranges().stream()
                        .map(SharedPlan::withoutStandIn)
                        .toList());
    }

    /** Engines before 28 show as the gateway of an automatic pool what they were told in place of none. */
    private static NetworkPlan.Range withoutStandIn(NetworkPlan.Range range) {
        Optional<String> gateway = range.gateway().filter(address -> !isStandIn(range.subnet(), address));
        return new NetworkPlan.Range(range.subnet(), range.range(), gateway, range.aux());
    }

    private static boolean isStandIn(String subnet, String gateway) {
        try {
            // in IPv6 they write it with its length
            int slash = gateway.indexOf('/');
            IpAddress address = IpAddress.parse(slash < 0 ? gateway : gateway.substring(0, slash));
            return Gateways.standIn(Subnet.parse(subnet)).equals(Optional.of(address));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What the engine of this host is to be told. */
    static NetworkPlan here(Definition definition, String driverName) {
        NetworkPlan plan = definition.plan();
        Map<String, String> labels = new HashMap<>(plan.labels());
        labels.put(LABEL, definition.generation());
        return plan.withDrivers(
                        plan.driver().equals(OURS) ? driverName : plan.driver(),
                        plan.ipam().driver().equals(OURS)
                                ? driverName
                                : plan.ipam().driver())
                .withLabels(labels);
    }

    /** Why the network stays on its host, if it does. */
    static Optional<String> keptBecause(NetworkPlan portable) {
        if (!portable.ipam().driver().equals(OURS) && !portable.ipam().driver().equals(NO_IPAM)) {
            return Optional.of("its addresses come from IPAM driver "
                    + portable.ipam().driver() + ", which knows nothing of other hosts");
        }
        try {
            return NetworkOptions.parse(portable.options()).replicate()
                    ? Optional.empty()
                    : Optional.of("it was made with -o " + NetworkOptions.REPLICATE + "=false");
        } catch (PatchbayException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What one says and the other does not, for people; empty when they are the same network as far as containers can
     * tell.
     */
    static Optional<String> difference(NetworkPlan here, NetworkPlan there) {
        List<String> differences = new ArrayList<>();
        compare("driver", here.driver(), there.driver(), differences);
        compare("IPAM driver", here.ipam().driver(), there.ipam().driver(), differences);
        compare("internal", here.traits().internal(), there.traits().internal(), differences);
        compare("IPv6", here.traits().ipv6(), there.traits().ipv6(), differences);
        compare("IPv4", here.traits().ipv4(), there.traits().ipv4(), differences);
        compare("config only", here.traits().configOnly(), there.traits().configOnly(), differences);
        compare("config from", here.configFrom(), there.configFrom(), differences);
        compare("options", ours(here.options()), ours(there.options()), differences);
        compare("IPAM options", ours(here.ipam().options()), ours(there.ipam().options()), differences);
        ranges(here, there, differences);
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differences));
    }

    private static void compare(String what, Object here, Object there, List<String> differences) {
        if (!here.equals(there)) {
            differences.add(what + " " + describe(here) + " here, " + describe(there) + " there");
        }
    }

    private static String describe(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(Object::toString).orElse("none");
        }
        return value.equals(OURS) ? "ours" : value.toString();
    }

    /** Keys without regard to case, without those that are a host's own or dockerd's additions. */
    private static Map<String, String> ours(Map<String, String> options) {
        Map<String, String> ours = new TreeMap<>();
        options.forEach((key, value) -> {
            String lower = key.toLowerCase(Locale.ROOT);
            if (!OF_THE_HOST.contains(lower) && !lower.equals(NetworkOptions.REPLICATE)) {
                ours.put(lower, value);
            }
        });
        return ours;
    }

    private static void ranges(NetworkPlan here, NetworkPlan there, List<String> differences) {
        Map<String, NetworkPlan.Range> ours = bySubnet(here);
        Map<String, NetworkPlan.Range> theirs = bySubnet(there);
        compare("subnets", ours.keySet(), theirs.keySet(), differences);
        ours.forEach((subnet, range) -> {
            NetworkPlan.Range other = theirs.get(subnet);
            if (other != null) {
                compare("range of " + subnet, range.range(), other.range(), differences);
                compare("aux addresses of " + subnet, range.aux(), other.aux(), differences);
                // without one the host takes the pool's, which is the same everywhere
                if (range.gateway().isPresent() && other.gateway().isPresent()) {
                    compare("gateway of " + subnet, range.gateway(), other.gateway(), differences);
                }
            }
        });
    }

    private static Map<String, NetworkPlan.Range> bySubnet(NetworkPlan plan) {
        Map<String, NetworkPlan.Range> ranges = new TreeMap<>();
        plan.ipam().ranges().forEach(r -> ranges.put(Objects.requireNonNull(r.subnet()), r));
        return ranges;
    }
}
