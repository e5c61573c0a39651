package io.patchbay.core.failure;

import java.io.Serial;

/** Every failure the driver answers with: a kind and one sentence that names subject, value and rule. */
public final class PatchbayException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public PatchbayException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public PatchbayException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What sort of failure it is; also a metric's label, so the set is small and stable. */
    public enum Kind {
        /** The request is wrong and will be wrong again. */
        INVALID,
        /** The thing named does not exist. */
        NOT_FOUND,
        /** Somebody else has it, or it contradicts what is there. */
        CONFLICT,
        /** It needs a record that is there and that this version cannot read; only a person can help. */
        UNREADABLE,
        /** Nothing is left to give. */
        EXHAUSTED,
        /** The store, or something else this host needs, cannot be reached now; trying again may help. */
        UNAVAILABLE,
        /** This host's own disk, where it keeps what it must remember, cannot be read or written. */
        DISK,
        /** It took longer than its deadline. */
        TIMEOUT,
        /** The kernel refused; the message has its words. */
        KERNEL,
        /** A defect of the driver. */
        INTERNAL
    }
}
