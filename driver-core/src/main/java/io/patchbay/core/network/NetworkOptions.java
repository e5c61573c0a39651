package io.patchbay.core.network;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.NetworkDriver.StaticRoute;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code docker network create -o} can say; the one place where the keys are known, their values typed and
 * refused. Keys are matched without regard to case, for some of Docker's own forms lower-case them.
 *
 * @param bridge name of an existing bridge, or of a port of one ({@code parent})
 * @param mtu of the containers' links, bytes
 * @param noGateway for which families containers get no default route although the network has a gateway
 * @param gateway6 a router's link-local address that is the containers' way out in IPv6
 * @param routes further routes of the containers
 * @param acceptsRa router advertisements reach the containers
 * @param replicate hosts that share the store have the network too
 * @param interfacePrefix what container interfaces are called before their number
 */
public record NetworkOptions(
        Optional<String> bridge,
        OptionalInt mtu,
        NoGateway noGateway,
        Optional<IpAddress> gateway6,
        List<StaticRoute> routes,
        boolean acceptsRa,
        boolean replicate,
        String interfacePrefix) {
    public static final String BRIDGE = "com.docker.network.bridge.name";
    public static final String PARENT = "parent";
    /** RFC 8200, section 5; the kernel takes IPv6 and its addresses from a link with less. */
    public static final int IPV6_LEAST_MTU = 1280;

    public static final String MTU = "com.docker.network.driver.mtu";
    public static final String INTERFACE_PREFIX = "com.docker.network.container_iface_prefix";
    public static final String GATEWAY = "io.patchbay.gateway";
    public static final String GATEWAY6 = "io.patchbay.gateway6";
    public static final String RA = "io.patchbay.ra";
    public static final String ROUTES = "io.patchbay.routes";
    public static final String PROBE = "io.patchbay.probe";
    public static final String REPLICATE = "io.patchbay.replicate";
    private static final Set<String> OURS = new TreeSet<>(
            Set.of(BRIDGE, PARENT, MTU, INTERFACE_PREFIX, GATEWAY, GATEWAY6, RA, PROBE, ROUTES, REPLICATE));

    /** dockerd reads these itself for every driver, and sends them on (moby: netlabel/labels.go). */
    private static final Set<String> DOCKERS = Set.of(
            "com.docker.network.enable_ipv4",
            "com.docker.network.enable_ipv6",
            "com.docker.network.internal",
            "com.docker.network.advertise_addr_nmsgs",
            "com.docker.network.advertise_addr_ms");

    private static final Pattern LINK_NAME = Pattern.compile("[^\\s/:]{1,15}");

    /** dockerd appends a number, and a link's name has at most 15 bytes (linux/if.h IFNAMSIZ). */
    private static final Pattern NAME_PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,10}");

    /** Families in which there is no default route. */
    public record NoGateway(boolean v4, boolean v6) {}

    /** Reads all options; {@code INVALID} names the option, its value and the rule. */
    public static NetworkOptions parse(Map<String, String> options) {
        Optional<String> bridge = Optional.empty();
        OptionalInt mtu = OptionalInt.empty();
        NoGateway noGateway = new NoGateway(false, false);
        Optional<IpAddress> gateway6 = Optional.empty();
        boolean acceptsRa = false;
        List<StaticRoute> routes = List.of();
        boolean replicate = true;
        String prefix = "eth";
        Set<String> read = new HashSet<>();
        for (Map.Entry<String, String> option : options.entrySet()) {
            String key = option.getKey().toLowerCase(Locale.ROOT);
            String value = option.getValue().strip();
            if (!read.add(key)) {
                throw new PatchbayException(
                        Kind.INVALID, "option " + key + " is given twice, in upper and lower case; give it once");
            }
            switch (key) {
                case BRIDGE, PARENT -> bridge = Optional.of(same(bridge, linkName(key, value)));
                case MTU -> mtu = OptionalInt.of(mtu(value));
                case GATEWAY -> noGateway = noGateway(value);
                case GATEWAY6 -> gateway6 = Optional.of(gateway6(value));
                case RA -> acceptsRa = acceptsRa(value);
                case PROBE -> checkOnOff(key, value);
                case ROUTES -> routes = routes(value);
                case REPLICATE -> replicate = trueOrFalse(key, value);
                case INTERFACE_PREFIX ->
                    prefix = matching(key, value, NAME_PREFIX, "a letter and up to 10 letters, digits, dots, dashes");
                default -> checkKnown(key, option.getKey());
            }
        }
        return new NetworkOptions(bridge, mtu, noGateway, gateway6, routes, acceptsRa, replicate, prefix);
    }

    /** The MTU alone, of options that another version may have accepted; empty also when it cannot be read. */
    public static OptionalInt mtuOf(Map<String, String> options) {
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (option.getKey().toLowerCase(Locale.ROOT).equals(MTU)) {
                try {
                    return OptionalInt.of(mtu(option.getValue().strip()));
                } catch (PatchbayException e) {
                    return OptionalInt.empty();
                }
            }
        }
        return OptionalInt.empty();
    }

    /** Whether the LAN is asked before an address of the network is given; {@code otherwise} where it does not say. */
    public static boolean probes(Map<String, String> options, boolean otherwise) {
        return options.entrySet().stream()
                .filter(option -> option.getKey().toLowerCase(Locale.ROOT).equals(PROBE))
                .map(option -> option.getValue().strip().equalsIgnoreCase("on"))
                .findFirst()
                .orElse(otherwise);
    }

    private static void checkOnOff(String key, String value) {
        if (!value.equalsIgnoreCase("on") && !value.equalsIgnoreCase("off")) {
            throw bad(key, value, "\"on\" or \"off\"");
        }
    }

    private static void checkKnown(String key, String asGiven) {
        if (!DOCKERS.contains(key)) {
            throw new PatchbayException(
                    Kind.INVALID, "option \"" + asGiven + "\" is not known; known are " + String.join(", ", OURS));
        }
    }

    private static PatchbayException bad(String key, String value, String rule) {
        return new PatchbayException(Kind.INVALID, "option " + key + "=" + value + " is not " + rule);
    }

    private static String matching(String key, String value, Pattern pattern, String rule) {
        if (!pattern.matcher(value).matches()) {
            throw bad(key, value, rule);
        }
        return value;
    }

    private static String linkName(String key, String value) {
        return matching(key, value, LINK_NAME, "the name of a link: 1 to 15 characters without space, slash or colon");
    }

    private static String same(Optional<String> earlier, String bridge) {
        if (earlier.isPresent() && !earlier.get().equals(bridge)) {
            throw new PatchbayException(
                    Kind.INVALID,
                    "options " + BRIDGE + " and " + PARENT + " name two bridges, " + earlier.get() + " and " + bridge
                            + "; give one of them");
        }
        return bridge;
    }

    /** 68 is IPv4's least (RFC 791), 65535 a veth's most (drivers/net/veth.c: ETH_MAX_MTU). */
    private static int mtu(String value) {
        if (value.matches("[1-9]\\d{1,4}")) {
            int mtu = Integer.parseInt(value);
            if (mtu >= 68 && mtu <= 65535) {
                return mtu;
            }
        }
        throw bad(MTU, value, "a number of bytes from 68 to 65535");
    }

    private static NoGateway noGateway(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "none" -> new NoGateway(true, true);
            case "none4" -> new NoGateway(true, false);
            case "none6" -> new NoGateway(false, true);
            default ->
                throw bad(
                        GATEWAY,
                        value,
                        "\"none\", \"none4\" or \"none6\"; a gateway's address is given with --gateway");
        };
    }

    private static IpAddress gateway6(String value) {
        try {
            IpAddress address = IpAddress.parse(value);
            if (address.isV6() && address.isLinkLocal()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(
                    Kind.INVALID, "option " + GATEWAY6 + "=" + value + " is no address: " + e.getMessage(), e);
        }
        throw bad(GATEWAY6, value, "a router's link-local address such as fe80::1; others are given with --gateway");
    }

    /** Routers that the containers reach by a link-local address of IPv6. */
    public Set<IpAddress> linkLocalHops() {
        Set<IpAddress> hops = new LinkedHashSet<>();
        gateway6.ifPresent(hops::add);
        routes.stream()
                .flatMap(route -> route.nextHop().stream())
                .filter(hop -> hop.isV6() && hop.isLinkLocal())
                .forEach(hops::add);
        return hops;
    }

    private static boolean acceptsRa(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "accept" -> true;
            case "drop" -> false;
            default -> throw bad(RA, value, "\"accept\" or \"drop\"");
        };
    }

    private static boolean trueOrFalse(String key, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(key, value, "\"true\" or \"false\"");
        };
    }

    private static List<StaticRoute> routes(String value) {
        List<StaticRoute> routes = new ArrayList<>();
        for (String one : value.split(",", -1)) {
            String[] words = one.strip().split("\\s+", -1);
            try {
                if (words.length == 3 && words[1].equals("via")) {
                    routes.add(route(Subnet.parse(words[0]), Optional.of(IpAddress.parse(words[2]))));
                } else if (words.length == 1) {
                    routes.add(route(Subnet.parse(words[0]), Optional.empty()));
                } else {
                    throw new IllegalArgumentException("\"" + one.strip() + "\" has another form");
                }
            } catch (IllegalArgumentException e) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "option " + ROUTES + "=" + value
                                + " is not a list such as \"10.9.0.0/16 via 10.77.0.1, 10.8.0.0/24\": "
                                + e.getMessage(),
                        e);
            }
        }
        return List.copyOf(routes);
    }

    private static StaticRoute route(Subnet destination, Optional<IpAddress> nextHop) {
        if (nextHop.isPresent() && nextHop.get().isV6() != destination.isV6()) {
            throw new IllegalArgumentException(
                    "next hop " + nextHop.get() + " is of another family than " + destination);
        }
        return new StaticRoute(destination, nextHop);
    }
}
