package io.patchbay.core.record;

import io.patchbay.core.addr.Subnet;
import java.util.regex.Pattern;

/**
 * Which pool: a subnet on a LAN segment. Equal subnets on one segment are one pool, whoever names them. Text:
 * {@code default~10.77.0.0_24}.
 */
public record PoolName(String segment, Subnet subnet) implements Comparable<PoolName> {
    public static final String DEFAULT_SEGMENT = "default";
    private static final Pattern SEGMENT = Pattern.compile("[a-z0-9][a-z0-9.-]{0,31}");

    public PoolName {
        if (!SEGMENT.matcher(segment).matches()) {
            throw new IllegalArgumentException("segment \"" + segment
                    + "\" is not 1 to 32 lower-case letters, digits, dots or dashes beginning with a letter or digit");
        }
    }

    /** Reads what {@link #toString} wrote; throws {@link IllegalArgumentException} for anything else. */
    public static PoolName parse(String text) {
        int tilde = text.indexOf('~');
        int underscore = text.lastIndexOf('_');
        if (tilde < 0 || underscore < tilde) {
            throw new IllegalArgumentException("\"" + text + "\" is not the name of a pool");
        }
        String subnet = text.substring(tilde + 1, underscore) + "/" + text.substring(underscore + 1);
        return new PoolName(text.substring(0, tilde), Subnet.parse(subnet));
    }

    /** How people say it: the subnet, and the segment unless it is the default one. */
    public String describe() {
        return segment.equals(DEFAULT_SEGMENT) ? subnet.toString() : subnet + " (segment " + segment + ")";
    }

    @Override
    public int compareTo(PoolName other) {
        int bySegment = segment.compareTo(other.segment);
        return bySegment != 0 ? bySegment : subnet.compareTo(other.subnet);
    }

    @Override
    public String toString() {
        return segment + "~" + subnet.network() + "_" + subnet.prefixLength();
    }
}
