package io.patchbay.daemon.uplink.persist;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** netplan: the file that has the card gets the bridge too, and all else stays in it as it is. */
final class Netplan implements Manager {
    private static final String OURS = "/etc/netplan";
    private static final List<String> FOLDERS = List.of("/lib/netplan", OURS, "/run/netplan");

    private final ConfigTree tree;

    Netplan(ConfigTree tree) {
        this.tree = tree;
    }

    @Override
    public String name() {
        return "netplan";
    }

    @Override
    public Optional<Persistent> plan(Wanted wanted) {
        List<String> files = new ArrayList<>();
        for (String folder : FOLDERS) {
            tree.list(folder, "*.yaml").stream()
                    .filter(file -> tree.textOrNone(file).contains(wanted.nic()))
                    .forEach(files::add);
        }
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (files.size() > 1 || !files.get(0).startsWith(OURS)) {
            throw Reasons.refusal(wanted.nic() + " stands in " + String.join(" and ", files) + ", and a bridge is made"
                    + " only of one that stands in one file of " + OURS);
        }
        return Optional.of(plan(wanted, files.get(0)));
    }

    private Persistent plan(Wanted wanted, String file) {
        Reasons reasons = new Reasons();
        String before = Objects.requireNonNull(tree.text(file));
        NetplanText text = new NetplanText(file, before, wanted, reasons);
        String after = text.changed();
        reasons.refuse();
        List<FileChange> files = List.of(new FileChange(file, before, after, FileChange.FOR_ROOT));
        List<String> notes = new ArrayList<>(wanted.lease() ? List.of() : tree.unsaid(wanted, file, after));
        notes.addAll(tree.madeByCloud(files));
        List<List<String>> tells = text.isNetworkManagers()
                ? List.of()
                : List.of(List.of("netplan", "generate"), List.of("networkctl", "reload"));
        return new Persistent(name(), files, tells, tells, notes);
    }
}
