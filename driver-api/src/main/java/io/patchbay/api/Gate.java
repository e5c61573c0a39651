package io.patchbay.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

/**
 * What stands before a router, which is stricter and laxer than dockerd bears: it refuses a request without a
 * well-formed Host, and dockerd's Host is empty or a path; it answers a path with a slash behind it as the one without.
 */
final class Gate {
    private static final String HOST = "patchbay";

    private Gate() {}

    /** Hands requests over to the router, and those that it would take for others to {@code unknown}. */
    static Handler<HttpServerRequest> before(Router router, Handler<HttpServerRequest> unknown) {
        return request -> {
            String path = String.valueOf(request.path());
            if (!path.startsWith("/") || path.endsWith("/")) {
                unknown.handle(request);
                return;
            }
            request.headers().set(HttpHeaders.HOST, HOST);
            router.handle(request);
        };
    }
}
