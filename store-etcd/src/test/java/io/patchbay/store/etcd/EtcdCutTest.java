package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.RecordingWatcher;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store does while the network between it and etcd is cut. */
@NullUnmarked
@SuppressWarnings("try") // a watch is open while its block runs, nothing is asked of it
class EtcdCutTest {
    /** The limit of a call, on a machine that takes four times as long for everything. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private EtcdCluster etcd;

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdCluster.start(folder, 3);
    }

    @AfterEach
    void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void aCutNetworkHoldsUpNobodyAndAWatchGoesOnBehindIt() throws Exception {
        try (Proxy proxy = new Proxy(etcd.endpoint(0));
                EtcdStore far = Stores.open(List.of(proxy.endpoint()), "cut")) {
            RecordingWatcher heard = new RecordingWatcher();
            try (Store.Watch ignored = far.watch("", far.list("").revision() + 1, heard);
                    EtcdStore online = Stores.open(etcd.endpoints(), "cut")) {
                putInto(online, "before");
                assertThat(heard.next()).extracting(Store.Change::key).containsExactly("before");
                proxy.cut();
                long start = System.nanoTime();
                PatchbayException failure = catchThrowableOfType(PatchbayException.class, () -> far.get("before"));
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure).hasMessage("etcd cannot be used: " + proxy.endpoint() + ": no answer within 2 s");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
                putInto(online, "meanwhile");
                proxy.mend();
                Await.until("etcd to be reached again", () -> far.health().connected());
                assertThat(heard.next()).extracting(Store.Change::key).containsExactly("meanwhile");
                assertThat(far.health().remote().orElseThrow().watchLag()).isZero();
            }
        }
    }

    @Test
    void aWatchWhosePlaceWasCompactedWhileItWasCutOffIsLost() throws Exception {
        try (Proxy proxy = new Proxy(etcd.endpoint(0));
                EtcdStore far = Stores.open(List.of(proxy.endpoint()), "cut")) {
            RecordingWatcher heard = new RecordingWatcher();
            long next = far.list("").revision() + 1;
            try (Store.Watch ignored = far.watch("", next, heard);
                    EtcdStore online = Stores.open(etcd.endpoints(), "cut")) {
                proxy.cut();
                Await.until("the cut to be noticed", () -> !far.health().connected());
                putInto(online, "a");
                putInto(online, "b");
                Stores.compact(etcd.endpoint(0), online.list("").revision());
                proxy.mend();
                assertThat(heard.lossReason()).startsWith("revision " + next + " is no longer known to etcd");
                assertThat(heard.pending()).isZero();
            }
        }
    }

    private static void putInto(Store into, String key) {
        into.commit(Transaction.builder().put(key, Value.of("1")).build());
    }
}
