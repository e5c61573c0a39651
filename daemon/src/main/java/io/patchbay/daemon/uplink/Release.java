package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which bridge is given up, and why it is not to be. */
final class Release {
    private Release() {}

    /** The bridge of that name, or the only one there is. */
    static Taken chosen(List<Taken> taken, Optional<String> bridge) {
        List<Taken> meant = taken.stream()
                .filter(t -> bridge.isEmpty() || t.bridge().equals(bridge.get()))
                .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        String there = taken.stream().map(Taken::bridge).sorted().collect(Collectors.joining(", "));
        throw new PatchbayException(
                PatchbayException.Kind.NOT_FOUND,
                meant.isEmpty()
                        ? bridge.map(name -> name + " was not made").orElse("no bridge was made")
                                + " by 'patchbay uplink take' since this host booted"
                                + (there.isEmpty() ? "" : ", but " + there)
                        : "say which bridge: " + there);
    }

    /** A sentence each; {@code containers} by the name of their link. */
    static List<String> reasons(Taken taken, Map<String, Nic> links, boolean force, Map<String, String> containers) {
        List<String> reasons = new ArrayList<>();
        Nic nic = links.get(taken.nic());
        if (nic == null || !nic.master().filter(taken.bridge()::equals).isPresent()) {
            reasons.add(taken.nic() + (nic == null ? " is gone" : " is no port of " + taken.bridge() + " any more")
                    + ", so it cannot carry what the bridge does; without it 'ip link del " + taken.bridge()
                    + "' removes the bridge");
        }
        List<String> others = links.values().stream()
                .filter(link -> link.master().filter(taken.bridge()::equals).isPresent())
                .map(Nic::name)
                .filter(name -> !name.equals(taken.nic()))
                .map(name -> Optional.ofNullable(containers.get(name))
                        .map(container -> name + " of container " + container)
                        .orElse(name))
                .toList();
        if (!others.isEmpty() && !force) {
            reasons.add("on " + taken.bridge() + " are " + String.join(", ", others)
                    + ": they lose the LAN when it goes. Stop them before, or say --force; they have the LAN again"
                    + " within a minute after the next 'patchbay uplink take'");
        }
        links.values().stream()
                .filter(link -> link.lower().filter(taken.bridge()::equals).isPresent())
                .forEach(link -> reasons.add(
                        link.name() + " is a " + link.kind() + " on " + taken.bridge() + ": remove it before"));
        return reasons;
    }
}
