package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An address of a link with all that {@code ip address add} needs to make it again, on this link or another.
 *
 * @param peer of a point-to-point address
 * @param options what is said after the address, but for label and lifetimes
 * @param label what stands behind the link's name in the label
 * @param nodad whether it has the flag; others get it while they are added, so that nobody waits for the detection
 * @param unsure the detection has not ended, or has found somebody: it is to be made again
 * @param lifetimes empty when it is for ever
 */
record NicAddress(
        IpAddress local,
        int prefix,
        Optional<IpAddress> peer,
        List<String> options,
        String label,
        boolean nodad,
        boolean unsure,
        Optional<Lifetimes> lifetimes) {
    private static final long FOREVER = 0xffffffffL;
    private static final List<String> FLAGS = List.of("home", "mngtmpaddr", "noprefixroute", "autojoin", "optimistic");

    NicAddress {
        options = List.copyOf(options);
    }

    /** How long an address is valid and is chosen for new connections, in seconds. */
    record Lifetimes(long valid, long preferred) {
        private static String text(long seconds) {
            return seconds == FOREVER ? "forever" : String.valueOf(seconds);
        }

        @Override
        public String toString() {
            return " valid_lft " + text(valid) + " preferred_lft " + text(preferred);
        }
    }

    /** Reads an entry of {@code addr_info} of {@code ip -json address}. */
    static NicAddress of(String link, JsonNode json) {
        IpAddress local = IpAddress.parse(json.path("local").asText());
        Stream<String> valued = local.isV6()
                ? Stream.of("metric", "protocol:proto")
                : Stream.of("broadcast", "scope", "metric", "protocol:proto");
        List<String> options = Stream.concat(
                        valued.map(name -> name.split(":", -1))
                                .filter(name -> json.has(name[0]))
                                .map(name -> name[name.length - 1] + " "
                                        + json.path(name[0]).asText()),
                        FLAGS.stream().filter(flag -> json.path(flag).asBoolean()))
                .collect(Collectors.toList());
        if (json.path("temporary").asBoolean()) {
            // the kernel alone makes temporary ones; without this its prefix's route would outlive its owner
            options.add("noprefixroute");
        }
        long valid = json.path("valid_life_time").asLong(FOREVER);
        long preferred = json.path("preferred_life_time").asLong(FOREVER);
        String label = json.path("label").asText("");
        return new NicAddress(
                local,
                json.path("prefixlen").asInt(),
                Optional.ofNullable(json.get("address")).map(peer -> IpAddress.parse(peer.asText())),
                options,
                label.startsWith(link) ? label.substring(link.length()) : "",
                json.path("nodad").asBoolean(),
                json.path("tentative").asBoolean() || json.path("dadfailed").asBoolean(),
                valid == FOREVER && preferred == FOREVER
                        ? Optional.empty()
                        : Optional.of(new Lifetimes(valid, preferred)));
    }

    boolean isV6() {
        return local.isV6();
    }

    /** An IPv4 address that ends: somebody renews it. */
    boolean isLease() {
        return !isV6() && lifetimes.isPresent();
    }

    private String words(String link) {
        return peer.map(other -> local + " peer " + other).orElse(local.toString()) + "/" + prefix + " dev " + link;
    }

    private String tail(String link, boolean quick) {
        return (label.isEmpty() ? "" : " label " + link + label)
                + options.stream().map(option -> " " + option).collect(Collectors.joining())
                + (quick ? " nodad" : "")
                + lifetimes.map(Lifetimes::toString).orElse("");
    }

    /** The lines that put it on {@code link}. */
    List<String> adding(String link) {
        String add = "address add " + words(link) + tail(link, isV6() && !unsure);
        return isV6() && !unsure && !nodad
                ? List.of(add, "address change " + words(link) + tail(link, false))
                : List.of(add);
    }

    /** The line that takes it from {@code link}. */
    String removing(String link) {
        return "address del " + words(link);
    }

    /** Whether the kernel has made a route to {@code destination} for this address. */
    boolean brings(Subnet destination, long metric) {
        long own = options.stream()
                .filter(option -> option.startsWith("metric "))
                .mapToLong(option -> Long.parseLong(option.substring("metric ".length())))
                .findFirst()
                .orElse(isV6() ? 256 : 0);
        return !options.contains("noprefixroute")
                && own == metric
                && (destination.equals(new Subnet(peer.orElse(local), prefix))
                        || (isV6() && destination.equals(local.alone())));
    }

    @Override
    public String toString() {
        return new Cidr(local, prefix).toString();
    }
}
