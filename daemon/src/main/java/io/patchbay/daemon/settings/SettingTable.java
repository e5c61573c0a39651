package io.patchbay.daemon.settings;

import io.patchbay.core.ipam.AutoRange;
import io.patchbay.daemon.log.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All settings; flags, environment variables, file keys, help and the configuration reference are made from this table.
 */
final class SettingTable {
    /** {@code sun_path} of unix(7) holds 108 bytes, the last of them zero. */
    private static final int MAX_SOCKET_PATH = 107;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62})");
    private static final Pattern LINK = Pattern.compile("[^/:\\s\\p{Cntrl}]{1,15}");

    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,4})d)?(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?(?:(\\d{1,7})s)?");
    private static final Duration SHORTEST_DEATH = Duration.ofSeconds(30);

    static final Setting<Path> SOCKET = Setting.of(
            "socket",
            "PATH",
            "/run/docker/plugins/patchbay.sock",
            SettingTable::socket,
            "Unix socket that dockerd calls; the file's name is the driver's name.");

    static final Setting<StoreAddress> STORE = Setting.of(
            "store",
            "embedded:DIRECTORY|etcd:ENDPOINTS",
            "embedded:/var/lib/patchbay",
            StoreAddress::parse,
            "Where networks, endpoints and claims are kept: in a folder for this host alone, "
                    + "or in etcd for all hosts that name it.");

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
            "Put one rule per bridge into DOCKER-USER "
                    + "when br_netfilter and a FORWARD policy of DROP would cut containers off the LAN.");

    static final Setting<Boolean> PROBE = Setting.of(
            "probe",
            "on|off",
            "on",
            SettingTable::onOff,
            "Ask the LAN who has an address before a container is given it, and listen to who speaks for it later, "
                    + "on networks that do not say with io.patchbay.probe.");

    static final Setting<List<AutoRange>> AUTO_POOL = Setting.listOf(
            "auto-pool",
            "SUBNET:LENGTH",
            AutoRangeText::parse,
            "Range from which networks without --subnet get a subnet of the given prefix length; "
                    + "none means such networks are refused.");

    static final Setting<Integer> RESERVE = Setting.of(
            "reserve",
            "COUNT",
            "4",
            SettingTable::count,
            "How many addresses of each range this host claims beforehand, "
                    + "for starts while etcd is away; 0 for none. Unused with an embedded store.");

    static final Setting<Path> STATE_DIR = Setting.of(
            "state-dir",
            "DIRECTORY",
            "/var/lib/patchbay",
            SettingTable::absolute,
            "Where this host remembers what it must know while etcd is away. Unused with an embedded store.");

    static final Setting<Optional<Path>> DOCKER_SOCKET = Setting.of(
            "docker-socket",
            "PATH|off",
            "/var/run/docker.sock",
            text -> text.equals("off") ? Optional.empty() : Optional.of(socket(text)),
            "Unix socket of this host's engine, asked in the background for names and to share networks; "
                    + "never while a call is answered.");

    static final Setting<Optional<Boolean>> REPLICATE = Setting.of(
            "replicate",
            "on|off|auto",
            "auto",
            text -> text.equals("auto") ? Optional.empty() : Optional.of(onOff(text)),
            "Share networks with the other hosts of the store; "
                    + "auto means on where the store has other hosts, that is with etcd.");

    static final Setting<String> DRIVER_NAME = Setting.of(
            "driver-name",
            "NAME",
            "",
            text -> text,
            "What this host's engine calls the driver; a managed plugin needs name:tag.");

    static final Setting<Duration> GRACE = Setting.of(
            "grace",
            "SECONDS",
            "60",
            SettingTable::seconds,
            "How long a link, an endpoint or a claim has to look left behind by a crash before it is removed.");

    static final Setting<Optional<Duration>> DEAD_HOST_AFTER = Setting.of(
            "dead-host-after",
            "DURATION|off",
            "off",
            SettingTable::durationOrOff,
            "How long another host has to be dead "
                    + "before its addresses for which nothing answers on the LAN are freed.");

    static final Setting<Duration> HISTORY_AGE = Setting.of(
            "history-age",
            "DURATION",
            "30d",
            SettingTable::duration,
            "How long it is kept who had which address, for 'patchbay history'.");

    static final Setting<Integer> HISTORY_COUNT = Setting.of(
            "history-count",
            "COUNT",
            "10000",
            SettingTable::thousands,
            "How many containers' times that are over the cluster keeps at most, for 'patchbay history'; "
                    + "0 keeps none of this host's.");

    static final Setting<Boolean> SCOPE = Setting.of(
            "scope",
            "local|global",
            "local",
            SettingTable::scope,
            "Who allocates in a swarm: each node for itself (local), "
                    + "or the leader for all nodes (global; then no other networks are served).");

    static final Setting<Level> LOG_LEVEL = Setting.of(
            "log-level", "LEVEL", "info", Level::named, "How much is logged: error, warn, info, debug or trace.");

    static final Setting<String> CLUSTER = Setting.of(
            "cluster",
            "NAME",
            "default",
            SettingTable::host,
            "Which cluster of Patchbay hosts this one belongs to; several can share one etcd.");

    static final Setting<Optional<String>> ETCD_USER = Setting.of(
            "etcd-user", "NAME", "", SettingTable::user, "User of etcd to log in as; with etcd-password-file.");

    static final Setting<Optional<Path>> ETCD_PASSWORD_FILE =
            Setting.of("etcd-password-file", "PATH", "", SettingTable::file, "File with the password of etcd-user.");

    static final Setting<Optional<Path>> ETCD_CA = Setting.of(
            "etcd-ca",
            "PATH",
            "",
            SettingTable::file,
            "PEM file of the CA that signed etcd's certificates; the JVM's own CAs when not given.");

    static final Setting<Optional<Path>> ETCD_CERT = Setting.of(
            "etcd-cert", "PATH", "", SettingTable::file, "PEM file of the certificate to show to etcd; with etcd-key.");

    static final Setting<Optional<Path>> ETCD_KEY =
            Setting.of("etcd-key", "PATH", "", SettingTable::file, "PEM file of the key of etcd-cert, in PKCS #8.");

    static final List<Setting<?>> ALL = List.of(
            SOCKET,
            STORE,
            CLUSTER,
            ETCD_USER,
            ETCD_PASSWORD_FILE,
            ETCD_CA,
            ETCD_CERT,
            ETCD_KEY,
            HOST_NAME,
            HTTP,
            CONTROL_SOCKET,
            BRIDGE,
            FIX_FORWARDING,
            PROBE,
            AUTO_POOL,
            RESERVE,
            STATE_DIR,
            DOCKER_SOCKET,
            REPLICATE,
            DRIVER_NAME,
            GRACE,
            DEAD_HOST_AFTER,
            HISTORY_AGE,
            HISTORY_COUNT,
            SCOPE,
            LOG_LEVEL);

    private SettingTable() {}

    static Optional<Setting<?>> byName(String name) {
        return ALL.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    private static Optional<Path> file(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(absolute(text));
    }

    private static Optional<String> user(String text) {
        if (!text.matches("[^\\s\\p{Cntrl}]{0,128}")) {
            throw new IllegalArgumentException("must be a name without spaces");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
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

    private static Integer count(String text) {
        if (!text.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("must be a number from 0 to 999");
        }
        return Integer.valueOf(text);
    }

    private static Integer thousands(String text) {
        if (!text.matches("\\d{1,5}|100000")) {
            throw new IllegalArgumentException("must be a number from 0 to 100000");
        }
        return Integer.valueOf(text);
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

    private static Boolean scope(String text) {
        return switch (text) {
            case "local" -> false;
            case "global" -> true;
            default -> throw new IllegalArgumentException("must be local or global");
        };
    }

    /** Below a second calls of dockerd that are under way would be taken for left behind. */
    private static Duration seconds(String text) {
        if (!text.matches("[1-9]\\d{0,4}")) {
            throw new IllegalArgumentException("must be a number of seconds from 1 to 99999");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    /** Shorter than two leases a host would be dead that only restarts. */
    private static Optional<Duration> durationOrOff(String text) {
        if (text.equals("off")) {
            return Optional.empty();
        }
        return Optional.of(parts(text)
                .filter(duration -> duration.compareTo(SHORTEST_DEATH) >= 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be off, or a time of at least 30s such as 90m, 1h or 2d12h")));
    }

    private static Duration duration(String text) {
        return parts(text).orElseThrow(() -> new IllegalArgumentException("must be a time such as 12h, 7d or 2d12h"));
    }

    /** Days, hours, minutes and seconds; empty when it is none of it, or no time at all. */
    private static Optional<Duration> parts(String text) {
        Matcher parts = DURATION.matcher(text);
        return Optional.of(parts)
                .filter(Matcher::matches)
                .map(found -> Duration.ofDays(number(found.group(1)))
                        .plusHours(number(found.group(2)))
                        .plusMinutes(number(found.group(3)))
                        .plusSeconds(number(found.group(4))))
                .filter(duration -> !duration.isZero());
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
