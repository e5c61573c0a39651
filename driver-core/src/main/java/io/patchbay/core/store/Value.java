package io.patchbay.core.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of an entry: immutable, compared by content, at most 1 MiB. */
public final class Value {
    private static final int MAX_BYTES = 1 << 20;
    private final byte[] bytes;

    private Value(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a value of " + bytes.length + " bytes is over the limit of " + MAX_BYTES);
        }
        this.bytes = bytes;
    }

    /** A value with a copy of these bytes. */
    public static Value of(byte[] bytes) {
        return new Value(bytes.clone());
    }

    /** A value with this text in UTF-8. */
    public static Value of(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How many bytes. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value v && Arrays.equals(bytes, v.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
