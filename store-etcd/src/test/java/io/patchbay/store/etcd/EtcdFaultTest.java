package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.RecordingWatcher;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store does while members of a cluster of three end, hang and come back. */
@NullUnmarked
@SuppressWarnings("try") // a watch is open while its block runs, nothing is asked of it
class EtcdFaultTest {
    /** The limit of a call, on a machine that takes four times as long for everything. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private EtcdCluster etcd;
    private EtcdStore store;

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdCluster.start(folder, 3);
        store = Stores.open(etcd.endpoints(), Stores.newCluster());
        Await.until("the first answer", () -> store.health().connected());
        put("first", "1");
    }

    @AfterEach
    void stop() {
        if (store != null) {
            store.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Test
    void oneMemberAfterTheOtherIsKilledAndComesBackAndNothingIsMissed() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        Set<String> written = new HashSet<>();
        Set<String> told = new HashSet<>();
        try (Store.Watch ignored = store.watch("w/", store.list("").revision() + 1, heard)) {
            for (int member = 0; member < etcd.size(); member++) {
                etcd.kill(member);
                written.add(putUntilItIsKnown("w/killed-" + member));
                etcd.start(member);
                etcd.awaitAll();
                written.add(putUntilItIsKnown("w/back-" + member));
            }
            while (!told.containsAll(written)) {
                heard.next().forEach(change -> told.add(change.key()));
            }
            assertThat(heard.pending()).isZero();
            assertThat(heard.timesResumed()).as("once for each stream").isGreaterThan(1);
        }
        assertThat(told).isEqualTo(written);
        assertThat(heard.overlaps()).isZero();
    }

    @Test
    void aMemberThatHangsHoldsUpNoReadAndSoonNothing() throws Exception {
        int hung = preferred();
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("w/", store.list("").revision() + 1, heard)) {
            etcd.freeze(hung);
            long start = System.nanoTime();
            assertThat(store.get("first")).isPresent();
            assertThat(since(start)).isLessThan(BOUND);
            // the read found out, so the commit asks another one
            put("w/a", "1");
            assertThat(heard.next()).extracting(Store.Change::key).containsExactly("w/a");
            assertThat(store.health().remote().orElseThrow().endpoint()).isNotEqualTo(endpoint(hung));
        } finally {
            etcd.thaw(hung);
        }
    }

    @Test
    void aHungMemberIsNoticedWithoutACall() throws Exception {
        int hung = preferred();
        etcd.freeze(hung);
        try {
            Await.until(
                    "another member to be preferred",
                    () -> !store.health().remote().orElseThrow().endpoint().equals(endpoint(hung)));
            put("after", "1");
        } finally {
            etcd.thaw(hung);
        }
    }

    @Test
    void aCommitThatAHungMemberHasIsNotKnownAndNotSentAgain() throws Exception {
        long before = put("counter", "0");
        int hung = preferred();
        etcd.freeze(hung);
        PatchbayException failure = unavailable(() -> put("counter", "1"));
        assertThat(failure)
                .hasMessage("etcd cannot be used: " + endpoint(hung)
                        + ": no answer within 2 s; it is not known whether the transaction was applied");
        etcd.thaw(hung);
        Await.until("an answer", () -> store.health().connected());
        // the member may still do it, once
        long after = store.list("").revision();
        assertThat(after - before).isBetween(0L, 1L);
    }

    @Test
    void withoutAMajorityAFailureSaysSoInTimeAndThenAtOnce() throws Exception {
        etcd.kill(0);
        etcd.kill(1);
        long start = System.nanoTime();
        PatchbayException first = unavailable(() -> store.get("first"));
        assertThat(since(start)).isLessThan(BOUND);
        assertThat(first)
                .hasMessageMatching(".*" + endpoint(0) + ": (connection refused|it closed the connection).*")
                .hasMessageMatching(".*" + endpoint(1) + ": (connection refused|it closed the connection).*")
                .hasMessageContaining(endpoint(2) + ": ");
        Await.until("etcd to be given up", () -> atOnce());
        assertThat(unavailable(() -> put("a", "1")))
                .hasMessageContaining(endpoint(2) + ": it has no leader, as less than a majority of the members is up")
                .hasMessageEndingWith("; nothing was applied");
        assertThat(store.health().connected()).isFalse();
        etcd.start(0);
        etcd.start(1);
        Await.until("etcd to be back", () -> store.health().connected());
        putUntilItIsKnown("a");
    }

    @Test
    void allMembersHangAndGoOn() throws Exception {
        RecordingWatcher heard = new RecordingWatcher();
        try (Store.Watch ignored = store.watch("w/", store.list("").revision() + 1, heard)) {
            for (int i = 0; i < etcd.size(); i++) {
                etcd.freeze(i);
            }
            long start = System.nanoTime();
            PatchbayException failure = unavailable(() -> store.get("first"));
            assertThat(since(start)).isLessThan(BOUND);
            assertThat(failure)
                    .hasMessageMatching("etcd cannot be used: .*: no (answer|connection) within [0-9.]+ s.*");
            Await.until("etcd to be given up", () -> atOnce());
            assertThat(store.health().connected()).isFalse();
            for (int i = 0; i < etcd.size(); i++) {
                etcd.thaw(i);
            }
            Await.until("etcd to be back", () -> store.health().connected());
            String key = putUntilItIsKnown("w/after");
            assertThat(heard.next()).extracting(Store.Change::key).containsExactly(key);
        }
    }

    @Test
    void aLeaseOutlivesTheLossOfAMemberAndIsLostWhenNobodyKeepsIt() throws Exception {
        BlockingQueue<String> lost = new LinkedBlockingQueue<>();
        Store.Lease lease = store.lease(Duration.ofSeconds(9));
        lease.onLost(lost::add);
        store.commit(Transaction.builder().put("alive", Value.of("1"), lease).build());
        etcd.kill(preferred());
        Await.until("an answer of another member", () -> present("alive"));
        assertThat(lost).isEmpty();
        Stores.revoke(etcd.endpoints().get(preferred()), lease.id());
        assertThat(lost.poll(40, TimeUnit.SECONDS)).contains(Long.toString(lease.id()));
        assertThat(store.get("alive")).isEmpty();
    }

    private boolean present(String key) {
        try {
            return store.get(key).isPresent();
        } catch (PatchbayException e) {
            return false;
        }
    }

    private boolean atOnce() {
        long start = System.nanoTime();
        unavailable(() -> store.get("first"));
        return since(start).toMillis() < 50;
    }

    private static PatchbayException unavailable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PatchbayException failure = catchThrowableOfType(PatchbayException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        return failure;
    }

    private long put(String key, String value) {
        CommitResult result =
                store.commit(Transaction.builder().put(key, Value.of(value)).build());
        return ((CommitResult.Committed) result).revision();
    }

    /** Creates a key as core does: what is not known is asked again with the same condition. */
    private String putUntilItIsKnown(String key) {
        Await.until(key + " to be written", () -> {
            try {
                store.commit(Transaction.builder()
                        .ifAbsent(key)
                        .put(key, Value.of("x"))
                        .build());
                return true;
            } catch (PatchbayException e) {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                return false;
            }
        });
        return key;
    }

    private int preferred() {
        String endpoint = store.health().remote().orElseThrow().endpoint();
        return List.of(endpoint(0), endpoint(1), endpoint(2)).indexOf(endpoint);
    }

    private String endpoint(int member) {
        return etcd.endpoint(member).toString();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
