package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Fields;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A store goes back and is written to by those who knew less, so that its revision is as high again as a host has heard
 * of. That host has not looked in between; what it is answered tells.
 */
@Timeout(60)
final class LiftedHistoryTest extends TwoHosts {
    private Container first;
    private Runnable restore;
    private Container running;

    @BeforeEach
    void run() {
        first = h2.run(lan2);
        background();
        restore = h1.store().backup();
        h2.stop(first);
        running = h2.run(lan2, first.ip().toString());
        background();
        restore.run();
    }

    private void lift(long revision) {
        while (h1.store().revision() < revision) {
            h1.store().putByOthers("stays/of/others", Value.of("another"));
        }
    }

    private long heard() {
        return Long.parseLong(Fields.of(h2.onDisk("history").orElseThrow()).text("heard"));
    }

    private void assertIsNoticedAndMended() {
        assertThat(h2.isAway()).isTrue();
        background();
        background();
        assertOnline();
    }

    @Test
    void aConflictThatShowsARecordAsItWasEarlierIsNotBelieved() {
        lift(heard() + 5);
        h2.stop(running);
        assertIsNoticedAndMended();
        assertThat(h1.run(lan1, running.ip().toString()).ip()).isEqualTo(running.ip());
    }

    /** It gets a revision that was given before. */
    @Test
    void whatIsWrittenAtARevisionThatWasHeardOfIsOfAnotherHistory() {
        lift(heard() - 1);
        try {
            h2.run(lan2);
        } catch (PatchbayException e) {
            assertThat(e).hasMessageContaining("history");
        }
        assertIsNoticedAndMended();
        assertThat(ownerOf(running)).contains("h2");
    }
}
