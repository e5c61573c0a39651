package io.patchbay.core.addr;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as a number. Compared as bytes, IPv4 before IPv6; printed in the canonical form (RFC 5952 for
 * IPv6). An IPv4 address written as IPv6 ({@code ::ffff:10.0.0.1}) is refused: it is two names for one thing.
 */
public final class IpAddress implements Comparable<IpAddress> {
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final boolean v6;
    private final long high;
    private final long low;

    private IpAddress(boolean v6, long high, long low) {
        this.v6 = v6;
        this.high = high;
        this.low = low;
    }

    static IpAddress v4(long value) {
        return new IpAddress(false, 0, value & 0xffffffffL);
    }

    static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /**
     * Reads an address without a prefix or zone. Throws {@link IllegalArgumentException} with one sentence for anything
     * else.
     */
    public static IpAddress parse(String text) {
        long octets = octets(text);
        if (octets >= 0) {
            return v4(octets);
        }
        if (V6.matcher(text).matches() && text.length() <= 45) {
            try {
                byte[] bytes = InetAddress.getByName(text).getAddress();
                if (bytes.length == 16) {
                    return of(bytes);
                }
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(notAnAddress(text).getMessage(), e);
            }
        }
        throw notAnAddress(text);
    }

    /**
     * The number that four octets divided by dots are; -1 when the text is something else. A start reads tens of
     * thousands of them.
     */
    private static long octets(String text) {
        long value = 0;
        int from = 0;
        for (int count = 1; count <= 4; count++) {
            int to = count < 4 ? text.indexOf('.', from) : text.length();
            int octet = octet(text, from, to);
            if (octet < 0) {
                return -1;
            }
            value = value << 8 | octet;
            from = to + 1;
        }
        return value;
    }

    private static int octet(String text, int from, int to) {
        if (to <= from || to > from + 3 || (text.charAt(from) == '0' && to > from + 1)) {
            return -1;
        }
        int octet = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            octet = octet * 10 + c - '0';
        }
        return octet > 255 ? -1 : octet;
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not an IPv4 or IPv6 address");
    }

    /** The address of 4 or 16 bytes, network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return v4(number(bytes, 0, 4));
        }
        if (bytes.length == 16) {
            return v6(number(bytes, 0, 8), number(bytes, 8, 8));
        }
        throw new IllegalArgumentException("an address has 4 or 16 bytes, got " + bytes.length);
    }

    private static long number(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    /** It alone, as a subnet. */
    public Subnet alone() {
        return new Subnet(this, bits());
    }

    public boolean isV6() {
        return v6;
    }

    /** Of use on one link only, and given by the station to itself: 169.254.0.0/16, fe80::/10. */
    public boolean isLinkLocal() {
        return v6 ? high >>> 54 == 0x3fa : low >>> 16 == 0xa9fe;
    }

    /** 32 or 128. */
    public int bits() {
        return v6 ? 128 : 32;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** 4 or 16 bytes, network order. */
    public byte[] bytes() {
        byte[] bytes = new byte[v6 ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd >= 8 ? high : low) >>> (8 * (fromEnd % 8)));
        }
        return bytes;
    }

    /** The address that many further on, around the end of the number range. */
    public IpAddress plus(long count) {
        if (!v6) {
            return v4(low + count);
        }
        long sum = low + count;
        long carry = count >= 0
                ? (Long.compareUnsigned(sum, low) < 0 ? 1 : 0)
                : (Long.compareUnsigned(sum, low) > 0 ? -1 : 0);
        return v6(high + carry, sum);
    }

    public IpAddress next() {
        return plus(1);
    }

    public IpAddress previous() {
        return plus(-1);
    }

    @Override
    public int compareTo(IpAddress other) {
        if (v6 != other.v6) {
            return v6 ? 1 : -1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress a && v6 == a.v6 && high == a.high && low == a.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    @Override
    public String toString() {
        if (!v6) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) (((i < 4 ? high : low) >>> (16 * (3 - i % 4))) & 0xffff);
        }
        return compressed(groups);
    }

    /** RFC 5952, section 4: the longest run of at least two zero groups, the first of equals, becomes {@code ::}. */
    private static String compressed(int[] groups) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
            } else {
                if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
