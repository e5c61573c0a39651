package io.patchbay.core.endpoint;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Uplinks;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest frame of the LAN behind each bridge. The uplinks are found only by a look at all links, which takes a
 * while where there are a thousand, and fails now and then where they come and go; so it is kept for some seconds.
 */
final class LanMtus {
    private static final Logger LOG = LoggerFactory.getLogger(LanMtus.class);
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final Links links;
    private final TimeSource time;
    private Map<String, OptionalInt> known = Map.of();
    private Duration until = Duration.ZERO;

    LanMtus(Links links, TimeSource time) {
        this.links = links;
        this.time = time;
    }

    /** Empty without an uplink, and when it is not known; what was known holds when the kernel does not tell. */
    synchronized OptionalInt of(String bridge) {
        if (!known.containsKey(bridge) || time.steady().compareTo(until) >= 0) {
            look();
        }
        return known.getOrDefault(bridge, OptionalInt.empty());
    }

    private void look() {
        until = time.steady().plus(KEPT);
        try {
            List<Link> all = links.list();
            known = all.stream()
                    .filter(Link::isBridge)
                    .collect(Collectors.toMap(Link::name, b -> Uplinks.mtu(all, b), (a, b) -> a));
        } catch (PatchbayException e) {
            LOG.warn("the MTUs of uplinks are not known now, the last known hold reason=\"{}\"", e.getMessage());
        }
    }
}
