package io.patchbay.daemon.uplink;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * DNS servers that systemd-resolved has for a NIC alone: it asks none of a link without an address, so the bridge gets
 * them. They go with the bridge, and the NIC keeps its own meanwhile.
 */
final class Names {
    private Names() {}

    /** No steps where there are none, or no systemd-resolved. */
    static List<Step> of(Host host, Nic nic, String bridge) {
        String resolved = host.text("run/systemd/resolve/netif/" + nic.index());
        String networkd = host.text("run/systemd/netif/links/" + nic.index());
        if (host.text("run/systemd/resolve/resolv.conf").isEmpty()) {
            return List.of();
        }
        Set<String> servers = new LinkedHashSet<>(words(resolved, "SERVERS", ""));
        servers.addAll(words(networkd, "DNS", ""));
        Set<String> domains = new LinkedHashSet<>(words(resolved, "DOMAINS", ""));
        domains.addAll(words(networkd, "DOMAINS", ""));
        domains.addAll(words(networkd, "ROUTE_DOMAINS", "~"));
        List<String> lines = new ArrayList<>();
        if (!servers.isEmpty()) {
            lines.add("resolvectl dns " + bridge + " " + String.join(" ", servers));
        }
        if (!domains.isEmpty()) {
            lines.add("resolvectl domain " + bridge + " " + String.join(" ", domains));
        }
        return lines.isEmpty()
                ? List.of()
                : List.of(new Step(
                        "tell systemd-resolved of " + bridge + " what it knows of " + nic.name() + ": "
                                + String.join(" ", servers)
                                + (domains.isEmpty() ? "" : ", " + String.join(" ", domains)),
                        lines,
                        List.of()));
    }

    private static List<String> words(String text, String key, String before) {
        return text.lines()
                .filter(line -> line.startsWith(key + "="))
                .flatMap(
                        line -> List.of(line.substring(key.length() + 1).strip().split("\\s+", -1)).stream())
                .filter(word -> !word.isEmpty() && !word.matches(".*[#\"'\\\\].*"))
                .map(word -> before + word)
                .toList();
    }
}
