package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A store is wiped while the host h3 is cut off, whose address h1 knows and h2 does not: its daemon has started since.
 */
@Timeout(60)
final class RebuildOfAbsentHostTest extends TwoHosts {
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    private Optional<World> third = Optional.empty();

    @AfterEach
    void closeThird() {
        third.ifPresent(World::close);
    }

    private Container runOnThird() {
        World h3 = h1.neighbour("h3");
        third = Optional.of(h3);
        h1.time.pass(Duration.ofSeconds(2));
        background(h3, h1);
        Container running = h3.run(h3.createNetwork(LAN));
        background(h3, h1);
        return running;
    }

    private void startSecondWhileCut() {
        h2.line().cut();
        h2.restartDaemon();
    }

    private void wipe() {
        third.orElseThrow().line().cut();
        h1.store().wipe();
        h2.line().mend();
        background(h2, h1);
        background(h2, h1);
        assertThat(h1.isAway()).isTrue();
        assertThat(h2.isAway()).isTrue();
    }

    private void assertGoesOnWithWhatIsOfThird(Container running) {
        background(h2, h1);
        background(h2, h1);
        assertOnline();
        assertThat(ownerOf(running)).contains("h3");
        assertThat(h2.run(lan2).ip()).isNotEqualTo(running.ip());
    }

    /** It has waited as long as the other, and looks first. */
    @Test
    void whoKnowsNothingOfItGoesOnAfterWhoPutsItBack() {
        Container running = runOnThird();
        background(h2);
        startSecondWhileCut();
        wipe();
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(h2.isAway()).isTrue();
        background(h1);
        assertGoesOnWithWhatIsOfThird(running);
    }

    /** It waits for nobody else, as it knows nobody else. */
    @Test
    void whoHasNeverHeardOfItWaitsForWhoHas() {
        startSecondWhileCut();
        Container running = runOnThird();
        wipe();
        h1.time.pass(PATIENCE);
        background(h1);
        assertGoesOnWithWhatIsOfThird(running);
    }

    /** It takes part, and is gone before it has put back what it knows. */
    @Test
    void whoDoesNotGoOnIsNotWaitedForForEver() {
        runOnThird();
        background(h2);
        startSecondWhileCut();
        wipe();
        h1.line().cut();
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(h2.isAway()).isTrue();
        h1.time.pass(PATIENCE);
        background(h2);
        assertThat(h2.isAway()).isFalse();
    }

    /** Others have their time from when there is a store that they can come to. */
    @Test
    void underANewMarkThoseWhoDoNotComeAreWaitedForAnew() {
        h2.line().cut();
        h1.store().wipe();
        background(h1);
        assertThat(h1.isAway()).isTrue();
        h1.line().cut();
        h1.time.pass(PATIENCE.multipliedBy(2));
        h1.store().wipe();
        h1.line().mend();
        background(h1);
        assertThat(h1.isAway()).isTrue();
        h2.line().mend();
        background(h2, h1);
        background(h2, h1);
        assertOnline();
    }

    /** Who asks for it is refused only when the store has been asked once more, and that has nothing any more. */
    @Test
    void whatIsAskedForByNameRightAfterAWipeStaysWhoseItIs() {
        Container running = h1.run(lan1);
        background(h1, h2);
        h1.line().cut();
        h1.store().wipe();
        assertThatThrownBy(() -> h2.run(lan2, running.ip().toString())).isInstanceOf(PatchbayException.class);
        background(h2);
        h1.time.pass(PATIENCE);
        background(h2);
        background(h2);
        assertThat(h2.isAway()).isFalse();
        assertThat(ownerAsSeenBy(h2, running)).contains("h1");
        h1.line().mend();
        background(h1, h2);
        background(h1, h2);
        assertOnline();
        assertThat(ownerOf(running)).contains("h1");
    }
}
