package io.patchbay.core.enginesync;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Uplinks;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which bridge of this host leads to the LAN, and what this host has on it. */
final class LanBridges {
    /** What the engine calls the bridges it makes. */
    private static final Pattern ENGINES = Pattern.compile("docker0|docker_gwbridge|br-[0-9a-f]{12}");

    /** Kinds of ports that lead to a container or a virtual machine. */
    private static final Set<String> OF_GUESTS = Set.of("veth", "tun");

    private final Links links;
    private final String defaultBridge;

    LanBridges(Links links, String defaultBridge) {
        this.links = links;
        this.defaultBridge = defaultBridge;
    }

    /** A bridge, with a sentence on why this one. */
    record Chosen(Link bridge, String why) {}

    /** The named one, else the daemon's own, else the only one that has a NIC. */
    Chosen choose(Optional<String> named) {
        List<Link> all = links.list();
        if (named.isPresent()) {
            return chosen(all, named(all, named.get()), "as you said");
        }
        Optional<Link> own = find(all, defaultBridge).filter(Link::isBridge);
        if (own.isPresent()) {
            return chosen(all, own.get(), "the daemon's --bridge");
        }
        List<Link> withNic = all.stream()
                .filter(l -> l.isBridge()
                        && !l.isOurs()
                        && !ENGINES.matcher(l.name()).matches())
                .filter(bridge -> Uplinks.of(all, bridge).stream()
                        .anyMatch(port -> !OF_GUESTS.contains(port.kind().orElse(""))))
                .toList();
        if (withNic.size() > 1) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "several bridges of this host have a NIC: "
                            + withNic.stream().map(Link::name).collect(Collectors.joining(", "))
                            + "; name one with --bridge");
        }
        if (withNic.isEmpty()) {
            throw new PatchbayException(
                    Kind.NOT_FOUND,
                    "this host has no bridge with a NIC as a port, and none called " + defaultBridge
                            + "; patchbay doctor says how to make one");
        }
        return chosen(all, withNic.get(0), "the only one with a NIC");
    }

    private static Chosen chosen(List<Link> all, Link bridge, String why) {
        List<String> ports = Uplinks.of(all, bridge).stream().map(Link::name).toList();
        return new Chosen(
                bridge,
                "bridge " + bridge.name() + ": " + why
                        + (ports.isEmpty()
                                ? ", though it has no port that leads to the LAN"
                                : ", with " + String.join(", ", ports)));
    }

    private static Link named(List<Link> all, String name) {
        Link link = find(all, name)
                .orElseThrow(
                        () -> new PatchbayException(Kind.NOT_FOUND, "bridge " + name + " does not exist on this host"));
        return link.isBridge()
                ? link
                : all.stream()
                        .filter(l -> l.isBridge() && link.master().equals(OptionalInt.of(l.index())))
                        .findFirst()
                        .orElseThrow(() -> new PatchbayException(
                                Kind.INVALID, "link " + name + " is neither a bridge nor a port of one"));
    }

    private static Optional<Link> find(List<Link> all, String name) {
        return all.stream().filter(l -> l.name().equals(name)).findFirst();
    }

    /** This host's addresses on a bridge that a LAN knows. */
    List<Cidr> addresses(Link bridge) {
        return links.addresses().stream()
                .filter(a -> a.linkIndex() == bridge.index())
                .map(Links.LinkAddress::address)
                .filter(a -> !a.address().isLinkLocal())
                .toList();
    }

    /** The next hops of this host's default routes out of a bridge. */
    List<IpAddress> routers(Link bridge, boolean v6) {
        return links.routes().stream()
                .filter(r -> r.linkIndex() == bridge.index()
                        && r.destination().isV6() == v6
                        && r.destination().prefixLength() == 0)
                .flatMap(r -> r.nextHop().stream())
                .distinct()
                .toList();
    }
}
