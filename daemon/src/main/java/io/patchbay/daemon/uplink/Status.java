package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is on this host: bridges with what leads to the LAN, and what waits to be confirmed. */
final class Status {
    private final List<Entry> entries = new ArrayList<>();
    private final Optional<Trial> trial;
    private final long left;

    /**
     * A bridge.
     *
     * @param nics ports that are no container's
     * @param since when it was taken; empty for one that somebody else has made
     * @param writtenFor what makes it at a boot, if we have told it; else empty
     */
    private record Entry(String bridge, List<String> nics, List<String> addresses, String since, String writtenFor) {}

    Status(Uplink uplink) {
        List<Nic> links = List.copyOf(uplink.pictures().links().values());
        List<Taken> taken = uplink.taken();
        trial = uplink.trial();
        Set<String> ours = Stream.concat(
                        taken.stream().map(Taken::nic), trial.stream().map(Trial::nic))
                .collect(Collectors.toSet());
        left = trial.map(t -> uplink.left(t).toSeconds()).orElse(0L);
        for (Nic bridge : links) {
            if (bridge.kind().equals("bridge")) {
                List<String> since = taken.stream()
                        .filter(t -> t.bridge().equals(bridge.name()))
                        .map(Taken::since)
                        .toList();
                List<String> nics = links.stream()
                        .filter(link ->
                                link.master().filter(bridge.name()::equals).isPresent())
                        .filter(link -> !link.kind().equals("veth") || ours.contains(link.name()))
                        .map(Nic::name)
                        .toList();
                List<String> addresses = uplink.pictures().read(bridge.name()).stream()
                        .flatMap(picture -> picture.addresses().stream())
                        .map(NicAddress::toString)
                        .toList();
                String writtenFor = uplink.persisted(bridge.name())
                        .map(p -> p.persistent().manager())
                        .orElse("");
                entries.add(new Entry(bridge.name(), nics, addresses, since.isEmpty() ? "" : since.get(0), writtenFor));
            }
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        trial.ifPresent(t -> lines.add(t.bridge() + " is on trial"
                + (t.kind() == Trial.Kind.TAKE ? " with " : ", given up for ") + t.nic() + ", for another " + left
                + " s: 'patchbay uplink confirm' keeps it"));
        for (Entry entry : entries) {
            lines.add(entry.bridge() + ": "
                    + (entry.nics().isEmpty() ? "no NIC" : String.join(", ", entry.nics()))
                    + ", "
                    + (entry.addresses().isEmpty() ? "no address" : String.join(" ", entry.addresses()))
                    + (entry.since().isEmpty() ? "" : ", taken " + entry.since())
                    + (entry.writtenFor().isEmpty()
                            ? entry.since().isEmpty() ? "" : ", until the host boots"
                            : ", written for " + entry.writtenFor()));
        }
        if (lines.isEmpty()) {
            lines.add("there is no bridge; 'patchbay uplink take NIC' makes one");
        }
        return lines;
    }

    ObjectNode json(ObjectMapper mapper) {
        ObjectNode root = mapper.createObjectNode();
        root.set("bridges", mapper.valueToTree(entries));
        trial.ifPresent(t -> root.putObject("trial")
                .put("kind", t.kind().name().toLowerCase(Locale.ROOT))
                .put("bridge", t.bridge())
                .put("nic", t.nic())
                .put("secondsLeft", left));
        return root;
    }
}
