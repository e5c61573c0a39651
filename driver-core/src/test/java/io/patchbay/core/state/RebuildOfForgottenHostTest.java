package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store is lost whose host h3 is forgotten by one of the others, of which the other does not hear in time. */
@Timeout(60)
final class RebuildOfForgottenHostTest extends TwoHosts {
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    private World h3;

    @BeforeEach
    void third() {
        h3 = h1.neighbour("h3");
        h1.time.pass(Duration.ofSeconds(2));
        background(h3, h1, h2);
    }

    @AfterEach
    void closeThird() {
        h3.close();
    }

    private void runOnThird() {
        h3.run(h3.createNetwork(LAN));
        background(h3, h1, h2);
    }

    private void assertNothingIsLeftOfThird() {
        background(h2, h1);
        background(h2, h1);
        assertOnline();
        assertThat(h1.store().list("").entries())
                .filteredOn(e -> !e.key().startsWith("rebuild/"))
                .noneMatch(e -> e.key().contains("/h3") || e.value().text().contains("\"host\":\"h3\""));
    }

    /** Both have waited as long for it; who is the first to go on has it forgotten before the other looks. */
    @Test
    void whatWasEndedSinceSomebodyHasGoneOnIsNotPutBack() {
        runOnThird();
        h3.stopDaemon();
        background();
        h1.store().wipe();
        background();
        h1.time.pass(PATIENCE);
        h1.background();
        background(h2);
        assertThat(h1.isAway()).isTrue();
        assertThat(h2.isAway()).isFalse();
        h2.driver().cluster().forget("h3");
        assertNothingIsLeftOfThird();
    }

    /** Who had not heard of its end puts back what the backup has not, and goes on; the other ends it again. */
    @Test
    void whatHadEndedIsEndedAlthoughWhoPutItBackHasGoneOn() {
        Runnable restore = h1.store().backup();
        runOnThird();
        h2.line().cut();
        h2.background();
        h3.stopDaemon();
        h1.background();
        h1.driver().cluster().forget("h3");
        h1.background();
        restore.run();
        h1.background();
        h1.background();
        h2.line().mend();
        background(h2);
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(recordsOf("h3")).isNotZero();
        assertNothingIsLeftOfThird();
    }

    private long recordsOf(String host) {
        return h1.store().list("").entries().stream()
                .filter(e -> e.key().contains("/" + host + "/"))
                .count();
    }
}
