package io.patchbay.daemon.uplink;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a link carries at a moment.
 *
 * @param addresses in the order in which the kernel shows them
 * @param routes that go by it or end with its addresses, and that the kernel does not make by itself
 * @param rules that ask for it
 * @param neighbours by hand, as {@code ADDRESS lladdr MAC}
 * @param settings of {@code /proc/sys/net} that differ from those a new link gets, by the path below it with
 *     {@code %s} for the link's name
 */
record Picture(
        Nic nic,
        List<NicAddress> addresses,
        List<KernelLine> routes,
        List<KernelLine> rules,
        List<String> neighbours,
        Map<String, String> settings) {
    Picture {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
        rules = List.copyOf(rules);
        neighbours = List.copyOf(neighbours);
        settings = Map.copyOf(settings);
    }

    /** What must be there again after all was undone, a line each, without what time changes. */
    List<String> lines() {
        String link = nic.name();
        return Stream.of(
                        addresses.stream()
                                .flatMap(a -> a.adding(link).stream())
                                .map(line -> line.replaceAll(" (valid|preferred)_lft \\w+", "")),
                        routes.stream().map(r -> r.line("add", link, link).replaceAll(" expires \\d+", "")),
                        rules.stream().map(r -> r.line("add", link, link)),
                        neighbours.stream().map(n -> "neighbour replace " + n + " nud permanent dev " + link))
                .flatMap(lines -> lines)
                .toList();
    }
}
