package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file of netplan's, by its lines: of YAML it understands blocks of keys, each on a line of its own, and what lies
 * deeper it moves as it is.
 */
final class NetplanText {
    private static final Set<String> OF_BRIDGE = Set.of(
            ("dhcp4 dhcp6 dhcp-identifier dhcp4-overrides dhcp6-overrides ipv6-mtu ipv6-privacy link-local accept-ra"
                            + " addresses ipv6-address-generation ipv6-address-token gateway4 gateway6 nameservers"
                            + " routes routing-policy optional optional-addresses critical ignore-carrier")
                    .split(" ", -1));
    private static final Set<String> OF_PORT =
            Set.of(("match set-name wakeonlan mtu emit-lldp auth receive-checksum-offload transmit-checksum-offload"
                            + " tcp-segmentation-offload tcp6-segmentation-offload generic-segmentation-offload"
                            + " generic-receive-offload large-receive-offload")
                    .split(" ", -1));

    private final String file;
    private final List<String> lines;
    private final Wanted wanted;
    private final Reasons reasons;

    /** What is not understood is one of {@code reasons}. */
    NetplanText(String file, String text, Wanted wanted, Reasons reasons) {
        this.file = file;
        this.lines = text.lines().toList();
        this.wanted = wanted;
        this.reasons = reasons;
    }

    boolean isNetworkManagers() {
        return lines.stream().anyMatch(line -> line.strip().matches("renderer:\\s*[\"']?NetworkManager[\"']?"));
    }

    /** Lines from one up to another, which is none of them. */
    private record Block(int from, int to) {}

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static boolean isBlank(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private String key(int line) {
        String text = lines.get(line).strip();
        return text.replaceFirst(":(\\s.*)?$", "").replaceAll("^[\"']|[\"']$", "");
    }

    /** From that line to before the next that is not deeper, without blank lines at its end. */
    private Block block(int from) {
        int to = from + 1;
        for (int i = from + 1; i < lines.size(); i++) {
            boolean isItem = lines.get(i).strip().startsWith("- ") && indent(lines.get(i)) == indent(lines.get(from));
            if (!isBlank(lines.get(i)) && indent(lines.get(i)) <= indent(lines.get(from)) && !isItem) {
                break;
            }
            to = isBlank(lines.get(i)) ? to : i + 1;
        }
        return new Block(from, to);
    }

    /** The lines of a block at which its keys stand. */
    private List<Integer> keys(Block block) {
        List<Integer> found = new ArrayList<>();
        int depth = -1;
        for (int i = block.from() + 1; i < block.to(); i++) {
            String line = lines.get(i);
            if (isBlank(line)) {
                continue;
            }
            depth = depth < 0 ? indent(line) : depth;
            if (indent(line) == depth && !line.strip().startsWith("- ")) {
                found.add(i);
            }
        }
        return found;
    }

    private List<Block> children(Block block, String name) {
        return keys(block).stream()
                .filter(line -> key(line).equals(name))
                .map(this::block)
                .toList();
    }

    /** The file with the bridge; anything where there is a reason. */
    String changed() {
        List<Integer> unclear = new ArrayList<>();
        List<Block> networks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!isBlank(line)
                    && (line.contains("\t") || line.matches("(.*[:-]\\s+[&*!|>].*)|(\\.\\.\\..*)|(.*<<:.*)"))) {
                unclear.add(i);
            }
            if (line.matches("network:\\s*")) {
                networks.add(block(i));
            }
        }
        unclear.forEach(i -> reasons.add(
                file + " has a line that is not understood: " + lines.get(i).strip()));
        List<Block> cards = networks.stream()
                .flatMap(network -> children(network, "ethernets").stream())
                .flatMap(ethernets -> keys(ethernets).stream())
                .map(this::block)
                .filter(this::isOurs)
                .toList();
        if (networks.size() != 1 || cards.size() != 1) {
            reasons.add(
                    file + " has " + wanted.nic() + ", but not as one of network: ethernets: on lines of their own");
            return "";
        }
        return changed(networks.get(0), cards.get(0));
    }

    private boolean isOurs(Block card) {
        return key(card.from()).equals(wanted.nic())
                || children(card, "set-name").stream()
                        .anyMatch(
                                line -> lines.get(line.from()).matches(".*:\\s*[\"']?" + wanted.nic() + "[\"']?\\s*"));
    }

    private String changed(Block network, Block card) {
        List<String> port = new ArrayList<>(List.of(lines.get(card.from())));
        List<String> moved = new ArrayList<>();
        if (!lines.get(card.from()).strip().endsWith(":")) {
            reasons.add(file + " has a line that is not understood: "
                    + lines.get(card.from()).strip());
        }
        int depth = indent(lines.get(card.from())) + 2;
        for (int line : keys(card)) {
            depth = indent(lines.get(line));
            Block part = block(line);
            String key = key(line);
            if (OF_PORT.contains(key)) {
                port.addAll(lines.subList(part.from(), part.to()));
            } else if (OF_BRIDGE.contains(key)) {
                moved.addAll(lines.subList(part.from(), part.to()));
            } else {
                reasons.add(file + " says " + key + ": of " + wanted.nic() + ", of which it is not known whether it"
                        + " belongs to the bridge or to the port: write the bridge yourself, as docs/install.md shows");
            }
        }
        String deep = " ".repeat(depth);
        List.of("dhcp4: false", "dhcp6: false", "accept-ra: false", "link-local: []")
                .forEach(line -> port.add(deep + line));
        List<String> bridge = bridge(indent(lines.get(card.from())), deep, key(card.from()));
        bridge.addAll(moved);
        return joined(network, card, port, bridge);
    }

    private List<String> bridge(int depth, String deep, String card) {
        List<String> text = new ArrayList<>();
        text.add(" ".repeat(depth) + wanted.bridge() + ":");
        wanted.heading().forEach(line -> text.add(deep + line));
        text.add(deep + "interfaces: [" + card + "]");
        text.add(deep + "macaddress: " + wanted.mac());
        if (!wanted.hasUsualMtu()) {
            text.add(deep + "mtu: " + wanted.mtu());
        }
        text.add(deep + "parameters:");
        text.add(deep + "  stp: false");
        text.add(deep + "  forward-delay: 0");
        return text;
    }

    private String joined(Block network, Block card, List<String> port, List<String> bridge) {
        List<Block> bridges = children(network, "bridges");
        bridges.stream()
                .flatMap(block -> keys(block).stream())
                .filter(line -> key(line).equals(wanted.bridge()))
                .forEach(line -> reasons.add(file + " makes " + wanted.bridge() + " already"));
        bridges.stream()
                .filter(block -> !lines.get(block.from()).strip().endsWith(":")
                        || keys(block).stream().anyMatch(k -> indent(lines.get(k)) != indent(lines.get(card.from()))))
                .forEach(block -> reasons.add(file + " has other bridges in a way that is not understood"));
        List<String> text = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int line = i;
            if (i == card.from()) {
                text.addAll(port);
            } else if (i < card.from() || i >= card.to()) {
                text.add(lines.get(i));
            }
            if (bridges.stream().anyMatch(block -> block.from() == line)) {
                text.addAll(bridge);
            }
            if (bridges.isEmpty() && i == network.to() - 1) {
                int depth = indent(lines.get(keys(network).get(0)));
                text.add(" ".repeat(depth) + "bridges:");
                text.addAll(bridge);
            }
        }
        return String.join("\n", text) + "\n";
    }
}
