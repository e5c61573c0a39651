package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.RecordingWatcher;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreContract;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract of stores, on the etcd that this machine has; its history is forgotten for all of them at once. */
@NullUnmarked
@Execution(ExecutionMode.SAME_THREAD)
class EtcdStoreTest extends StoreContract {
    @TempDir
    static Path folder;

    private static EtcdCluster etcd;
    private String cluster;

    @BeforeAll
    static void start() throws Exception {
        etcd = EtcdCluster.start(folder, 1);
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    protected Store open() {
        cluster = Stores.newCluster();
        return Stores.open(etcd.endpoints(), cluster);
    }

    @Override
    protected Store reopen(Store open) {
        open.close();
        return Stores.open(etcd.endpoints(), cluster);
    }

    @Override
    protected void forgetHistory(Store open) {
        Stores.compact(etcd.endpoint(0), open.list("").revision());
    }

    @Test
    void whatOthersWriteIsListedAndHeardWhateverItsSizeAndItsKey() throws Exception {
        byte[] large = new byte[1_400_000];
        RecordingWatcher heard = new RecordingWatcher();
        Store.Watch watch = store.watch("", store.list("").revision() + 1, heard);
        Stores.putRaw(etcd.endpoint(0), cluster, "claims/large", large);
        Stores.putRaw(etcd.endpoint(0), cluster, "claims/\u2603", new byte[0]);
        put("claims/small", "1");
        assertThat(heard.next(3))
                .extracting(Store.Change::key)
                .containsExactly("claims/large", "claims/\u2603", "claims/small");
        watch.close();
        assertThat(store.list("").entries())
                .extracting(Store.Entry::key)
                .containsExactly("claims/large", "claims/small", "claims/\u2603");
        Value found = store.get("claims/large").orElseThrow().value();
        assertThat(found.length()).isEqualTo(large.length);
        assertThatThrownBy(found::bytes).hasMessageContaining("over the limit");
        assertThat(store.commit(tx().ifAbsent("claims/large").build()))
                .isInstanceOfSatisfying(
                        CommitResult.Conflict.class,
                        c -> assertThat(c.present()).hasSize(1));
    }

    @Test
    void aPageThatEndsWithAKeyThatIsNoTextIsFollowedByTheNext() {
        int page = 1000;
        for (int first = 0; first < page - 1; first += Transaction.MAX_OPERATIONS) {
            Transaction.Builder transaction = tx();
            for (int i = first; i < Math.min(first + Transaction.MAX_OPERATIONS, page - 1); i++) {
                transaction.put("a/%04d".formatted(i), Value.of("1"));
            }
            committed(transaction);
        }
        Stores.putRaw(etcd.endpoint(0), cluster, "a/\u2603", new byte[0]);
        put("b", "1");
        assertThat(store.list("").entries())
                .hasSize(page + 1)
                .extracting(Store.Entry::key)
                .doesNotHaveDuplicates();
    }

    @Test
    void sixtyThousandKeysAreListedAtOneRevision() {
        int count = 60_000;
        int each = Transaction.MAX_OPERATIONS;
        for (int first = 0; first < count; first += each) {
            Transaction.Builder transaction = tx();
            for (int i = first; i < Math.min(first + each, count); i++) {
                transaction.put("claims/%05d".formatted(i), Value.of("x".repeat(300)));
            }
            committed(transaction);
        }
        long last = put("behind", "1");
        long start = System.nanoTime();
        Store.Snapshot snapshot = store.list("claims/");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(snapshot.revision()).isGreaterThanOrEqualTo(last);
        assertThat(snapshot.entries())
                .hasSize(count)
                .extracting(Store.Entry::key)
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
