package io.patchbay.daemon.settings;

import io.patchbay.core.ipam.AutoRange;
import io.patchbay.daemon.log.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All settings; flags, environment variables, file keys, help and the configuration reference are made from this table. */
final class SettingTable {
    /** {@code sun_path} of unix(7) holds 108 bytes, the last of them zero. */
    private static final int MAX_SOCKET_PATH = 107;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62})");
    private static final Pattern LINK = Pattern.compile("[^/:\\s\\p{Cntrl}]{1,15}");

    static final Setting<Path> SOCKET = Setting.of(
            "socket",
            "PATH",
            "/run/docker/plugins/patchbay.sock",
            SettingTable::socket,
            "Unix socket that dockerd calls; the file's name is the driver's name.");

    static final Setting<StoreAddress> STORE = Setting.of(
            "store",
            "embedded:DIRECTORY",
            "embedded:/var/lib/patchbay",
            StoreAddress::parse,
            "Where networks, endpoints and claims are kept.");

    static final Setting<String> HOST_NAME = Setting.of(
            "host", "NAME", "", SettingTable::host, "This host's name in the store; the hostname when not given.");

    static final Setting<Optional<ListenAddress>> HTTP = Setting.of(
            "http",
            "ADDRESS:PORT|off",
            "127.0.0.1:9877",
            text -> text.equals("off") ? Optional.empty() : Optional.of(ListenAddress.parse(text)),
            "Where metrics, health and status are served, reading only.");

    static final Setting<Path> CONTROL_SOCKET = Setting.of(
            "control-socket",
            "PATH",
            "/run/patchbay/patchbay.sock",
            SettingTable::socket,
            "Unix socket, for root only, that the patchbay command reads from.");

    static final Setting<String> BRIDGE =
            Setting.of("bridge", "NAME", "br0", SettingTable::link, "Bridge of networks that name none.");

    static final Setting<Boolean> FIX_FORWARDING = Setting.of(
            "fix-forwarding",
            "on|off",
            "on",
            SettingTable::onOff,
            "Put one rule per bridge into DOCKER-USER when br_netfilter and a FORWARD policy of DROP would cut containers off the LAN.");

    static final Setting<List<AutoRange>> AUTO_POOL = Setting.listOf(
            "auto-pool",
            "SUBNET:LENGTH",
            AutoRangeText::parse,
            "Range from which networks without --subnet get a subnet of the given prefix length; none means such networks are refused.");

    static final Setting<Duration> GRACE = Setting.of(
            "grace",
            "SECONDS",
            "60",
            SettingTable::seconds,
            "How long a link, an endpoint or a claim has to look left behind by a crash before it is removed.");

    static final Setting<Level> LOG_LEVEL = Setting.of(
            "log-level",
            "LEVEL",
            "info",
            SettingTable::level,
            "How much is logged: error, warn, info, debug or trace.");

    static final List<Setting<?>> ALL = List.of(
            SOCKET, STORE, HOST_NAME, HTTP, CONTROL_SOCKET, BRIDGE, FIX_FORWARDING, AUTO_POOL, GRACE, LOG_LEVEL);

    private SettingTable() {}

    static Optional<Setting<?>> byName(String name) {
        return ALL.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    private static Path socket(String text) {
        Path path = absolute(text);
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            throw new IllegalArgumentException("must be at most " + MAX_SOCKET_PATH + " bytes, as a socket's path is");
        }
        return path;
    }

    static Path absolute(String text) {
        if (!text.startsWith("/") || text.endsWith("/") || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("must be an absolute path");
        }
        return Path.of(text).normalize();
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be 1 to 63 letters, digits, dots, dashes or underscores, beginning with a letter or digit");
        }
        return text;
    }

    private static String link(String text) {
        if (!LINK.matcher(text).matches() || text.equals(".") || text.equals("..")) {
            throw new IllegalArgumentException(
                    "must be a link's name: 1 to 15 characters without space, slash or colon");
        }
        return text;
    }

    private static Boolean onOff(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("must be on or off");
        };
    }

    /** Below a second calls of dockerd that are under way would be taken for left behind. */
    private static Duration seconds(String text) {
        if (!text.matches("[1-9]\\d{0,4}")) {
            throw new IllegalArgumentException("must be a number of seconds from 1 to 99999");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private static Level level(String text) {
        return Stream.of(Level.values())
                .filter(l -> l.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of "
                        + Stream.of(Level.values())
                                .map(l -> l.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }
}
