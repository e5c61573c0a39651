package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalInt;

/**
 * What every implementation of {@link Links} refuses before it asks the kernel; each refusal is a
 * {@link PatchbayException} of kind {@code INVALID}.
 */
public final class LinkRules {
    /** IFNAMSIZ without its closing zero. */
    public static final int MAX_NAME_BYTES = 15;

    /** IFALIASZ without its closing zero. */
    public static final int MAX_ALIAS_BYTES = 255;

    /** The least a veth takes (ETH_MIN_MTU). */
    public static final int MIN_MTU = 68;

    /** The most a veth takes (ETH_MAX_MTU). */
    public static final int MAX_MTU = 65535;

    private static final Duration SHORTEST_PROBE = Duration.ofMillis(10);
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(10);

    private LinkRules() {}

    /**
     * A name the kernel takes as it is: no space, no slash, no colon, and no per cent sign, which it would fill with a
     * number.
     */
    public static void checkName(String name) {
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != ':' && c != '%');
        if (name.isEmpty() || name.length() > MAX_NAME_BYTES || !plain || name.equals(".") || name.equals("..")) {
            throw invalid("link name \"" + name + "\" is not 1 to " + MAX_NAME_BYTES
                    + " printable ASCII characters without space, slash, colon and per cent sign");
        }
    }

    /** A name as {@link #checkName} wants it that begins with {@link Links#PREFIX} and goes on. */
    public static void checkOurs(String name) {
        checkName(name);
        if (!name.startsWith(Links.PREFIX) || name.length() == Links.PREFIX.length()) {
            throw invalid("link name \"" + name + "\" does not begin with \"" + Links.PREFIX
                    + "\", the prefix of every link Patchbay makes or deletes");
        }
    }

    public static void check(VethSpec spec) {
        checkOurs(spec.hostEnd());
        checkOurs(spec.containerEnd());
        checkName(spec.bridge());
        if (spec.hostEnd().equals(spec.containerEnd())) {
            throw invalid("both ends of the veth pair are named \"" + spec.hostEnd() + "\"");
        }
        checkAlias(spec.hostEnd(), Links.ALIAS_PREFIX + spec.endpointId());
        checkStation(spec.hostEnd(), spec.hostMac());
        checkStation(spec.containerEnd(), spec.containerMac());
        checkMtu(spec.containerEnd(), spec.mtu());
        checkMtu(spec.hostEnd(), spec.hostMtu());
    }

    public static void check(BridgeSpec spec) {
        checkName(spec.name());
        spec.alias().ifPresent(alias -> checkAlias(spec.name(), alias));
        checkStation(spec.name(), spec.mac());
        checkMtu(spec.name(), spec.mtu());
    }

    public static void check(Announcement announcement) {
        checkName(announcement.bridge());
        checkName(announcement.port());
        checkStation(announcement.port(), announcement.mac());
        if (announcement.addresses().isEmpty()) {
            throw invalid("the announcement for port \"" + announcement.port() + "\" names no address");
        }
    }

    public static void checkProbe(String bridge, Collection<IpAddress> addresses, Duration timeout) {
        checkName(bridge);
        if (addresses.size() > Links.MAX_PROBES) {
            throw invalid("a probe on bridge \"" + bridge + "\" for " + addresses.size()
                    + " addresses is over the limit of " + Links.MAX_PROBES);
        }
        if (timeout.compareTo(SHORTEST_PROBE) < 0 || timeout.compareTo(LONGEST_PROBE) > 0) {
            throw invalid("a probe on bridge \"" + bridge + "\" of " + timeout.toMillis() + " ms is not between "
                    + SHORTEST_PROBE.toMillis() + " and " + LONGEST_PROBE.toMillis() + " ms");
        }
    }

    private static void checkAlias(String link, String alias) {
        int bytes = alias.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_ALIAS_BYTES || alias.indexOf('\0') >= 0) {
            throw invalid("alias of link \"" + link + "\" has " + bytes + " bytes; the kernel takes 1 to "
                    + MAX_ALIAS_BYTES + ", none of them zero");
        }
    }

    private static void checkStation(String link, MacAddress mac) {
        if (mac.isMulticast() || mac.isZero()) {
            throw invalid("MAC " + mac + " of link \"" + link + "\" is a group address or zero");
        }
    }

    private static void checkMtu(String link, OptionalInt mtu) {
        if (mtu.isPresent() && (mtu.getAsInt() < MIN_MTU || mtu.getAsInt() > MAX_MTU)) {
            throw invalid("MTU " + mtu.getAsInt() + " of link \"" + link + "\" is not between " + MIN_MTU + " and "
                    + MAX_MTU);
        }
    }

    private static PatchbayException invalid(String message) {
        return new PatchbayException(PatchbayException.Kind.INVALID, message);
    }
}
