package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.store.Store.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every {@link Store} must keep about watches; part of {@link StoreContract}. */
@SuppressWarnings("try") // a watch is open while its block runs, nothing is asked of it
public abstract class WatchContract extends StoreFixture {

    @Test
    void aWatchHearsPutsAndDeletesInOrder() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("w/", store.list("").revision() + 1, heard)) {
            long first = put("w/a", "1");
            long second = put("w/a", "2");
            long third = delete("w/a");
            assertThat(heard.next(3))
                    .containsExactly(
                            new Change("w/a", Optional.of(Value.of("1")), first),
                            new Change("w/a", Optional.of(Value.of("2")), second),
                            new Change("w/a", Optional.empty(), third));
        }
    }

    @Test
    void theChangesOfOneTransactionComeInOneCallWithoutForeignKeys() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        put("w/gone", "x");
        try (Store.Watch ignored = store.watch("w/", store.list("").revision() + 1, heard)) {
            put("other/a", "not ours");
            long revision = committed(tx().put("w/a", Value.of("1"))
                    .put("x/b", Value.of("2"))
                    .delete("w/gone")
                    .put("w/c", Value.of("3")));
            assertThat(heard.next())
                    .containsExactlyInAnyOrder(
                            new Change("w/a", Optional.of(Value.of("1")), revision),
                            new Change("w/gone", Optional.empty(), revision),
                            new Change("w/c", Optional.of(Value.of("3")), revision));
        }
    }

    @Test
    void deletingAnAbsentKeyIsNotHeard() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("", store.list("").revision() + 1, heard)) {
            delete("never/there");
            put("a", "1");
            assertThat(heard.next()).extracting(Change::key).containsExactly("a");
        }
    }

    @Test
    void aWatchFromAnOlderRevisionStartsThere() throws Exception {
        put("w/a", "1");
        long from = put("w/a", "2");
        put("w/b", "3");
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("w/", from, heard)) {
            assertThat(heard.next(2))
                    .extracting(change -> change.value().map(Value::text).orElse(""))
                    .containsExactly("2", "3");
        }
    }

    @Test
    void aWatchFromAFutureRevisionIsSilentUntilThen() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("", store.list("").revision() + 2, heard)) {
            put("a", "too early");
            put("a", "heard");
            assertThat(heard.next()).extracting(Change::value).containsExactly(Optional.of(Value.of("heard")));
        }
    }

    @Test
    void aSnapshotAndAWatchMissNothingAndRepeatNothing() throws Exception {
        int writes = 60;
        long before = store.list("").revision();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < writes; i++) {
                put("w/" + i, "x");
            }
        });
        writer.start();
        List<Long> seen = new ArrayList<>();
        RecordingWatcher heard = new RecordingWatcher();
        Store.Snapshot snapshot = store.list("w/");
        snapshot.entries().forEach(entry -> seen.add(entry.revision()));
        try (Store.Watch ignored = store.watch("w/", snapshot.revision() + 1, heard)) {
            while (seen.size() < writes) {
                heard.next().forEach(change -> seen.add(change.revision()));
            }
            writer.join();
            assertThat(heard.pending()).isZero();
        }
        assertThat(seen).hasSize(writes).doesNotHaveDuplicates().allMatch(revision -> revision > before);
        assertThat(heard.overlaps()).isZero();
    }

    @Test
    void whatAWatcherHearsItCanReadAndWriteBack() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        AtomicReference<Optional<Store.Entry>> read = new AtomicReference<>(Optional.empty());
        Store.Watcher copier = new Store.Watcher() {
            @Override
            public void changed(List<Change> changes) {
                read.set(store.get("from/a"));
                put("to/a", "copied");
            }

            @Override
            public void lost(String reason) {}
        };
        long next = store.list("").revision() + 1;
        try (Store.Watch from = store.watch("from/", next, copier);
                Store.Watch to = store.watch("to/", next, heard)) {
            long revision = put("from/a", "1");
            assertThat(heard.next()).extracting(Change::key).containsExactly("to/a");
            assertThat(read.get()).contains(entry("from/a", "1", revision));
        }
    }

    @Test
    void aWatcherThatThrowsHearsTheNextChangeAllTheSame() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        Store.Watcher throwing = new Store.Watcher() {
            @Override
            public void changed(List<Change> changes) {
                heard.changed(changes);
                throw new IllegalStateException("thrown by the test on purpose");
            }

            @Override
            public void lost(String reason) {
                heard.lost(reason);
            }
        };
        try (Store.Watch ignored = store.watch("", store.list("").revision() + 1, throwing)) {
            put("a", "1");
            put("b", "2");
            assertThat(heard.next(2)).extracting(Change::key).containsExactly("a", "b");
        }
    }

    @Test
    void aWatcherThatHangsHoldsUpNeitherCommitsNorOtherWatches() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Store.Watcher hanging = new Store.Watcher() {
            @Override
            public void changed(List<Change> changes) {
                try {
                    assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void lost(String reason) {}
        };
        RecordingWatcher heard = new RecordingWatcher();
        long next = store.list("").revision() + 1;
        try (Store.Watch first = store.watch("", next, hanging);
                Store.Watch second = store.watch("", next, heard)) {
            put("a", "1");
            put("b", "2");
            assertThat(heard.next(2)).extracting(Change::key).containsExactly("a", "b");
        } finally {
            release.countDown();
        }
    }

    @Test
    void aClosedWatchHearsNothingMore() throws Exception {
        RecordingWatcher closed = new RecordingWatcher();
        RecordingWatcher open = new RecordingWatcher();
        long next = store.list("").revision() + 1;
        Store.Watch watch = store.watch("", next, closed);
        watch.close();
        watch.close();
        try (Store.Watch ignored = store.watch("", next, open)) {
            put("a", "1");
            open.next();
        }
        assertThat(closed.pending()).isZero();
    }

    @Test
    void aWatchFromAForgottenRevisionIsLostOnce() throws Exception {
        long old = put("a", "1");
        put("a", "2");
        forgetHistory(store);
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("", old, heard)) {
            assertThat(heard.lossReason()).contains(Long.toString(old));
            put("a", "3");
            RecordingWatcher later = new RecordingWatcher();
            try (Store.Watch anew = store.watch("", store.list("").revision() + 1, later)) {
                put("a", "4");
                later.next();
            }
            assertThat(heard.pending()).isZero();
        }
    }

    @Test
    void aWatchThatIsUpToDateOutlivesCompaction() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        long revision = put("a", "1");
        try (Store.Watch ignored = store.watch("a", revision, heard)) {
            heard.next();
            forgetHistory(store);
            put("a", "last");
            Optional<Value> value = Optional.empty();
            while (!value.equals(Optional.of(Value.of("last")))) {
                value = heard.next().get(0).value();
            }
        }
    }
}
