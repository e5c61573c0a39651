package io.patchbay.core.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker network create} is told, and what the engine says of a network afterwards. Addresses are text as
 * the engine writes them: it checks them itself.
 *
 * @param scope {@code local} or {@code swarm}
 * @param options {@code -o}
 * @param ipam how its containers get addresses
 * @param labels {@code --label}
 */
public record NetworkPlan(
        String name,
        String driver,
        String scope,
        Traits traits,
        Optional<String> configFrom,
        Map<String, String> options,
        Ipam ipam,
        Map<String, String> labels) {
    public static final String LOCAL = "local";
    public static final String SWARM = "swarm";

    public NetworkPlan {
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** What a network is or is not. */
    public record Traits(
            boolean internal, boolean ipv4, boolean ipv6, boolean attachable, boolean ingress, boolean configOnly) {
        public static final Traits PLAIN = new Traits(false, true, false, false, false, false);
    }

    /** {@code --ipam-driver}, {@code --ipam-opt} and a row for each {@code --subnet}. */
    public record Ipam(String driver, Map<String, String> options, List<Range> ranges) {
        public Ipam {
            options = Map.copyOf(options);
            ranges = List.copyOf(ranges);
        }
    }

    /** {@code --subnet}, {@code --ip-range}, {@code --gateway}, {@code --aux-address}. */
    public record Range(String subnet, Optional<String> range, Optional<String> gateway, Map<String, String> aux) {
        public Range {
            aux = Map.copyOf(aux);
        }
    }

    public boolean isLocal() {
        return scope.equals(LOCAL);
    }

    public NetworkPlan withDrivers(String newDriver, String newIpamDriver) {
        return new NetworkPlan(
                name,
                newDriver,
                scope,
                traits,
                configFrom,
                options,
                new Ipam(newIpamDriver, ipam.options(), ipam.ranges()),
                labels);
    }

    public NetworkPlan withRanges(List<Range> newRanges) {
        return new NetworkPlan(
                name,
                driver,
                scope,
                traits,
                configFrom,
                options,
                new Ipam(ipam.driver(), ipam.options(), newRanges),
                labels);
    }

    public NetworkPlan withLabels(Map<String, String> newLabels) {
        return new NetworkPlan(name, driver, scope, traits, configFrom, options, ipam, newLabels);
    }
}
