package io.patchbay.api;

import io.patchbay.core.failure.PatchbayException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An answer to an operator. */
@SuppressWarnings("ArrayRecordComponent") // goes from here to the response, is never compared
record Page(int status, String contentType, byte[] body) {
    static Page text(int status, String text) {
        return new Page(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Page json(int status, Map<String, Object> object) {
        return new Page(status, "application/json", Json.write(object));
    }

    static Page error(int status, String sentence) {
        return json(status, Map.of("error", sentence));
    }

    /** A failure of core's as its status and its sentence. */
    static Page failed(PatchbayException failure) {
        int status = switch (failure.kind()) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT, EXHAUSTED, UNREADABLE -> 409;
            case UNAVAILABLE, DISK, TIMEOUT -> 503;
            case KERNEL, INTERNAL -> 500;
        };
        return error(status, String.valueOf(failure.getMessage()));
    }
}
