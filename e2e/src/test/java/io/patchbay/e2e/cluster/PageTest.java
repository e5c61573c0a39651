package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Browser;
import io.patchbay.e2e.lab.Http;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.PluginPool;
import io.patchbay.e2e.lab.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for people, in a real browser, with three hosts and two thousand claims. */
@InLab(hosts = 3)
final class PageTest {
    private static final String PAGE = "http://127.0.0.1:9877/";
    private static final Duration SHOWN = Duration.ofSeconds(40);
    private static final int CLAIMS = 2000;

    /** Where pictures go: beside the reports, or into the docs when they are written anew. */
    private static final Path PICTURES = Path.of(System.getProperty("patchbay.pictures", "target/pictures"));

    private final Lab lab;
    private final List<PluginPool> pools = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    PageTest(Lab lab) {
        this.lab = lab;
    }

    @AfterEach
    void giveBack() {
        pools.forEach(PluginPool::release);
    }

    private void manyClaims() {
        lab.hosts().forEach(host -> pools.add(PluginPool.request(host, "10.88.0.0/20", "10.88.0.1")));
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (PluginPool pool : pools) {
            tasks.add(() -> {
                int given = 0;
                while (given < CLAIMS / pools.size() + 1) {
                    JsonNode answer = pool.ask();
                    assertThat(answer.path("Address").asText())
                            .as(answer.toString())
                            .isNotEmpty();
                    given++;
                }
                return given;
            });
        }
        assertThat(Together.all(tasks).stream().mapToInt(Integer::intValue).sum())
                .isGreaterThanOrEqualTo(CLAIMS);
    }

    private static void shows(Browser browser, String selector, String... texts) {
        Await.untilAsserted(SHOWN, () -> assertThat(browser.text(selector)).contains(texts));
    }

    @Test
    void aPersonSeesTheCluster() {
        lab.lanEverywhere("lan");
        lab.host(2).docker().sleeper("web", "lan");
        String web = lab.host(2).docker().ip("web", "lan");
        try (Browser browser = Browser.inNetworkOf(lab.host(1), folder)) {
            browser.open(PAGE, 1280, 1200, false);
            shows(browser, "#state", "ready");
            shows(browser, "#hosts", "h1", "h2", "h3", "alive");
            shows(browser, "#ranges", "lan", "10.77.0.");
            followsWhatHappens(browser);
            browser.photograph(PICTURES.resolve("page.png"));
            manyClaims();
            searches(browser, web);
            isReadOnASmallScreenAndInTheDark(browser);
            isToldToAScreenReader(browser);
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith(PAGE) || url.equals("about:blank"));
            assertThat(browser.complaints()).isEmpty();
        }
        Http.Answer found = Http.get(lab.patchbay().control(), "/v1/claims/find");
        assertThat(found.body()).contains("\"total\":20").hasSizeLessThan(50_000);
    }

    private void searches(Browser browser, String web) {
        browser.type("#text", "web");
        shows(browser, "#found", "1 address");
        assertThat(browser.text("#claims")).contains(web, "web", "h2", "bound");
        browser.type("#text", web);
        shows(browser, "#why", web + " of pool", "is held by container web");
        browser.type("#text", "<b>nobody</b>");
        shows(browser, "#found", "0 addresses");
        browser.type("#text", "");
        shows(browser, "#found", "the first 100 of 20");
        assertThat(browser.value("document.querySelectorAll('#claims tr').length")
                        .asInt())
                .isEqualTo(100);
    }

    /** Nobody loads anything anew. */
    private void followsWhatHappens(Browser browser) {
        lab.host(3).docker().sleeper("later", "lan");
        String later = lab.host(3).docker().ip("later", "lan");
        shows(browser, "#events", "h3: container", "joined network lan with " + later);
        shows(browser, "#claims", later);
    }

    private static void isReadOnASmallScreenAndInTheDark(Browser browser) {
        browser.open(PAGE, 400, 800, true);
        shows(browser, "#hosts", "h3");
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                .as("width of the page")
                .isLessThanOrEqualTo(400);
        assertThat(browser.value("getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo("rgb(20, 24, 29)");
        browser.photograph(PICTURES.resolve("page-small-dark.png"));
    }

    private static void isToldToAScreenReader(Browser browser) {
        assertThat(browser.spoken())
                .contains(
                        "heading Patchbay",
                        "heading What is not well",
                        "heading Hosts",
                        "heading Addresses",
                        "searchbox Address, MAC, container, host or subnet",
                        "columnheader Address",
                        "rowheader h1",
                        "region Hosts");
    }
}
