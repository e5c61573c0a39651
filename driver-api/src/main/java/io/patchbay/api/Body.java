package io.patchbay.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a request as it came, whatever its headers say of it. Vert.x Web's own handler takes what calls itself a
 * form apart, and dockerd sends JSON under any type or none.
 */
final class Body {
    private static final Logger LOG = LoggerFactory.getLogger(Body.class);
    private static final String KEY = "body";

    private Body() {}

    /** Goes on when the body is there; fails with 413, at once and once, when it is longer. */
    static Handler<RoutingContext> upTo(int limit) {
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
                    context.put(KEY, body.getBytes());
                    context.next();
                }
            });
        };
    }

    static byte[] of(RoutingContext context) {
        byte[] body = context.get(KEY);
        return body == null ? new byte[0] : body;
    }
}
