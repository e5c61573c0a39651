package io.patchbay.core.enginesync;

import java.util.List;
import java.util.Map;

/**
 * A network as it could be made on this host's LAN; what the operator has said himself is not in it.
 *
 * @param ranges {@code --ip-range}, at most one for each subnet
 * @param options {@code -o}
 * @param why a sentence for each thing that was found out, and what it is taken from
 */
public record NetworkProposal(
        List<String> subnets,
        List<String> gateways,
        List<String> ranges,
        Map<String, String> options,
        List<String> why) {
    public NetworkProposal {
        subnets = List.copyOf(subnets);
        gateways = List.copyOf(gateways);
        ranges = List.copyOf(ranges);
        options = Map.copyOf(options);
        why = List.copyOf(why);
    }
}
