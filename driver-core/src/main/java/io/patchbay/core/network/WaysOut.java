package io.patchbay.core.network;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses options that say of a network's ways out what no engine can do, or what contradicts the rest. */
final class WaysOut {
    private WaysOut() {}

    static void check(NetworkOptions options, NetworkRequest request) {
        if (options.acceptsRa() && request.settings().internal()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "option " + NetworkOptions.RA + "=accept contradicts --internal: what a router advertises is a way"
                            + " out, and such a network has none");
        }
        options.gateway6().ifPresent(gateway -> checkGateway6(gateway, options, request));
        Set<Subnet> destinations = new HashSet<>();
        options.routes().forEach(route -> {
            check(route, options, request.ipam());
            if (!destinations.add(route.destination())) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "option " + NetworkOptions.ROUTES + ": " + route.destination() + " is given twice");
            }
        });
    }

    private static void checkGateway6(IpAddress gateway, NetworkOptions options, NetworkRequest request) {
        String option = "option " + NetworkOptions.GATEWAY6 + "=" + gateway;
        if (request.settings().internal()) {
            throw new PatchbayException(Kind.INVALID, option + " contradicts --internal, which is without ways out");
        }
        if (options.noGateway().v6()) {
            throw new PatchbayException(
                    Kind.INVALID,
                    option + " contradicts " + NetworkOptions.GATEWAY + ", which leaves IPv6 without one");
        }
        requireV6(option, request.ipam());
    }

    /** An interface without an address of IPv6 has no link-local one either on engines from 26. */
    private static void requireV6(String option, List<IpamData> ipam) {
        if (ipam.stream().noneMatch(data -> data.subnet().isV6())) {
            throw new PatchbayException(
                    Kind.INVALID,
                    option + " is reached by IPv6, which the network does not have; give --ipv6 and a"
                            + " --subnet of it");
        }
    }

    /**
     * A next hop must be a neighbour, or dockerd cannot set the route and the container does not start; nor can it set
     * one that is there already. Engines from 28 fail with a default route too, which they set themselves.
     */
    private static void check(NetworkDriver.StaticRoute route, NetworkOptions options, List<IpamData> ipam) {
        if (route.destination().prefixLength() == 0) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "option " + NetworkOptions.ROUTES + ": " + route.destination()
                            + " is a default route, which --gateway gives");
        }
        if (ipam.stream().anyMatch(data -> data.subnet().equals(route.destination()))) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "option " + NetworkOptions.ROUTES + ": " + route.destination()
                            + " is the network's own subnet, which containers reach without");
        }
        route.nextHop().ifPresent(hop -> checkHop(hop, options, ipam));
    }

    private static void checkHop(IpAddress hop, NetworkOptions options, List<IpamData> ipam) {
        String option = "option " + NetworkOptions.ROUTES + ": next hop " + hop;
        if (hop.isV6() && hop.isLinkLocal()) {
            requireV6(option, ipam);
            return;
        }
        boolean neighbour = ipam.stream().anyMatch(data -> data.subnet().contains(hop))
                || options.routes().stream()
                        .anyMatch(r -> r.nextHop().isEmpty() && r.destination().contains(hop));
        if (!neighbour) {
            throw new PatchbayException(Kind.INVALID, option + " lies in no subnet of the network");
        }
        ipam.stream()
                .map(IpamData::subnet)
                .filter(s -> s.contains(hop) && !s.usable().contains(hop))
                .findFirst()
                .ifPresent(s -> {
                    throw new PatchbayException(
                            Kind.INVALID, option + " is no station's address in " + s + " but the first or last of it");
                });
    }
}
