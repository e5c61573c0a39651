package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Line;
import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a step reads and writes, against a store that others write to and that can be lost. */
final class DecisionTest {
    private static final PoolName NAME = PoolName.parse("default~10.77.0.0_24");
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private final MemoryStore store = new MemoryStore();
    private final MemoryStore disk = new MemoryStore();
    private final Line line = new Line(store, true);
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final State state = new State(line, disk, new Self("h1", "m"), PATIENCE, executor, new ManualTime());
    private final List<Boolean> runs = new ArrayList<>();

    @BeforeEach
    void start() {
        state.start();
    }

    @AfterEach
    void close() {
        state.close();
        executor.shutdownNow();
    }

    private static Pool pool(String definedBy) {
        return new Pool(NAME, Optional.empty(), false, definedBy, List.of(), Map.of(), Instant.EPOCH, Map.of());
    }

    private static PoolUser user(String host) {
        return new PoolUser(
                NAME,
                host,
                "000000000001",
                AddressRange.parse("10.77.0.1-10.77.0.9"),
                Optional.empty(),
                false,
                List.of(),
                Optional.empty(),
                false,
                Instant.EPOCH,
                Map.of());
    }

    /** A record of this host's own. */
    private static ReplicationBlocker own(String reason) {
        return new ReplicationBlocker(
                "lan", "h1", ReplicationBlocker.Kind.PENDING, Optional.empty(), reason, Instant.EPOCH, Map.of());
    }

    /** Another host writes, and this one's watch does not tell. */
    private void others(Stored record) {
        store.commit(Transaction.builder().put(record.key(), record.write()).build());
    }

    private void known(Pool pool) {
        others(pool);
        line.deliver(store);
    }

    private Optional<String> stored(Stored record) {
        return store.get(record.key()).map(e -> e.value().text());
    }

    @Test
    void whatIsReadIsAConditionAndTheStepRunsAgainWithWhatIsThere() {
        known(pool("h2"));
        List<String> read = new ArrayList<>();
        String decided = state.decide("the pool", d -> {
            Pool pool = d.read(Ref.pool(NAME)).orElseThrow();
            read.add(pool.definedBy());
            if (read.size() == 1) {
                others(pool("h3"));
            }
            d.put(own("seen " + pool.definedBy()));
            return pool.definedBy();
        });
        assertThat(decided).isEqualTo("h3");
        assertThat(read).containsExactly("h2", "h3");
        assertThat(stored(own("")).orElseThrow()).contains("seen h3");
    }

    @Test
    void absenceIsAConditionToo() {
        List<Boolean> present = new ArrayList<>();
        state.change("the pool", d -> {
            present.add(d.read(Ref.pool(NAME)).isPresent());
            if (present.size() == 1) {
                others(pool("h3"));
            }
            d.put(own("seen"));
        });
        assertThat(present).containsExactly(false, true);
    }

    @Test
    void whatIsPeekedAtIsNoCondition() {
        known(pool("h2"));
        state.change("the pool", d -> {
            runs.add(d.peek(Ref.pool(NAME)).isPresent());
            others(pool("h3"));
            d.put(own("seen"));
        });
        assertThat(runs).hasSize(1);
    }

    @Test
    void whatWasSeenEarlierIsExpectedAsItWas() {
        known(pool("h2"));
        Versioned<Pool> seen = state.peek(Ref.pool(NAME)).orElseThrow();
        known(pool("h3"));
        assertThat(state.attempt(d -> {
                    d.expect(seen);
                    d.put(own("seen"));
                }))
                .isFalse();
        assertThat(stored(own(""))).isEmpty();
    }

    @Test
    void whatHasChangedWhileTheStepRanIsLookedAtAgainWithoutAskingTheStore() {
        known(pool("h2"));
        state.change("the pool", d -> {
            runs.add(true);
            d.read(Ref.pool(NAME));
            if (runs.size() == 1) {
                state.change("the pool", within -> within.put(pool("h1")));
            }
            d.read(Ref.pool(NAME));
            d.put(own("seen"));
        });
        assertThat(runs).hasSize(2);
    }

    @Test
    void readingAnewTakesWhatTheStepItselfHasCaused() {
        known(pool("h2"));
        state.change("the pool", d -> {
            runs.add(true);
            d.read(Ref.pool(NAME));
            state.change("the pool", within -> within.put(pool("h1")));
            assertThat(d.readAnew(Ref.pool(NAME)).orElseThrow().definedBy()).isEqualTo("h1");
            d.put(own("seen"));
        });
        assertThat(runs).hasSize(1);
    }

    @Test
    void aStepThatWritesNothingDoesNotAskTheStoreUnlessItSaysSo() {
        known(pool("h2"));
        Versioned<Pool> seen = state.peek(Ref.pool(NAME)).orElseThrow();
        long before = store.commits();
        assertThat(state.attempt(d -> d.expect(seen))).isTrue();
        assertThat(store.commits()).isEqualTo(before);
        others(pool("h3"));
        assertThat(state.attempt(d -> {
                    d.expect(seen);
                    d.confirm();
                }))
                .isFalse();
    }

    @Test
    void aConflictWithTheVeryRecordThatWasToBeThereOnceIsNone() {
        state.change("the pool", d -> {
            runs.add(true);
            d.expectAbsent(Ref.pool(NAME));
            d.putOnce(pool("h1"));
            others(pool("h1"));
        });
        assertThat(runs).hasSize(1);
    }

    @Test
    void afterAConflictOnAPoolItsUsersAreKnown() {
        known(pool("h2"));
        List<Integer> users = new ArrayList<>();
        state.change("the pool", d -> {
            d.read(Ref.pool(NAME));
            users.add(d.peekAll(Refs.usersOf(NAME)).size());
            if (users.size() == 1) {
                others(user("h2"));
                others(pool("h3"));
            }
            d.put(pool("h1"));
        });
        assertThat(users).containsExactly(0, 1);
    }

    @Test
    void manyConflictsAreAFailureThatNamesTheSubject() {
        assertThatThrownBy(() -> state.change("pool x", d -> {
                    throw d.asConflict();
                }))
                .isInstanceOf(PatchbayException.class)
                .hasMessage("pool x was changed by others 64 times while this host tried to; try again");
        assertThat(state.attempt(d -> {
                    throw d.asConflict();
                }))
                .isFalse();
    }

    @Test
    void howAnAttemptWentIsHeardAlsoWhenTheStepFailed() {
        assertThatThrownBy(() -> state.change("the pool", d -> {
                    d.whenOver(runs::add);
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        state.change("the pool", d -> {
            d.whenOver(runs::add);
            d.expectAbsent(Ref.pool(NAME));
            if (runs.size() == 1) {
                others(pool("h3"));
                d.put(pool("h1"));
            }
        });
        assertThat(runs).containsExactly(false, false, true);
    }

    @Test
    void aStepThatAsksForTheModeGoesOverToTheOtherWhenTheStoreIsLost() {
        boolean alone = state.decide("the pool", d -> {
            line.cut();
            runs.add(d.isAlone());
            d.put(d.isAlone() ? own("remembered") : pool("h1"));
            return d.isAlone();
        });
        assertThat(alone).isTrue();
        assertThat(runs).containsExactly(false, true);
        assertThat(state.peek(Ref.blocker("h1", "lan"))).isPresent();
        assertThat(stored(pool(""))).isEmpty();
    }

    @Test
    void aStepThatDoesNotAskForTheModeFailsWhenTheStoreIsLost() {
        assertThatThrownBy(() -> state.change("the pool", d -> {
                    runs.add(true);
                    line.cut();
                    d.put(pool("h1"));
                }))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("cannot be reached");
        assertThat(runs).hasSize(1);
    }

    /** Makes the pool if the store answers, and something of its own if not. */
    private void makePoolOrOwn() {
        state.change("the pool", d -> {
            runs.add(d.isAlone());
            d.ifUnanswered(pool("h1"), late -> late.delete(pool("h1")));
            d.put(d.isAlone() ? own("alone") : pool("h1"));
        });
    }

    @Test
    void aStepWithAnotherWayGoesItAtOnceWhenNobodyAnswered() {
        line.cutDuringWriteOf(pool("h1").key());
        makePoolOrOwn();
        assertThat(runs).containsExactly(false, true);
        assertThat(state.peek(Ref.blocker("h1", "lan"))).isPresent();
        assertThat(stored(pool("h1"))).isPresent();
    }

    @Test
    void whatWasNotAnsweredForIsEndedWhenItTurnsUp() {
        line.cutDuringWriteOf(pool("h1").key());
        makePoolOrOwn();
        line.mend();
        Await.until("the pool is gone", () -> stored(pool("h1")).isEmpty());
        assertThat(stored(own("alone"))).isPresent();
    }

    @Test
    void whatOthersHaveMadeOfItIsNotEnded() {
        line.cutDuringWriteOf(pool("h1").key());
        makePoolOrOwn();
        others(pool("h3"));
        line.mend();
        Await.until("the store is back", () -> !state.isAway());
        known(pool("h3"));
        assertThat(stored(pool("h3"))).isPresent();
    }
}
