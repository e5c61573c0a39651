package io.patchbay.core.addr;

import java.util.HexFormat;

/** A 48-bit hardware address. */
public record MacAddress(long bits) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits, got " + Long.toHexString(bits));
        }
    }

    /**
     * Reads {@code 02:42:0a:4d:00:05}; dashes do as well. Throws {@link IllegalArgumentException} with one sentence for
     * anything else.
     */
    public static MacAddress parse(String text) {
        try {
            byte[] bytes = COLONS.parseHex(text.replace('-', ':'));
            if (bytes.length == 6) {
                return of(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(rule(text), e);
        }
        throw new IllegalArgumentException(rule(text));
    }

    private static String rule(String text) {
        return "MAC address \"" + text + "\" is not six pairs of hex digits divided by colons";
    }

    /** The address of exactly six bytes. */
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, got " + bytes.length);
        }
        long bits = 0;
        for (byte b : bytes) {
            bits = (bits << 8) | (b & 0xff);
        }
        return new MacAddress(bits);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> (8 * (5 - i)));
        }
        return bytes;
    }

    /** A group address may not be a station's own (IEEE 802: lowest bit of the first byte). */
    public boolean isMulticast() {
        return ((bits >>> 40) & 1) != 0;
    }

    public boolean isZero() {
        return bits == 0;
    }

    @Override
    public String toString() {
        return COLONS.formatHex(bytes());
    }
}
