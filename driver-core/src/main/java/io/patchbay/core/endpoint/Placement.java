package io.patchbay.core.endpoint;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an endpoint may ask for: a place in the subnets of its network, in a container that is on none of them yet. */
final class Placement {
    private Placement() {}

    /** An address that lies elsewhere has no claim, and its container nobody to talk to. */
    static void checkInside(EndpointRecord endpoint, NetworkRecord network) {
        for (Cidr address : endpoint.addresses()) {
            List<Subnet> subnets = network.subnets().stream()
                    .map(NetworkSubnet::subnet)
                    .filter(s -> s.isV6() == address.address().isV6())
                    .toList();
            // with none of the family another IPAM driver gives addresses without saying of what
            if (!subnets.isEmpty() && subnets.stream().noneMatch(s -> s.contains(address.address()))) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "address " + address.address() + " lies in no subnet of network " + network.id()
                                + ", which has " + subnets);
            }
        }
    }

    /**
     * The engine cannot give a container two interfaces in one subnet: it fails after this network was joined, and
     * again at each restart of the container.
     */
    static void checkApart(
            EndpointRecord endpoint, NetworkOptions options, List<EndpointRecord> ofSandbox, Networks networks) {
        for (EndpointRecord other : ofSandbox) {
            for (Cidr address : endpoint.addresses()) {
                Optional<Cidr> same = other.addresses().stream()
                        .filter(o -> o.subnet().overlaps(address.subnet()))
                        .findFirst();
                if (same.isPresent()) {
                    throw new PatchbayException(
                            Kind.CONFLICT,
                            "the container is on network " + other.network() + " with " + same.get()
                                    + " already; a container can be on one network of a subnet only, and "
                                    + endpoint.network() + " has the same; if it was connected while the container ran,"
                                    + " the engine has noted it all the same: stop the container, docker network"
                                    + " disconnect it and start it, or it does not start again");
                }
            }
            checkHops(endpoint, options, other, networks);
        }
    }

    /** A link-local address is another router's on each link, and a container has one route to it. */
    private static void checkHops(
            EndpointRecord endpoint, NetworkOptions options, EndpointRecord other, Networks networks) {
        if (options.linkLocalHops().isEmpty()) {
            return;
        }
        Set<IpAddress> others = networks.find(other.network())
                .map(network -> NetworkOptions.parse(network.options()).linkLocalHops())
                .orElse(Set.of());
        options.linkLocalHops().stream().filter(others::contains).findFirst().ifPresent(hop -> {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "the container is on network " + other.network() + ", whose next hop is " + hop + " too; "
                            + endpoint.network() + " cannot have it in the same container");
        });
    }

    /** Other drivers' and dockerd's options may stand beside; one that names us and is not known is a mistake. */
    static void checkOptions(Map<String, String> options) {
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (option.getKey().toLowerCase(Locale.ROOT).startsWith("io.patchbay.")) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "option " + option.getKey() + "=" + option.getValue()
                                + " is not known for an endpoint; io.patchbay options are those of docker network"
                                + " create -o");
            }
        }
    }
}
