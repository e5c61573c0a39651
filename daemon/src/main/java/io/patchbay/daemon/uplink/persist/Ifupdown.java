package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * ifupdown. The card's stanzas become the bridge's where they stand, with lines that make it; so the file has all else
 * that was in it, in its order, comments too. It needs no package more: iproute2 makes the bridge, not bridge-utils.
 */
final class Ifupdown implements Manager {
    private static final String MAIN = "/etc/network/interfaces";
    private static final Set<String> METHODS = Set.of(
            "inet static", "inet dhcp", "inet manual", "inet6 static", "inet6 auto", "inet6 dhcp", "inet6 manual");
    private static final Set<String> OPTIONS = Set.of(
            ("address netmask broadcast gateway metric pointopoint scope mtu dns-nameservers dns-nameserver dns-search"
                            + " dns-domain accept_ra autoconf privext dad-attempts dad-interval preferred-lifetime"
                            + " hostname client vendor leasehours leasetime request_prefix ll-attempts ll-interval"
                            + " base-iface")
                    .split(" ", -1));
    private static final Set<String> SCRIPTS =
            Set.of("pre-up", "up", "post-up", "down", "pre-down", "post-down", "inherits", "script");

    private final ConfigTree tree;

    Ifupdown(ConfigTree tree) {
        this.tree = tree;
    }

    @Override
    public String name() {
        return "ifupdown";
    }

    @Override
    public Optional<Persistent> plan(Wanted wanted) {
        Reasons reasons = new Reasons();
        Map<String, List<InterfacesLine>> files = read(reasons);
        boolean has = files.values().stream()
                .flatMap(List::stream)
                .anyMatch(line -> line.begins("iface") && line.word(1).equals(wanted.nic()));
        if (!has) {
            return Optional.empty();
        }
        files.forEach((file, lines) -> lines.forEach(line -> check(file, line, wanted, reasons)));
        reasons.refuse();
        List<FileChange> changes = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        boolean makes = true;
        for (Map.Entry<String, List<InterfacesLine>> file : files.entrySet()) {
            InterfacesText text = new InterfacesText(wanted, file.getValue(), makes);
            String before = Objects.requireNonNull(tree.text(file.getKey()));
            String after = text.changed();
            makes = makes && !text.hasStanza();
            if (!after.equals(before)) {
                changes.add(new FileChange(file.getKey(), before, after, FileChange.FOR_ALL));
                said.append(after);
            }
        }
        List<String> notes = new ArrayList<>(wanted.lease() ? List.of() : tree.unsaid(wanted, MAIN, said.toString()));
        notes.addAll(tree.madeByCloud(changes));
        return Optional.of(new Persistent(
                name(),
                changes,
                tells(wanted, wanted.nic(), wanted.bridge()),
                tells(wanted, wanted.bridge(), wanted.nic()),
                notes));
    }

    /**
     * dhclient ends without giving the lease back, and one for the other link asks for the same: its file has what it
     * calls itself, without which the server would give it another one.
     */
    private static List<List<String>> tells(Wanted wanted, String from, String to) {
        String leases = "/var/lib/dhcp/dhclient." + to + ".leases";
        return wanted.lease()
                ? List.of(
                        List.of("dhclient", "-x", "-pf", "/run/dhclient." + from + ".pid", from),
                        List.of("cp", "/var/lib/dhcp/dhclient." + from + ".leases", leases),
                        List.of("sed", "-i", "s/interface \"" + from + "\"/interface \"" + to + "\"/", leases),
                        List.of("ifup", "--force", to))
                : List.of();
    }

    /** All files that are read, in this order, each once. */
    private Map<String, List<InterfacesLine>> read(Reasons reasons) {
        Map<String, List<InterfacesLine>> files = new LinkedHashMap<>();
        if (!tree.list("/etc/network/ifupdown2", "*").isEmpty()) {
            // another program with other words for bridges; Proxmox has it, and a bridge anyway
            return files;
        }
        read(MAIN, files, reasons);
        return files;
    }

    private void read(String file, Map<String, List<InterfacesLine>> files, Reasons reasons) {
        String text = tree.text(file);
        if (text == null || files.containsKey(file)) {
            return;
        }
        List<InterfacesLine> lines = InterfacesLine.parse(text);
        files.put(file, lines);
        for (InterfacesLine line : lines) {
            if (line.begins("source") || line.begins("source-directory")) {
                included(file, line, reasons).forEach(other -> read(other, files, reasons));
            }
        }
    }

    private List<String> included(String file, InterfacesLine line, Reasons reasons) {
        String named = line.word(1);
        String path = named.startsWith("/") ? named : file.substring(0, file.lastIndexOf('/') + 1) + named;
        boolean folder = line.begins("source-directory");
        String where = folder ? path : path.substring(0, path.lastIndexOf('/'));
        if (line.words().size() != 2 || where.matches(".*[*?\\[\\]{}$`\"'~\\\\].*")) {
            reasons.add(file + " reads other files in a way that is not understood: "
                    + line.text().strip());
            return List.of();
        }
        return folder
                ? tree.list(path, "*").stream()
                        .filter(other -> other.matches(".*/[a-zA-Z0-9_-]+"))
                        .toList()
                : tree.list(where, path.substring(path.lastIndexOf('/') + 1)).stream()
                        .filter(other -> !other.contains("/."))
                        .toList();
    }

    private static void check(String file, InterfacesLine line, Wanted wanted, Reasons reasons) {
        String nic = wanted.nic();
        String where = file + " says '" + line.text().strip() + "'";
        if (line.begins("iface") && line.word(1).equals(wanted.bridge())) {
            reasons.add(where + ", so it has " + wanted.bridge() + " already");
        } else if (line.begins("iface") && line.word(1).startsWith(nic + ":")) {
            reasons.add(where + ", a name for one more address: write it as a second 'iface " + nic + "' instead");
        } else if (line.ofStanza().equals(nic)) {
            checkOwn(where, line, reasons);
        } else if (line.begins("mapping")
                || line.begins("template")
                || line.begins("no-scripts")
                || line.begins("rename")) {
            if (line.words().stream().anyMatch(word -> nic.matches(glob(word)))) {
                reasons.add(where + ", which may be about " + nic + " and is not understood");
            }
        } else if (line.word(0).matches("(bridge|bond|team)[-_].*")
                && line.words().contains(nic)) {
            reasons.add(where + ", so " + nic + " is a part of " + line.ofStanza() + " there");
        }
    }

    private static void checkOwn(String where, InterfacesLine line, Reasons reasons) {
        String word = line.word(0);
        if (line.begins("iface")) {
            boolean plain = line.words().size() == 4 && METHODS.contains(line.word(2) + " " + line.word(3));
            if (!plain) {
                reasons.add(where + ", of which no bridge can be made");
            }
        } else if (SCRIPTS.contains(word)) {
            reasons.add(where + ", which runs a command for the card: whether it is for the bridge then is not known");
        } else if (!OPTIONS.contains(word)) {
            reasons.add(where + ", of which it is not known whether it belongs to the bridge or to the card");
        }
    }

    private static String glob(String word) {
        return word.chars()
                .mapToObj(
                        c -> c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote(String.valueOf((char) c)))
                .collect(java.util.stream.Collectors.joining());
    }
}
