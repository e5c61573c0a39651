package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@link Picture}s. */
final class PictureReader {
    private final Kernel kernel;

    PictureReader(Kernel kernel) {
        this.kernel = kernel;
    }

    /** All links by name. */
    Map<String, Nic> links() {
        Map<String, Nic> links = new LinkedHashMap<>();
        for (JsonNode json : kernel.json("-details", "link", "show")) {
            Nic nic = Nic.of(json);
            links.put(nic.name(), nic);
        }
        return links;
    }

    /** Whether a link has that name, or has it as one more. */
    boolean isName(String name) {
        return links().containsKey(name) || ofAnotherName(name).isPresent();
    }

    /** The name of the link that has this one as one more: {@code ip} takes it for the link's own, to delete it too. */
    Optional<String> ofAnotherName(String name) {
        for (JsonNode link : kernel.json("link", "show")) {
            for (JsonNode other : link.path("altnames")) {
                if (other.asText().equals(name)) {
                    return Optional.of(link.path("ifname").asText());
                }
            }
        }
        return Optional.empty();
    }

    /** What a link carries; empty when there is none of that name. */
    Optional<Picture> read(String link) {
        return Optional.ofNullable(links().get(link)).map(this::read);
    }

    private Picture read(Nic nic) {
        String link = nic.name();
        List<NicAddress> addresses = addresses(link);
        List<KernelLine> routes = new ArrayList<>();
        List<KernelLine> rules = new ArrayList<>();
        for (boolean v6 : List.of(false, true)) {
            String family = v6 ? "-6" : "-4";
            kernel.lines(family, "-oneline", "-details", "route", "show", "table", "all").stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> KernelLine.route(v6, line))
                    .filter(route -> route.names(link) || route.comesFrom(addresses))
                    .filter(route -> !route.isKernels(addresses))
                    .forEach(routes::add);
            kernel.lines(family, "-details", "rule", "show").stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> KernelLine.rule(v6, line))
                    .filter(rule -> rule.names(link))
                    .forEach(rules::add);
        }
        return new Picture(nic, addresses, routes, rules, neighbours(link), settings(link));
    }

    private List<NicAddress> addresses(String link) {
        List<NicAddress> addresses = new ArrayList<>();
        for (JsonNode shown : kernel.json("address", "show", "dev", link)) {
            for (JsonNode address : shown.path("addr_info")) {
                if (address.has("local")) {
                    addresses.add(NicAddress.of(link, address));
                }
            }
        }
        return addresses;
    }

    private List<String> neighbours(String link) {
        List<String> found = new ArrayList<>();
        for (JsonNode neighbour : kernel.json("neighbour", "show", "nud", "permanent", "dev", link)) {
            if (neighbour.has("dst") && neighbour.has("lladdr")) {
                found.add(neighbour.path("dst").asText() + " lladdr "
                        + neighbour.path("lladdr").asText());
            }
        }
        return found;
    }

    private Map<String, String> settings(String link) {
        Map<String, String> usual = kernel.settings("default");
        Map<String, String> own = new TreeMap<>(kernel.settings(link));
        own.entrySet().removeIf(setting -> setting.getValue().equals(usual.get(setting.getKey())));
        return own;
    }
}
