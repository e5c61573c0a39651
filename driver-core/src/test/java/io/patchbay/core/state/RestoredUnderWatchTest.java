package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A store that goes back under the watch of h2, and is written to beyond what that has heard of before it looks. h1 has
 * noticed and replaced the mark, at a revision that no watch tells of.
 */
@Timeout(60)
final class RestoredUnderWatchTest extends TwoHosts {
    private Container ofH1;
    private Container running;
    private Value spare;

    @BeforeEach
    void exchange() {
        IpAddress address = address("SPARE", "h2");
        spare = h1.store().get(claim(address)).orElseThrow().value();
        Runnable restore = h1.store().backup();
        running = h2.run(lan2, address.toString());
        ofH1 = h1.run(lan1);
        background();
        h2.driver().reconcile();
        long heard = h1.store().revision();
        restore.run();
        String mark = mark();
        background(h1);
        assertThat(mark()).isNotEqualTo(mark);
        while (h1.store().revision() <= heard) {
            h1.store().putByOthers("stays/of/others", Value.of("another"));
        }
    }

    private IpAddress address(String state, String host) {
        return h1.store().list("claims/").entries().stream()
                .filter(e ->
                        e.value().text().contains(state) && e.value().text().contains(host))
                .map(e -> IpAddress.parse(e.key().replaceFirst(".*/", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String claim(IpAddress address) {
        return "claims/default~10.77.0.0_24/" + address;
    }

    private String mark() {
        return Fields.of(h1.store().get("history").orElseThrow().value()).text("id");
    }

    @Test
    void whatTheWatchTellsThenIsNotBelieved() {
        h1.store().putByOthers(claim(running.ip()), spare);
        h2.line().deliver(h1.store());
        assertThat(h2.isAway()).isTrue();
        assertThat(ownerAsSeenBy(h2, running)).contains("h2");
        background();
        background();
        assertOnline();
        assertThat(ownerOf(running)).contains("h2");
    }

    @Test
    void whatIsReadThenIsNotBelieved() {
        h1.store().deletePrefix(claim(ofH1.ip()));
        assertThatThrownBy(() -> h2.run(lan2, ofH1.ip().toString()))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("history");
        assertThat(ownerAsSeenBy(h2, ofH1)).contains("h1");
        assertThat(h2.isAway()).isTrue();
    }
}
