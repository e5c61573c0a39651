package io.patchbay.core.fsck;

import static io.patchbay.core.fsck.DisagreementClass.BRIDGE_WITHOUT_NETWORK;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_OUT_OF_SANDBOX;
import static io.patchbay.core.fsck.DisagreementClass.ENDPOINT_WITHOUT_LINK;
import static io.patchbay.core.fsck.DisagreementClass.LINK_BLOCKED;
import static io.patchbay.core.fsck.DisagreementClass.LINK_MAC;
import static io.patchbay.core.fsck.DisagreementClass.LINK_OF_OTHER_ENDPOINT;
import static io.patchbay.core.fsck.DisagreementClass.LINK_WITHOUT_ENDPOINT;
import static io.patchbay.core.fsck.DisagreementClass.MAC_OF_HOST;

import io.patchbay.core.endpoint.LinkName;
import io.patchbay.core.endpoint.Liveness;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.LinksInUse;
import io.patchbay.core.network.Macs;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Refs;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** This host's endpoints and networks with the links that its kernel has. */
final class KernelComparer {
    private final Picture picture;
    private final Found found;
    private final String host;

    private KernelComparer(Picture picture, Found found) {
        this.picture = picture;
        this.found = found;
        this.host = picture.host();
    }

    static void compare(Picture picture, Found found) {
        KernelComparer comparer = new KernelComparer(picture, found);
        Map<String, Link> byName = picture.linksByName();
        picture.ownEndpoints()
                .forEach(endpoint -> comparer.endpoint(endpoint, Optional.ofNullable(byName.get(endpoint.link()))));
        comparer.strays();
    }

    private void endpoint(EndpointRecord endpoint, Optional<Link> link) {
        Liveness liveness = Liveness.of(endpoint, link, picture.now());
        if (liveness != Liveness.ALIVE) {
            boolean without = liveness == Liveness.WITHOUT_LINK;
            found.add(
                    without ? ENDPOINT_WITHOUT_LINK : ENDPOINT_OUT_OF_SANDBOX,
                    host,
                    endpoint.id(),
                    Picture.describe(endpoint) + " is " + endpoint.state() + " since " + endpoint.since() + ", and "
                            + (without
                                    ? "there is no link " + endpoint.link()
                                    : "the other end of its link " + endpoint.link() + " lies on the host"));
            return;
        }
        link.ifPresent(end -> end(endpoint, end));
        picture.links().stream()
                .filter(other -> !other.isOurs() && other.mac().equals(endpoint.mac()))
                .findFirst()
                .ifPresent(other -> found.add(
                        MAC_OF_HOST,
                        host,
                        endpoint.id(),
                        Picture.describe(endpoint) + " has MAC " + endpoint.mac() + ", and so has the host's own link "
                                + other.name() + ": the bridge keeps what is for the container",
                        "start the container with another --mac-address, or give " + other.name() + " its own again"));
    }

    private void end(EndpointRecord endpoint, Link end) {
        if (!end.endpointId().equals(Optional.of(endpoint.id()))) {
            found.add(
                    LINK_OF_OTHER_ENDPOINT,
                    host,
                    end.name(),
                    "link " + end.name() + " is that of " + Picture.describe(endpoint) + ", and its alias says "
                            + end.alias().orElse("nothing"),
                    "ip link set " + end.name() + " alias " + Links.ALIAS_PREFIX + endpoint.id());
        }
        if (!end.mac().equals(Macs.ofHostEnd(endpoint.id()))) {
            found.add(
                    LINK_MAC,
                    host,
                    end.name(),
                    "link " + end.name() + " was made with MAC " + Macs.ofHostEnd(endpoint.id()) + ", and has "
                            + end.mac() + ", which its bridge may take for its own",
                    "ip link set " + end.name() + " address " + Macs.ofHostEnd(endpoint.id()));
        }
        boolean blocked = end.up() && end.carrier() && end.portState().isPresent() && !end.isForwarding();
        if (blocked) {
            found.add(
                    LINK_BLOCKED,
                    host,
                    end.name(),
                    "link " + end.name() + " of " + Picture.describe(endpoint)
                            + " is up, and its bridge lets nothing through",
                    "wait for STP to settle, or bridge link set dev " + end.name() + " state 3");
        }
    }

    private void strays() {
        Set<String> bridges =
                picture.ownNetworks().stream().map(NetworkRecord::bridge).collect(Collectors.toSet());
        Set<String> owned = new HashSet<>();
        picture.records()
                .all(Refs.endpointsOf(host))
                .forEach(e -> owned.addAll(LinkName.of(e.id()).both()));
        boolean endpointsKnown = !picture.records().hasUnreadable(Refs.endpointsOf(host));
        boolean networksKnown = !picture.records().hasUnreadable(Refs.networksOf(host));
        for (Link link : picture.links()) {
            if (!link.isOurs() || LinksInUse.isInUse(link, picture.links())) {
                continue;
            }
            if (link.isBridge() && networksKnown && !bridges.contains(link.name())) {
                found.add(
                        BRIDGE_WITHOUT_NETWORK,
                        host,
                        link.name(),
                        "bridge " + link.name() + " was made for a network, and no network has it");
            } else if (!link.isBridge() && endpointsKnown && !owned.contains(link.name())) {
                found.add(
                        LINK_WITHOUT_ENDPOINT,
                        host,
                        link.name(),
                        "link " + link.name() + " leads to no container, and no endpoint has it");
            }
        }
    }
}
