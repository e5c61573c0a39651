package io.patchbay.core.enginesync;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A network that an operator wants through {@code patchbay network create}.
 *
 * @param swarm on all nodes of the swarm, for services
 * @param over a network whose subnet, gateway and segment it shares
 * @param range {@code FIRST-LAST}, the addresses it gives out
 * @param ranges {@code --ip-range}, each for the subnet it lies in; so are gateways and aux addresses
 */
public record NetworkOrder(
        String name,
        boolean swarm,
        Optional<String> over,
        Optional<String> range,
        NetworkPlan.Traits traits,
        List<String> subnets,
        List<String> ranges,
        List<String> gateways,
        Map<String, String> aux,
        Map<String, String> options,
        Map<String, String> ipamOptions,
        Map<String, String> labels) {
    public NetworkOrder {
        subnets = List.copyOf(subnets);
        ranges = List.copyOf(ranges);
        gateways = List.copyOf(gateways);
        aux = Map.copyOf(aux);
        options = Map.copyOf(options);
        ipamOptions = Map.copyOf(ipamOptions);
        labels = Map.copyOf(labels);
        if (name.isBlank()) {
            throw new PatchbayException(Kind.INVALID, "a network needs a name");
        }
        if (over.isPresent() == !subnets.isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    over.isPresent()
                            ? "network " + name + " lies over " + over.get()
                                    + " and takes its subnet; leave --subnet away"
                            : "network " + name + " needs --subnet, or --over NETWORK to share that network's");
        }
        if (over.isPresent() && range.isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID, "network " + name + " over " + over.get() + " needs --range FIRST-LAST of its own");
        }
    }

    /** The IPAM options with the range among them. */
    Map<String, String> ipamOptionsWith(Map<String, String> inherited) {
        Map<String, String> all = new HashMap<>(inherited);
        all.putAll(ipamOptions);
        range.ifPresent(r -> all.put("io.patchbay.range", r));
        return all;
    }

    /** A row for each subnet, with what lies in it; what lies in none is refused. */
    List<NetworkPlan.Range> rows() {
        List<Subnet> parsed =
                subnets.stream().map(s -> parse("--subnet", s, Subnet::parse)).toList();
        ranges.forEach(r -> checkInOne(parsed, "--ip-range", r));
        gateways.forEach(g -> checkInOne(parsed, "--gateway", g));
        aux.values().forEach(a -> checkInOne(parsed, "--aux-address", a));
        List<NetworkPlan.Range> rows = new ArrayList<>();
        for (Subnet subnet : parsed) {
            Map<String, String> auxOfIt = new HashMap<>(aux);
            auxOfIt.values().removeIf(a -> !lies(subnet, "--aux-address", a));
            rows.add(new NetworkPlan.Range(
                    subnet.toString(),
                    ranges.stream().filter(r -> lies(subnet, "--ip-range", r)).findFirst(),
                    gateways.stream().filter(g -> lies(subnet, "--gateway", g)).findFirst(),
                    auxOfIt));
        }
        return rows;
    }

    private static void checkInOne(List<Subnet> subnets, String flag, String text) {
        if (subnets.stream().noneMatch(s -> lies(s, flag, text))) {
            throw new PatchbayException(Kind.INVALID, flag + " " + text + " lies in no --subnet");
        }
    }

    /** An address or a prefix. */
    private static boolean lies(Subnet subnet, String flag, String text) {
        return text.indexOf('/') < 0
                ? subnet.contains(parse(flag, text, IpAddress::parse))
                : subnet.contains(parse(flag, text, Subnet::parse).network());
    }

    private static <T> T parse(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(Kind.INVALID, flag + " " + text + ": " + e.getMessage(), e);
        }
    }
}
