package io.patchbay.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request passes on its way to a handler, where Vert.x Web is stricter or laxer than dockerd bears. It refuses a
 * request without a well-formed Host, and dockerd's Host is empty or a path. It answers a path with a slash behind it
 * as the one without. It takes a body apart that calls itself a form, and dockerd sends JSON under any type or none.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String HOST = "patchbay";
    private static final String BODY = "body";

    private Gate() {}

    /** Hands requests over to the router, and those that it would take for others to {@code unknown}. */
    static Handler<HttpServerRequest> before(Router router, Handler<HttpServerRequest> unknown) {
        return request -> {
            String path = String.valueOf(request.path());
            if (!path.startsWith("/") || (path.endsWith("/") && path.length() > 1)) {
                unknown.handle(request);
                return;
            }
            request.headers().set(HttpHeaders.HOST, HOST);
            router.handle(request);
        };
    }

    /** Goes on when the body is there; fails with 413, at once and once, when it is longer. */
    static Handler<RoutingContext> bodyUpTo(int limit) {
        return context -> {
            HttpServerRequest request = context.request();
            Buffer body = Buffer.buffer();
            boolean[] tooLong = new boolean[1];
            // who goes away in the middle of a request wants no answer
            request.exceptionHandler(gone -> LOG.debug("connection lost path={}", request.path(), gone));
            request.handler(part -> {
                if (tooLong[0]) {
                    return;
                }
                if (body.length() + part.length() > limit) {
                    tooLong[0] = true;
                    context.fail(413);
                } else {
                    body.appendBuffer(part);
                }
            });
            request.endHandler(end -> {
                if (!tooLong[0]) {
                    context.put(BODY, body.getBytes());
                    context.next();
                }
            });
        };
    }

    /** The body as it came, whatever the request's headers say of it. */
    static byte[] body(RoutingContext context) {
        byte[] body = context.get(BODY);
        return body == null ? new byte[0] : body;
    }
}
