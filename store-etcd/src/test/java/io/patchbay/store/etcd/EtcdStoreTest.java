package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The contract of stores, on the etcd that this machine has. */
@NullUnmarked
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
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(snapshot.revision()).isGreaterThanOrEqualTo(last);
        assertThat(snapshot.entries())
                .hasSize(count)
                .extracting(Store.Entry::key)
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
