package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.testkit.Line;
import io.patchbay.core.testkit.ManualExecutor;
import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often a host asks a store that does not let it catch up. */
final class CatchUpPauseTest {
    private final MemoryStore store = new MemoryStore();
    private final Line line = new Line(store, false);
    private final MemoryStore disk = new MemoryStore();
    private final ManualExecutor executor = new ManualExecutor();
    private final ManualTime time = new ManualTime();
    private final State state = new State(line, disk, new Self("h1", "m"), Duration.ZERO, executor, time);

    @AfterEach
    void close() {
        state.close();
        executor.shutdownNow();
        disk.close();
        store.close();
    }

    private long nextPauseMillis() {
        executor.runWaiting();
        return executor.lastDelay().toMillis();
    }

    @Test
    void aStoreThatAnswersAndTakesNothingIsAskedMoreAndMoreSeldom() {
        line.refuseCommits(true);
        state.start();
        assertThat(executor.lastDelay()).isEqualTo(Duration.ofMillis(500));
        assertThat(Stream.generate(this::nextPauseMillis).limit(7))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L);
        line.refuseCommits(false);
        executor.runWaiting();
        assertThat(state.contact().orElseThrow().isOnline()).isTrue();
    }

    @Test
    void aStoreThatKnowsThatItIsAwayIsNotAskedAndMissedForNoLongerThanHalfASecond() {
        line.cut();
        state.start();
        int asked = line.asked();
        assertThat(Stream.generate(this::nextPauseMillis).limit(20)).containsOnly(500L);
        assertThat(line.asked()).isEqualTo(asked);
        assertThat(state.contact().orElseThrow().reason()).contains("the line is cut");
        line.mend();
        executor.runWaiting();
        assertThat(state.contact().orElseThrow().isOnline()).isTrue();
    }

    @Test
    void whoWasOnlineForAMomentOnlyStillWaits() {
        state.start();
        assertThat(pauseAfterBeingOnlineFor(Duration.ofSeconds(1))).isEqualTo(500);
        assertThat(pauseAfterBeingOnlineFor(Duration.ofSeconds(1))).isEqualTo(1000);
        assertThat(pauseAfterBeingOnlineFor(Duration.ofSeconds(29))).isEqualTo(2000);
        assertThat(pauseAfterBeingOnlineFor(Duration.ofSeconds(30))).isEqualTo(500);
    }

    @Test
    void anotherHistoryIsLookedIntoSoonHoweverOftenTheStoreWasLost() {
        line.refuseCommits(true);
        state.start();
        assertThat(Stream.generate(this::nextPauseMillis).limit(7)).endsWith(30_000L);
        line.refuseCommits(false);
        executor.runWaiting();
        store.wipe();
        assertThat(nextPauseMillis()).as("when it is noticed").isEqualTo(500);
    }

    /** The ping finds the store away; it is back when the pause is over. */
    private long pauseAfterBeingOnlineFor(Duration time) {
        this.time.pass(time);
        line.cut();
        long pause = nextPauseMillis();
        line.mend();
        executor.runWaiting();
        assertThat(state.contact().orElseThrow().isOnline()).isTrue();
        return pause;
    }
}
