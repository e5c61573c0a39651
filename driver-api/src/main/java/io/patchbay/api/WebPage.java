package io.patchbay.api;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The page for people: a document, its style and its script, as they lie in the jar. It reads {@code /v1} as any other
 * program does.
 */
final class WebPage {
    /** Which file of the jar is where. */
    static final Map<String, String> FILES =
            Map.of("/", "index.html", "/page.css", "page.css", "/page.js", "page.js", "/icon.svg", "icon.svg");

    /**
     * Of every answer. A browser loads and asks nothing but what is this server's, runs nothing that stands in the
     * document itself, takes nothing for another type than it is said to be, and shows it in no other page.
     */
    static final MultiMap HEADERS = MultiMap.caseInsensitiveMultiMap()
            .add(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            .add("X-Content-Type-Options", "nosniff")
            .add("Referrer-Policy", "no-referrer")
            .add("Cross-Origin-Resource-Policy", "same-origin")
            .add(HttpHeaders.CACHE_CONTROL.toString(), "no-store");

    private WebPage() {}

    /** One of {@link #FILES}. */
    static Page of(String file) {
        try (InputStream in = WebPage.class.getResourceAsStream("page/" + file)) {
            return new Page(200, type(file), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.'))) {
            case ".html" -> "text/html; charset=utf-8";
            case ".css" -> "text/css; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }
}
