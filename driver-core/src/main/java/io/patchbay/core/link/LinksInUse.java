package io.patchbay.core.link;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Which links of ours somebody needs, whatever the store says of them. The kernel tells it: a namespace takes its links
 * along when it ends, so one whose other end is elsewhere leads to a sandbox that lives.
 */
public final class LinksInUse {
    private LinksInUse() {}

    /** A host end with a living sandbox behind it, or a bridge of ours that such a one, or somebody else's, is on. */
    public static boolean isInUse(Link link, Collection<Link> all) {
        return link.isBridge() ? all.stream().anyMatch(port -> isPortInUse(port, link)) : link.peerElsewhere();
    }

    private static boolean isPortInUse(Link port, Link bridge) {
        return port.master().equals(OptionalInt.of(bridge.index())) && (!port.isOurs() || port.peerElsewhere());
    }

    /** Host ends of living containers that are none of those that are known. */
    public static List<Link> unknown(Collection<Link> all, Collection<String> known) {
        return hostEnds(all).filter(link -> !known.contains(link.name())).toList();
    }

    /** Ids of the endpoints of living containers. */
    public static List<String> endpoints(Collection<Link> all) {
        return hostEnds(all).flatMap(link -> link.endpointId().stream()).toList();
    }

    private static Stream<Link> hostEnds(Collection<Link> all) {
        return all.stream().filter(link -> link.isOurs() && link.endpointId().isPresent() && link.peerElsewhere());
    }
}
