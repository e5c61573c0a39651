package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Dockerd.Container;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host comes back while the other is cut off, which knows it as dead; then the store loses what both have. */
@Timeout(60)
final class RebuildAfterReturnTest extends TwoHosts {
    private static final Duration NO_ANSWER = Duration.ofSeconds(2);

    private Container runWhileFirstIsCut() {
        h2.stopDaemon();
        background(h1);
        h1.line().cut();
        h2.restartDaemon();
        background(h2);
        h2.time.pass(NO_ANSWER);
        background(h2);
        return h2.run(lan2);
    }

    private void assertIsPutBack(Container running) {
        background(h2, h1);
        background(h2, h1);
        assertOnline();
        assertThat(ownerOf(running)).contains("h2");
        assertThat(h1.run(lan1).ip()).isNotEqualTo(running.ip());
    }

    /** Who runs looks within a second and takes part. */
    @Test
    void whoeverIsRecordedIsWaitedForAsLongAsItMayTakeToLook() {
        Container running = runWhileFirstIsCut();
        h1.store().wipe();
        h1.line().mend();
        background(h1);
        assertThat(h1.isAway()).isTrue();
        assertIsPutBack(running);
    }

    @Test
    void whoseSignOfLifeTheStoreHasIsWaitedFor() {
        Container running = runWhileFirstIsCut();
        h1.store().deletePrefix("claims/");
        h1.line().mend();
        background(h1);
        h1.time.pass(NO_ANSWER);
        background(h1);
        assertThat(h1.isAway()).isTrue();
        assertIsPutBack(running);
    }

    @Test
    void whoIsDeadIsNotWaitedForLonger() {
        h2.stopDaemon();
        background(h1);
        h1.store().wipe();
        background(h1);
        assertThat(h1.isAway()).isTrue();
        h1.time.pass(NO_ANSWER);
        background(h1);
        assertThat(h1.isAway()).isFalse();
    }
}
