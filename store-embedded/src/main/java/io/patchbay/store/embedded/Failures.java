package io.patchbay.store.embedded;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import java.nio.file.Path;

/** The sentences with which the embedded store refuses and fails. */
final class Failures {
    private Failures() {}

    /** Acknowledged data cannot be read back; nothing was written to the files. */
    static PatchbayException damaged(Path file, String what) {
        return new PatchbayException(
                Kind.INVALID,
                "store file " + file + " is damaged: " + what + "; it was left as it is: restore the directory "
                        + file.getParent() + " from a backup, or move it away to begin with an empty store");
    }

    static PatchbayException newerSchema(Path file, String found, int known) {
        return new PatchbayException(
                Kind.INVALID,
                "store file " + file + " has schema version " + found + ", and this version of patchbay knows " + known
                        + " at most: install the newer patchbay again, or restore a backup made before the upgrade");
    }

    static PatchbayException unavailable(Path file, String what, Throwable cause) {
        return new PatchbayException(
                Kind.UNAVAILABLE, "store file " + file + ": " + what + ": " + reason(cause), cause);
    }

    static PatchbayException closed(Path directory) {
        return new PatchbayException(Kind.UNAVAILABLE, "the store in " + directory + " is closed");
    }

    static PatchbayException unknownOutcome(Path directory, Throwable cause) {
        return new PatchbayException(
                Kind.UNAVAILABLE,
                "the store in " + directory + " could not write a commit, and it is not known whether it was applied: "
                        + reason(cause),
                cause);
    }

    /** The innermost words: an I/O error's own message says what the operator can do something about. */
    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
