package io.patchbay.api;

import java.io.Serial;

/** A request that cannot be understood as one of libnetwork's; it never reaches core, so it has no effect. */
final class WireException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    WireException(int status, String message) {
        super(message);
        this.status = status;
    }

    static WireException badRequest(String message) {
        return new WireException(400, message);
    }

    int status() {
        return status;
    }
}
