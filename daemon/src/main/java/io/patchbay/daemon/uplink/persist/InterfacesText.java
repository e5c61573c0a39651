package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A file of {@code interfaces(5)} in which a bridge stands where the card did. */
final class InterfacesText {
    private final Wanted wanted;
    private final List<InterfacesLine> lines;
    private final boolean makes;

    /** {@code makes}: the first stanza here is the one that makes the bridge. */
    InterfacesText(Wanted wanted, List<InterfacesLine> lines, boolean makes) {
        this.wanted = wanted;
        this.lines = List.copyOf(lines);
        this.makes = makes;
    }

    boolean hasStanza() {
        return lines.stream().anyMatch(this::isStanza);
    }

    private boolean isStanza(InterfacesLine line) {
        return line.begins("iface") && line.word(1).equals(wanted.nic());
    }

    private boolean isStart(InterfacesLine line) {
        return line.begins("auto")
                || line.begins("no-auto-down")
                || line.word(0).startsWith("allow-");
    }

    String changed() {
        List<String> text = new ArrayList<>();
        boolean made = !makes;
        for (InterfacesLine line : lines) {
            if (isStart(line) && line.words().contains(wanted.nic())) {
                text.addAll(start(line));
            } else if (isStanza(line)) {
                text.add("iface " + wanted.bridge() + " " + line.word(2) + " " + line.word(3));
                if (!made) {
                    text.addAll(making());
                    made = true;
                }
            } else {
                text.add(line.text());
            }
        }
        return String.join("\n", text);
    }

    /** A bridge is no card that the kernel tells of, so {@code allow-hotplug} would never start it. */
    private List<String> start(InterfacesLine line) {
        String first = line.word(0);
        List<String> others = line.words().subList(1, line.words().size()).stream()
                .filter(word -> !word.equals(wanted.nic()))
                .toList();
        if (!first.equals("allow-hotplug")) {
            return List.of(line.words().stream()
                    .map(word -> word.equals(wanted.nic()) ? wanted.bridge() : word)
                    .collect(Collectors.joining(" ")));
        }
        List<String> text = new ArrayList<>(List.of("auto " + wanted.bridge()));
        if (!others.isEmpty()) {
            text.add(first + " " + String.join(" ", others));
        }
        return text;
    }

    private List<String> making() {
        String bridge = wanted.bridge();
        List<String> text = new ArrayList<>();
        wanted.heading().forEach(line -> text.add("\t" + line));
        text.add("\tpre-up ip link show dev " + bridge + " >/dev/null 2>&1 || ip link add name " + bridge + " address "
                + wanted.mac() + " type bridge stp_state 0 forward_delay 0");
        text.add("\tpre-up ip link set dev " + wanted.nic() + (wanted.hasUsualMtu() ? "" : " mtu " + wanted.mtu())
                + " master " + bridge + " up");
        return text;
    }
}
