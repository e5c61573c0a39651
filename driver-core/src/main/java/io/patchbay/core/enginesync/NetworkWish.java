package io.patchbay.core.enginesync;

import io.patchbay.core.network.NetworkOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator says of a network whose subnet is to be found out.
 *
 * @param bridge a bridge, or a port of one
 * @param ipv6 an IPv6 subnet is wanted too
 * @param dhcp the LAN's DHCP servers may be asked
 * @param gateways given ones, of either family; there the LAN's is not looked for
 * @param ranged the range is given, so none is looked for
 */
public record NetworkWish(
        Optional<String> bridge,
        boolean ipv6,
        boolean dhcp,
        List<String> gateways,
        boolean ranged,
        Map<String, String> options,
        Map<String, String> ipamOptions) {
    public NetworkWish {
        gateways = List.copyOf(gateways);
        options = Map.copyOf(options);
        ipamOptions = Map.copyOf(ipamOptions);
    }

    /** The bridge, however it is said. */
    Optional<String> namedBridge() {
        return bridge.or(() -> option(NetworkOptions.BRIDGE)).or(() -> option(NetworkOptions.PARENT));
    }

    Optional<String> option(String key) {
        return options.entrySet().stream()
                .filter(e -> e.getKey().toLowerCase(Locale.ROOT).equals(key))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    Optional<String> segment() {
        return ipamOptions.entrySet().stream()
                .filter(e -> e.getKey().toLowerCase(Locale.ROOT).equals("io.patchbay.segment"))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
