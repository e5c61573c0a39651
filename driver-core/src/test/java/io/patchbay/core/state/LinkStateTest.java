package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Contact.Standing;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.testkit.Line;
import io.patchbay.core.testkit.ManualExecutor;
import io.patchbay.core.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a host stands with a shared store, and how it comes from one standing to another. */
class LinkStateTest {
    private final ManualTime time = new ManualTime();
    private final LinkState link = new LinkState(time::now, Duration.ZERO);

    private void isOnline() {
        link.loaded();
        link.read();
        link.arrived();
    }

    private Standing standing() {
        return link.contact().standing();
    }

    @Test
    void itIsOnlineWhenAllIsReadAndSent() {
        AtomicInteger told = new AtomicInteger();
        link.listen(told::incrementAndGet);
        assertThat(standing()).isEqualTo(Standing.LOADING);
        link.loaded();
        assertThat(standing()).isEqualTo(Standing.STARTING);
        link.read();
        assertThat(standing()).isEqualTo(Standing.CATCHING_UP);
        assertThat(link.isFollowed()).isTrue();
        assertThat(told).hasValue(0);
        link.arrived();
        assertThat(link.contact()).isEqualTo(new Contact(Standing.ONLINE, time.now(), ""));
        assertThat(told).hasValue(1);
        assertThat(link.await()).isTrue();
    }

    @Test
    void whatIsLostIsHeardOfNoMoreAndSaysSinceWhen() {
        isOnline();
        time.pass(Duration.ofSeconds(5));
        assertThat(link.lasting()).isEqualTo(Duration.ofSeconds(5));
        Instant since = time.now();
        link.lost("no answer", false);
        assertThat(link.isFollowed()).isFalse();
        assertThat(link.await()).isFalse();
        time.pass(Duration.ofSeconds(5));
        link.lost("still no answer", false);
        assertThat(link.contact()).isEqualTo(new Contact(Standing.AWAY, since, "still no answer"));
    }

    @Test
    void whatWasReadAndCannotBeSentToIsFollowedAllTheSame() {
        link.loaded();
        link.read();
        link.lost("it takes no commits", false);
        assertThat(standing()).isEqualTo(Standing.CATCHING_UP);
        assertThat(link.contact().reason()).isEqualTo("it takes no commits");
    }

    @Test
    void whatIsLostWhileOthersAreAskedIsReadAgain() {
        link.loaded();
        link.read();
        link.ask("h2 has not answered yet");
        assertThat(link.isAsking()).isTrue();
        assertThat(link.isFollowed()).isTrue();
        link.lost("no answer", false);
        assertThat(standing()).isEqualTo(Standing.CATCHING_UP);
        assertThat(link.wasOnline()).isFalse();
    }

    @Test
    void aStoreWithAnotherHistoryIsRebuilt() {
        isOnline();
        link.lost("its mark is another", true);
        assertThat(standing()).isEqualTo(Standing.REBUILDING);
        assertThat(link.isFollowed()).isFalse();
        link.read();
        assertThat(standing()).isEqualTo(Standing.CATCHING_UP);
    }

    @Test
    void readingAllAnewLeavesItOnline() {
        isOnline();
        link.read();
        assertThat(standing()).isEqualTo(Standing.ONLINE);
    }

    /** What was taken from this host is put back and sent; who sends it must not take the store for online by that. */
    @Test
    void aStoreThatIsLostWhileSomethingIsSentIsNotOnline() {
        MemoryStore store = MemoryStore.withoutThreads();
        MemoryStore disk = new MemoryStore();
        Line line = new Line(store, false);
        ManualExecutor executor = new ManualExecutor();
        try (State state = new State(line, disk, new Self("h1", "m1"), Duration.ZERO, executor, time)) {
            state.start();
            NetworkRecord network = network("h1");
            state.change("network", d -> d.put(network));
            store.commit(Transaction.builder().delete(network.key()).build());
            store.tell();
            line.meanwhile(() -> {
                line.meanwhile(() -> {});
                line.cut();
                assertThatThrownBy(() -> state.change("network", d -> d.peekOrAsk(Ref.network("h2", "n2"))))
                        .isInstanceOf(PatchbayException.class);
                line.mend();
            });
            executor.runWaiting();
            assertThat(state.contact().orElseThrow().standing()).isEqualTo(Standing.AWAY);
            executor.runWaiting();
            assertThat(state.contact().orElseThrow().isOnline()).isTrue();
            NetworkRecord others = network("h2");
            store.commit(Transaction.builder().put(others.key(), others.write()).build());
            store.tell();
            assertThat(state.peek(Ref.network("h2", "n1"))).isPresent();
        } finally {
            executor.shutdownNow();
            disk.close();
            store.close();
        }
    }

    private NetworkRecord network(String host) {
        return new NetworkRecord(
                "n1",
                host,
                "br0",
                false,
                false,
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                time.now(),
                Map.of());
    }
}
