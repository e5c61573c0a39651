package io.patchbay.core.store;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.List;

/**
 * What a key of a {@link Store} may look like; every adapter asks here, so that all refuse the same keys.
 *
 * <p>A key is 1 to 1024 characters of printable ASCII (space to tilde) in segments divided by single slashes, with no
 * slash at either end. A prefix is the beginning of a key: it may be empty, end inside a segment or end with a slash.
 */
public final class KeySyntax {
    private static final int MAX_LENGTH = 1024;

    private KeySyntax() {}

    /** Returns {@code key}, or fails with {@code INVALID}. */
    public static String checkKey(String key) {
        if (key.isEmpty()) {
            throw malformed("store key", key, "is empty");
        }
        if (key.endsWith("/")) {
            throw malformed("store key", key, "ends with a slash");
        }
        return checkBeginning("store key", key);
    }

    /** Whether it is a key: others may have written what is none, and it can be read and not be named. */
    public static boolean isKey(String key) {
        try {
            return !checkKey(key).isEmpty();
        } catch (PatchbayException e) {
            return false;
        }
    }

    /** Returns {@code prefix}, or fails with {@code INVALID}. */
    public static String checkPrefix(String prefix) {
        return checkBeginning("store prefix", prefix);
    }

    /** Checks each of them. */
    public static void checkKeys(List<String> keys) {
        keys.forEach(KeySyntax::checkKey);
    }

    /** Checks every key that the transaction names. */
    public static void checkKeys(Transaction transaction) {
        transaction.conditions().forEach(condition -> checkKey(condition.key()));
        transaction.operations().forEach(operation -> checkKey(operation.key()));
    }

    private static String checkBeginning(String what, String text) {
        if (text.length() > MAX_LENGTH) {
            throw malformed(what, text.substring(0, 64) + "...", "is longer than " + MAX_LENGTH + " characters");
        }
        char before = '/';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                throw malformed(what, text, "has a character that is not printable ASCII at position " + i);
            }
            if (c == '/' && before == '/') {
                throw malformed(what, text, "has an empty segment at position " + i);
            }
            before = c;
        }
        return text;
    }

    private static PatchbayException malformed(String what, String text, String rule) {
        return new PatchbayException(Kind.INVALID, what + " \"" + text + "\" " + rule);
    }
}
