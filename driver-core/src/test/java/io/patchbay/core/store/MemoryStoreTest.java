package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    private MemoryStore memory = new MemoryStore();

    @Override
    protected Store open() {
        memory = new MemoryStore();
        return memory;
    }

    @Override
    protected Store reopen(Store open) {
        memory = ((MemoryStore) open).reopen();
        return memory;
    }

    @Override
    protected void forgetHistory(Store open) {
        ((MemoryStore) open).forgetHistory();
    }

    @Test
    void commitsFailAsOftenAsToldBeforeOrAfterApplying() {
        memory.failNextCommits(2, MemoryStore.Failure.BEFORE);
        assertFails(Kind.UNAVAILABLE, () -> put("a", "1"));
        assertFails(Kind.UNAVAILABLE, () -> put("a", "2"));
        assertThat(store.get("a")).isEmpty();
        memory.failNextCommits(1, MemoryStore.Failure.AFTER);
        assertFails(Kind.UNAVAILABLE, () -> put("a", "3"));
        assertThat(store.get("a").map(entry -> entry.value().text())).contains("3");
        put("a", "4");
        assertThat(memory.commits()).isEqualTo(4);
    }

    @Test
    void pausedCommitsWaitForTheGate() throws Exception {
        memory.pauseCommits();
        CompletableFuture<Long> commit = CompletableFuture.supplyAsync(() -> put("a", "1"));
        while (memory.waitingCommits() == 0) {
            Thread.onSpinWait();
        }
        assertThat(store.get("a")).isEmpty();
        memory.resumeCommits();
        assertThat(commit.get(20, TimeUnit.SECONDS)).isPositive();
        assertThat(store.get("a")).isPresent();
    }

    @Test
    void whileUnreachableEveryCallFails() {
        memory.setReachable(false);
        assertFails(Kind.UNAVAILABLE, () -> store.get("a"));
        assertFails(Kind.UNAVAILABLE, () -> put("a", "1"));
        memory.setReachable(true);
        put("a", "1");
    }

    @Test
    void expiredLeasesLoseTheirKeysAndTellIt() {
        Store.Lease lease = store.lease(Duration.ofSeconds(1));
        List<String> told = new ArrayList<>();
        lease.onLost(told::add);
        committed(tx().put("a", Value.of("1"), lease));
        memory.expireLeases();
        memory.expireLeases();
        assertThat(told).hasSize(1);
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // the watch is open while its block runs, nothing is asked of it
    void aWatchIsToldThatTheStoreIsAnotherBeforeWhatThatTells() throws Exception {
        Runnable restore = memory.backup();
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("", 1, heard)) {
            put("a", "1");
            heard.next();
            assertThat(heard.timesResumed()).isEqualTo(1);
            restore.run();
            put("a", "2");
            put("b", "3");
            assertThat(heard.next()).extracting(Store.Change::key).containsExactly("b");
            assertThat(heard.timesResumed()).isEqualTo(2);
        }
    }

    @Test
    @SuppressWarnings("try") // the watch is open while its block runs, nothing is asked of it
    void runningWatchesCanBeLost() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("", 1, heard)) {
            memory.loseWatches("contact lost");
            assertThat(heard.lossReason()).isEqualTo("contact lost");
        }
    }
}
