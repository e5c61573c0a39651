package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StateTest {
    private static final PoolName NAME = PoolName.parse("default~10.77.0.0_24");

    private final MemoryStore store = new MemoryStore();
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
    private final State state = new State(store, executor);

    @AfterEach
    void close() {
        state.close();
        executor.shutdownNow();
    }

    private static Pool pool() {
        return new Pool(
                NAME,
                Optional.empty(),
                false,
                "h1",
                List.of(AddressRange.parse("10.77.0.1-10.77.0.9")),
                Map.of("10.77.0.1-10.77.0.9", "printers"),
                Instant.EPOCH,
                Map.of());
    }

    private void put(String key, Value value) {
        store.commit(Transaction.builder().put(key, value).build());
    }

    @Test
    void whatANewerVersionWroteSurvivesARewriteByThisOne() {
        String json = pool().write().text();
        put(Keys.pool(NAME), Value.of(json.substring(0, json.length() - 1) + ",\"colour\":{\"of\":\"money\"}}"));
        state.start();
        state.change("the pool", d -> {
            Pool read = d.read(Ref.pool(NAME)).orElseThrow();
            d.put(read.withGateway(Optional.empty(), "h2"));
        });
        assertThat(store.get(Keys.pool(NAME)).orElseThrow().value().text())
                .contains("\"colour\":{\"of\":\"money\"}")
                .contains("\"definedBy\":\"h2\"");
    }

    @Test
    void whatOthersWriteIsSeenAndADeletedRecordDoesNotComeBack() {
        state.start();
        put(Keys.pool(NAME), pool().write());
        Await.until("the pool", () -> state.peek(Ref.pool(NAME)).isPresent());
        for (int i = 0; i < 200; i++) {
            state.change("the pool", d -> d.put(pool()));
            state.change("the pool", d -> d.delete(pool()));
            assertThat(state.peek(Ref.pool(NAME))).isEmpty();
        }
    }

    @Test
    void aConflictShowsWhatIsThereBeforeTheWatchDoes() {
        state.start();
        put(Keys.pool(NAME), pool().write());
        boolean done = state.attempt(d -> {
            d.expectAbsent(Ref.pool(NAME));
            d.put(pool());
        });
        assertThat(done).isFalse();
        assertThat(state.peek(Ref.pool(NAME))).isPresent();
    }

    @Test
    void aLostWatchIsTakenUpAgainAlsoWhenTheStoreIsAwayAtFirst() {
        state.start();
        put(Keys.pool(NAME), pool().write());
        store.setReachable(false);
        store.loseWatches("compacted");
        store.setReachable(true);
        store.commit(Transaction.builder().delete(Keys.pool(NAME)).build());
        Await.until("the deletion", () -> state.peek(Ref.pool(NAME)).isEmpty());
    }

    /** The answer was under way while the watch told of the deletion. */
    @Test
    void readingAnewDoesNotBringBackWhatHasBeenDeletedSince() {
        put(Keys.pool(NAME), pool().write());
        State lagging = new State(deletingAfterEachRead(), executor);
        lagging.start();
        lagging.refresh(Ref.pool(NAME));
        assertThat(lagging.peek(Ref.pool(NAME))).isEmpty();
        put(Keys.pool(NAME), pool().write());
        Await.until("the pool", () -> lagging.peek(Ref.pool(NAME)).isPresent());
        boolean done = lagging.attempt(d -> {
            d.expectAbsent(Ref.pool(NAME));
            d.put(pool());
        });
        assertThat(done).as("a conflict reads the pool anew").isFalse();
        assertThat(lagging.peek(Ref.pool(NAME))).isEmpty();
        lagging.close();
    }

    private Store deletingAfterEachRead() {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (p, m, args) -> {
                    Object answer = m.invoke(store, args);
                    boolean all = m.getName().equals("list") && args[0].equals("");
                    if (!all && List.of("read", "list").contains(m.getName())) {
                        store.commit(
                                Transaction.builder().delete(Keys.pool(NAME)).build());
                        Await.until("all is told", store::isAllTold);
                    }
                    return answer;
                });
    }

    @Test
    void aRecordThatCannotBeReadIsTakenForAbsent() {
        put(Keys.pool(NAME), Value.of("{"));
        state.start();
        assertThat(state.peek(Ref.pool(NAME))).isEmpty();
    }
}
