package io.patchbay.core.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of an entry: immutable, compared by content, at most 1 MiB. Of a larger one, which others have written,
 * only the length is known.
 */
public final class Value {
    private static final int MAX_BYTES = 1 << 20;
    private static final byte[] NOTHING = new byte[0];
    private final byte[] bytes;
    private final int length;

    private Value(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** A value with a copy of these bytes. */
    public static Value of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(tooLarge(bytes.length));
        }
        return new Value(bytes.clone(), bytes.length);
    }

    private static String tooLarge(int length) {
        return "a value of " + length + " bytes is over the limit of " + MAX_BYTES;
    }

    /** A value as it was found in a store, whatever its length. */
    public static Value found(byte[] bytes) {
        return bytes.length > MAX_BYTES ? new Value(NOTHING, bytes.length) : of(bytes);
    }

    /** Fails with {@link IllegalArgumentException} when it is so large that only its length is known. */
    private void requireBytes() {
        if (length != bytes.length) {
            throw new IllegalArgumentException(tooLarge(length));
        }
    }

    /** A value with this text in UTF-8. */
    public static Value of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How many bytes. */
    public int length() {
        return length;
    }

    /** A copy of the bytes; {@link IllegalArgumentException} when it is too large. */
    public byte[] bytes() {
        requireBytes();
        return bytes.clone();
    }

    /** The bytes read as UTF-8; {@link IllegalArgumentException} when it is too large. */
    public String text() {
        requireBytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * 64 bits of them, for who has to know whether a value is the same and does not keep it: of two that differ and lie
     * under one key one after the other, one pair in 10^19 has the same.
     */
    public long fingerprint() {
        long print = 0xcbf29ce484222325L ^ length;
        for (byte each : bytes) {
            print = (print ^ (each & 0xff)) * 0x100000001b3L;
        }
        return print;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value v && length == v.length && Arrays.equals(bytes, v.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return length == bytes.length ? text() : tooLarge(length);
    }
}
