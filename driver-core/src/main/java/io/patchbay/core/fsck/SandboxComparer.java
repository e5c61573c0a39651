package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.FORWARDING_ASTRAY;
import static io.patchbay.core.fsck.DisagreementClass.SANDBOX_DOWN;
import static io.patchbay.core.fsck.DisagreementClass.SANDBOX_MAC;
import static io.patchbay.core.fsck.DisagreementClass.SANDBOX_WITHOUT_ADDRESS;
import static io.patchbay.core.fsck.DisagreementClass.SANDBOX_WITH_OTHER_ADDRESS;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links.FarEnd;
import io.patchbay.core.link.Links.ForwardingEntry;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * This host's endpoints with what their containers' namespaces have, and with where the bridge sends what is for them.
 */
final class SandboxComparer {
    private static final String AGAIN = "docker restart the container";

    private final Picture picture;
    private final Found found;
    private final String host;

    private SandboxComparer(Picture picture, Found found) {
        this.picture = picture;
        this.found = found;
        this.host = picture.host();
    }

    static void compare(Picture picture, Found found) {
        SandboxComparer comparer = new SandboxComparer(picture, found);
        Map<String, Link> byName = picture.linksByName();
        Map<Integer, FarEnd> byHostEnd =
                picture.farEnds().stream().collect(Collectors.toMap(FarEnd::hostEnd, end -> end, (a, b) -> a));
        for (EndpointRecord endpoint : picture.ownEndpoints()) {
            Link link = byName.get(endpoint.link());
            if (link != null && link.peerElsewhere()) {
                FarEnd end = byHostEnd.get(link.index());
                if (end != null) {
                    comparer.compare(endpoint, end);
                }
                comparer.forwarding(endpoint, link);
            }
        }
    }

    private void compare(EndpointRecord endpoint, FarEnd end) {
        String who = Picture.describe(endpoint);
        if (!end.up()) {
            found.add(SANDBOX_DOWN, host, endpoint.id(), who + " has its interface down", AGAIN);
        }
        if (!end.mac().equals(endpoint.mac())) {
            found.add(
                    SANDBOX_MAC,
                    host,
                    endpoint.id(),
                    who + " was given MAC " + endpoint.mac() + ", and its interface has " + end.mac(),
                    AGAIN);
        }
        List<IpAddress> there = end.addresses().stream().map(Cidr::address).toList();
        endpoint.addresses().stream()
                .map(Cidr::address)
                .filter(address -> !there.contains(address))
                .forEach(address -> found.add(
                        SANDBOX_WITHOUT_ADDRESS,
                        host,
                        endpoint.id() + " " + address,
                        who + " was given " + address + ", and its interface does not have it",
                        AGAIN));
        there.stream()
                .filter(address ->
                        endpoint.addresses().stream().map(Cidr::address).noneMatch(address::equals))
                .forEach(address -> other(endpoint, address));
    }

    /** What a router advertises a container makes an address of by itself, and a virtual one moves from one to one. */
    private void other(EndpointRecord endpoint, IpAddress address) {
        Optional<NetworkRecord> network = picture.networkOf(endpoint);
        Optional<PoolName> pool = network.flatMap(n -> n.subnetOf(address)).flatMap(NetworkSubnet::pool);
        boolean reserved = pool.flatMap(p -> picture.records().peek(Ref.pool(p)))
                .flatMap(p -> p.value().reservedAround(address))
                .isPresent();
        if (address.isV6() || pool.isEmpty() || reserved) {
            return;
        }
        Optional<Claim> claim = picture.claim(pool.get(), address);
        if (claim.filter(c -> !c.isForContainers()).isEmpty()) {
            found.add(
                    SANDBOX_WITH_OTHER_ADDRESS,
                    host,
                    endpoint.id() + " " + address,
                    Picture.describe(endpoint) + " has " + address + " on its interface, which is "
                            + claim.map(c -> c.state() + " for " + c.owner().name())
                                    .orElse("claimed for nobody"),
                    "take it from the container, which needs no right to set addresses (--cap-drop NET_ADMIN), or"
                            + " reserve it: patchbay pool reserve");
        }
    }

    private void forwarding(EndpointRecord endpoint, Link link) {
        for (ForwardingEntry entry : picture.forwarding()) {
            boolean astray = entry.mac().equals(endpoint.mac()) && entry.port() != link.index();
            if (!astray) {
                continue;
            }
            Optional<Link> port = picture.links().stream()
                    .filter(l -> l.index() == entry.port()
                            && (l.master().equals(link.master())
                                    || link.master().stream().anyMatch(m -> m == l.index())))
                    .findFirst();
            if (port.isPresent()) {
                found.add(
                        FORWARDING_ASTRAY,
                        host,
                        endpoint.id() + " " + port.get().name(),
                        "the bridge sends what is for " + Picture.describe(endpoint) + " (" + endpoint.mac()
                                + ") out of "
                                + port.get().name()
                                + (entry.fixed() ? ", as somebody fixed it" : ", where it has heard that MAC"),
                        entry.fixed()
                                ? "bridge fdb del " + endpoint.mac() + " dev "
                                        + port.get().name() + " master"
                                : "look for a second station with that MAC, or a loop in the LAN");
            }
        }
    }
}
