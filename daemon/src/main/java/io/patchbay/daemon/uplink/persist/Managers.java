package io.patchbay.daemon.uplink.persist;

import io.patchbay.core.failure.PatchbayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds out what configures a NIC at a boot, and how that is to make a bridge of it. */
public final class Managers {
    private final ConfigTree tree;
    private final List<Manager> managers;

    /** {@code root} is before all paths. */
    public Managers(Path root) {
        this.tree = new ConfigTree(root);
        this.managers = List.of(new Netplan(tree), new NetworkManager(tree), new Networkd(tree), new Ifupdown(tree));
    }

    /**
     * What is to be written. What of the configuration is not understood is an {@code INVALID} with a line for each
     * reason; nobody who has the NIC, or more than one, is one too.
     */
    public Persistent plan(Wanted wanted) {
        List<Persistent> found = new ArrayList<>();
        managers.forEach(manager -> manager.plan(wanted).ifPresent(found::add));
        if (found.size() == 1) {
            return found.get(0).at(tree);
        }
        String all = managers.stream().map(Manager::name).collect(Collectors.joining(", "));
        String some = found.stream().map(Persistent::manager).collect(Collectors.joining(" and "));
        throw new PatchbayException(
                PatchbayException.Kind.INVALID,
                found.isEmpty()
                        ? "nothing is known to configure " + wanted.nic() + " at a boot (" + all
                                + "): write the bridge where that stands, and leave out --persist"
                        : some + " both configure " + wanted.nic() + " at a boot: take it from one of them");
    }
}
