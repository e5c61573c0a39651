package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where pools come from when nobody names a subnet. Each call gives another one: dockerd rejects what overlaps a route
 * of the host and asks again at once, and an engine of 20.10 does so for ever if it gets the same answer again.
 */
final class AutoPools {
    private final List<AutoRange> ranges;
    private final Supplier<List<Links.Route>> routes;
    /** What was given since start: given again only after a lap, for dockerd may have rejected it. */
    private final List<Subnet> given = new ArrayList<>();

    AutoPools(List<AutoRange> ranges, Supplier<List<Links.Route>> routes) {
        this.ranges = List.copyOf(ranges);
        this.routes = routes;
    }

    /**
     * A subnet that overlaps no pool, nothing this host has a route to, and none given before. {@code size} of
     * {@code 0.0.0.0/N} asks for a length.
     */
    synchronized Subnet next(boolean v6, Optional<Subnet> size, List<Subnet> pools) {
        String family = v6 ? "IPv6" : "IPv4";
        if (ranges.stream().noneMatch(r -> r.within().isV6() == v6)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "no " + family + " subnet was given and no ranges for automatic " + family
                            + " pools are configured; give --subnet with one of that family (with --ipv6 a network"
                            + " has both), or start the daemon with --auto-pool "
                            + (v6 ? "fd00:210::/48:64" : "10.210.0.0/16:24"));
        }
        List<Subnet> avoid = new ArrayList<>(pools);
        avoid.addAll(given);
        routes.get().stream()
                .map(Links.Route::destination)
                .filter(d -> d.prefixLength() > 0)
                .forEach(avoid::add);
        for (AutoRange range : ranges) {
            int length = size.map(Subnet::prefixLength).orElse(range.prefixLength());
            if (range.within().isV6() == v6 && length >= range.within().prefixLength()) {
                Optional<Subnet> free = firstFree(range.within(), length, avoid);
                if (free.isPresent()) {
                    given.add(free.get());
                    return free.get();
                }
            }
        }
        throw new PatchbayException(
                Kind.EXHAUSTED,
                "no automatic " + family + " pool"
                        + size.map(s -> " of length /" + s.prefixLength()).orElse("") + " is left of " + ranges
                        + "; give --subnet or configure more with --auto-pool");
    }

    private static Optional<Subnet> firstFree(Subnet within, int length, List<Subnet> avoid) {
        IpAddress at = within.network();
        while (within.contains(at)) {
            Subnet candidate = new Subnet(at, length);
            Optional<Subnet> overlapped =
                    avoid.stream().filter(candidate::overlaps).findFirst();
            if (overlapped.isEmpty()) {
                return Optional.of(candidate);
            }
            IpAddress behind =
                    overlapped.get().prefixLength() < length ? overlapped.get().last() : candidate.last();
            if (behind.compareTo(within.last()) >= 0) {
                return Optional.empty();
            }
            at = behind.next();
        }
        return Optional.empty();
    }
}
