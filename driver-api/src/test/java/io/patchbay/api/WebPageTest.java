package io.patchbay.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.RawClient.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of the page and what a browser is told with them; what it looks like is tested in a real browser. */
@Timeout(60)
class WebPageTest {
    @TempDir
    Path directory;

    private ServedOperators served;

    @BeforeEach
    void serve() {
        served = ServedOperators.in(directory, List.of());
        served.inspection.complete(new FixedInspection());
    }

    @AfterEach
    void end() {
        served.close();
    }

    private static String file(String path) {
        return new String(
                WebPage.of(Objects.requireNonNull(WebPage.FILES.get(path))).body(), StandardCharsets.UTF_8);
    }

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult r) -> r.group(1))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html; charset=utf-8",
        "/page.css,text/css; charset=utf-8",
        "/page.js,text/javascript; charset=utf-8",
        "/icon.svg,image/svg+xml"
    })
    void eachFileIsServedWithItsType(String path, String type) throws IOException {
        Response answer = served.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", type);
        assertThat(answer.body()).isEqualTo(file(path));
    }

    @ParameterizedTest
    @CsvSource({"/", "/v1/status", "/metrics", "/nothing"})
    void everyAnswerSaysWhatABrowserMayDoWithIt(String path) throws IOException {
        assertThat(served.get(path).headers())
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("cache-control", "no-store")
                .hasEntrySatisfying(
                        "content-security-policy",
                        policy -> assertThat(policy)
                                .startsWith("default-src 'none';")
                                .contains("frame-ancestors 'none'")
                                .doesNotContain("unsafe", "*"));
    }

    /** The policy would have a browser ignore it silently. */
    @Test
    void nothingInTheDocumentNeedsWhatThePolicyForbids() {
        assertThat(file("/")).doesNotContainPattern("(?i)<style|style=|\\son[a-z]+=|<script>|https?:");
        assertThat(file("/page.js")).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", ".style");
        assertThat(all(file("/"), "(?:href|src)=\"([^\"]+)\"")).isNotEmpty().allMatch(WebPage.FILES::containsKey);
    }

    @Test
    void theScriptNamesWhatTheDocumentHas() {
        List<String> named = all(file("/page.js"), "byId\\('([a-z]+)'\\)");
        assertThat(named).hasSizeGreaterThan(5);
        assertThat(all(file("/"), "\\bid=\"([a-z]+)\"")).containsAll(named);
    }

    /** One that asked for a path that is not there would show nothing. */
    @Test
    void theScriptAsksForWhatThereIs() throws IOException {
        List<String> asked = all(file("/page.js"), "ask\\('([^'?]+)");
        assertThat(asked).contains("/v1/status", "/v1/claims/find", "/v1/claims/why");
        for (String path : asked) {
            assertThat(served.get(path + "?address=10.77.0.1").status())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @Test
    void aSearchSaysHowManyThereAre() throws IOException {
        assertThat(served.get("/v1/claims/find?text=10.77&most=1").body()).contains("\"total\":1");
        assertThat(served.get("/v1/claims/find?most=0").status()).isEqualTo(400);
        assertThat(served.get("/v1/claims/find?most=many").body())
                .contains("most \\\"many\\\" is no number from 1 to 1000");
    }
}
