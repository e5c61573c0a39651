package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back to dockerd.
 *
 * @param failure null when the call succeeded
 * @param message of a failure, for the log
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere, and copied nowhere for the body may be large
record Answer(int status, byte[] body, @Nullable Kind failure, String message) {

    static Answer ok(byte[] body) {
        return new Answer(200, body, null, "");
    }

    /** The request was understood and could not be done. */
    static Answer failed(Kind kind, String message) {
        return new Answer(statusOf(kind), errorBody(message), kind, message);
    }

    /** The request was not understood. */
    static Answer refused(int status, String message) {
        return new Answer(status, errorBody(message), Kind.INVALID, message);
    }

    /**
     * A network driver's failure is read from {@code Err}, an IPAM driver's from {@code Error}, and from either only
     * with status 200 (moby: api.go).
     */
    private static byte[] errorBody(String message) {
        return Json.write(Map.of("Err", message, "Error", message));
    }

    private static int statusOf(Kind kind) {
        return switch (kind) {
            case INVALID, NOT_FOUND, CONFLICT, UNREADABLE, EXHAUSTED, UNAVAILABLE, DISK, TIMEOUT, KERNEL -> 200;
            case INTERNAL -> 500;
        };
    }
}
