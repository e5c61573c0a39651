package io.patchbay.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult.Conflict;
import io.patchbay.core.store.Store.Change;
import io.patchbay.core.store.Store.Entry;
import io.patchbay.core.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Store} must keep; an adapter's test extends it and says how to open, reopen and compact its store.
 */
public abstract class StoreContract extends WatchContract {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Test
    void aConflictSaysAtWhichRevisionItWasFound() {
        long first = put("a", "1");
        long second = put("b", "1");
        assertThat(store.commit(
                        tx().ifRevision("a", second).put("a", Value.of("2")).build()))
                .isInstanceOfSatisfying(Conflict.class, conflict -> {
                    assertThat(conflict.revision()).isGreaterThanOrEqualTo(second);
                    assertThat(conflict.present()).containsExactly(entry("a", "1", first));
                });
    }

    @Test
    void anAbsentKeyIsEmptyAndAnEmptyPrefixListsNothing() {
        assertThat(store.get("a/b")).isEmpty();
        assertThat(store.list("a/").entries()).isEmpty();
        assertThat(store.list("").entries()).isEmpty();
    }

    @Test
    void aPutIsReadBackAtItsRevision() {
        long revision = put("a/b", "one");
        assertThat(store.get("a/b")).contains(entry("a/b", "one", revision));
        assertThat(store.list("a/").revision()).isGreaterThanOrEqualTo(revision);
    }

    @Test
    void keysAreReadTogetherAtOneRevision() {
        long first = put("a", "1");
        long second = put("b", "2");
        Store.Snapshot read = store.read(List.of("b", "absent", "a"));
        assertThat(read.entries()).containsExactlyInAnyOrder(entry("a", "1", first), entry("b", "2", second));
        assertThat(read.revision()).isGreaterThanOrEqualTo(second);
        assertThat(read.find("b")).contains(entry("b", "2", second));
        assertThat(read.find("absent")).isEmpty();
        assertFails(Kind.INVALID, () -> store.read(List.of("a", "")));
    }

    @Test
    void puttingTheSameAgainGivesANewRevision() {
        long first = put("a", "one");
        long second = put("a", "one");
        assertThat(second).isGreaterThan(first);
        assertThat(store.get("a")).contains(entry("a", "one", second));
    }

    @Test
    void deletingIsSilentAboutAbsence() {
        put("a", "one");
        delete("a");
        delete("a");
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void aTransactionThatChangesNothingCommits() {
        long revision = put("a", "one");
        assertThat(committed(tx())).isGreaterThanOrEqualTo(revision);
        assertThat(committed(tx().delete("absent"))).isGreaterThanOrEqualTo(revision);
        assertThat(committed(tx().ifRevision("a", revision))).isGreaterThanOrEqualTo(revision);
    }

    @Test
    void anyBytesAndNoBytesAreValues() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        committed(tx().put("all", Value.of(all)).put("none", Value.of("")));
        assertThat(store.get("all")).map(Entry::value).contains(Value.of(all));
        assertThat(store.get("none")).map(Entry::value).contains(Value.of(""));
    }

    @Test
    void createIfAbsentHappensOnceAndTheConflictHasWhatIsThere() {
        long revision = committed(tx().ifAbsent("a").put("a", Value.of("first")));
        assertThat(conflict(tx().ifAbsent("a").put("a", Value.of("second"))))
                .containsExactly(entry("a", "first", revision));
        assertThat(store.get("a")).contains(entry("a", "first", revision));
    }

    @Test
    void compareAndSwapAsksForTheExactRevision() {
        long first = put("a", "1");
        long second = committed(tx().ifRevision("a", first).put("a", Value.of("2")));
        assertThat(conflict(tx().ifRevision("a", first).put("a", Value.of("3"))))
                .containsExactly(entry("a", "2", second));
        assertThat(conflict(tx().ifRevision("absent", second).put("absent", Value.of("3"))))
                .isEmpty();
        assertThat(conflict(tx().ifRevision("a", 0).delete("a"))).containsExactly(entry("a", "2", second));
        assertThat(store.get("a")).contains(entry("a", "2", second));
    }

    @Test
    void presenceIsAConditionOfItsOwn() {
        assertThat(conflict(tx().ifPresent("a").put("b", Value.of("1")))).isEmpty();
        put("a", "1");
        committed(tx().ifPresent("a").put("b", Value.of("1")));
        assertThat(store.get("b")).isPresent();
    }

    @Test
    void aConflictNamesHeldAndFailedConditionsAndAppliesNothing() {
        long kept = put("kept", "1");
        long taken = put("taken", "2");
        List<Entry> present = conflict(tx().ifRevision("kept", kept)
                .ifAbsent("absent")
                .ifAbsent("taken")
                .put("kept", Value.of("changed"))
                .delete("taken")
                .put("new", Value.of("3")));
        assertThat(present).containsExactlyInAnyOrder(entry("kept", "1", kept), entry("taken", "2", taken));
        assertThat(store.list("").entries()).containsExactly(entry("kept", "1", kept), entry("taken", "2", taken));
    }

    @Test
    void allOperationsOfATransactionShareItsRevision() {
        put("old", "x");
        long revision =
                committed(tx().put("b", Value.of("2")).put("a", Value.of("1")).delete("old"));
        assertThat(store.list("").entries()).containsExactly(entry("a", "1", revision), entry("b", "2", revision));
    }

    @Test
    void revisionsGrowAndSurviveReopening() throws Exception {
        long first = put("a", "1");
        long second = put("b", "2");
        long third = delete("b");
        assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
        store = reopen(store);
        assertThat(store.get("a")).contains(entry("a", "1", first));
        assertThat(store.get("b")).isEmpty();
        assertThat(store.list("").revision()).isGreaterThanOrEqualTo(third);
        assertThat(put("c", "3")).isGreaterThan(third);
    }

    @Test
    void aListIsInOrderOfKeysAndEndsWhereThePrefixEnds() {
        List<String> all = List.of("p", "p!", "p-", "p-/a", "p/", "p/a", "p/a/b", "p/b", "p0", "p~", "q");
        List<String> legal = all.stream().filter(key -> !key.endsWith("/")).toList();
        legal.forEach(key -> put(key, "x"));
        assertThat(keys("")).containsExactlyElementsOf(legal).isSorted();
        assertThat(keys("p/")).containsExactly("p/a", "p/a/b", "p/b");
        assertThat(keys("p/a")).containsExactly("p/a", "p/a/b");
        assertThat(keys("p-")).containsExactly("p-", "p-/a");
        assertThat(keys("p~")).containsExactly("p~");
        assertThat(keys("r")).isEmpty();
    }

    @Test
    void aTransactionMayHave128Operations() {
        Transaction.Builder transaction = tx();
        for (int i = 0; i < Transaction.MAX_OPERATIONS; i++) {
            String key = "k/" + i;
            transaction.ifAbsent(key).put(key, Value.of("x"));
        }
        committed(transaction);
        assertThat(store.list("k/").entries()).hasSize(Transaction.MAX_OPERATIONS);
        assertThat(conflict(transaction)).hasSize(Transaction.MAX_OPERATIONS);
    }

    @Test
    void aValueMayHaveOneMebibyte() throws Exception {
        Value large = Value.of(new byte[1 << 20]);
        committed(tx().put("large", large));
        store = reopen(store);
        assertThat(store.get("large")).map(Entry::value).contains(large);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "a\tb", "a\u0000b", "a\u007fb", "\u00e4"})
    void aMalformedKeyIsRefused(String key) {
        assertFails(Kind.INVALID, () -> store.get(key));
        assertFails(
                Kind.INVALID, () -> store.commit(tx().put(key, Value.of("x")).build()));
        assertFails(Kind.INVALID, () -> store.commit(tx().delete(key).build()));
        assertFails(Kind.INVALID, () -> store.commit(tx().ifAbsent(key).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "a//", "a\nb", "\u00e4"})
    void aMalformedPrefixIsRefused(String prefix) {
        assertFails(Kind.INVALID, () -> store.list(prefix));
        assertFails(Kind.INVALID, () -> store.watch(prefix, 1, new RecordingWatcher()));
    }

    @Test
    @SuppressWarnings("try") // the watch is open while its block runs, nothing is asked of it
    void closingALeaseDeletesItsKeysOnly() throws Exception {
        Store.Lease lease = store.lease(TTL);
        RecordingWatcher heard = new RecordingWatcher();
        committed(tx().put("l/a", Value.of("1"), lease).put("l/b", Value.of("2"), lease));
        put("l/c", "3");
        try (Store.Watch ignored = store.watch("l/", store.list("").revision() + 1, heard)) {
            lease.close();
            lease.close();
            assertThat(heard.next())
                    .extracting(Change::key, Change::value)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("l/a", Optional.empty()),
                            org.assertj.core.groups.Tuple.tuple("l/b", Optional.empty()));
        }
        assertThat(keys("")).containsExactly("l/c");
    }

    @Test
    void aPutWithoutLeaseKeepsTheKeyAndAnotherLeaseTakesItOver() {
        Store.Lease lease = store.lease(TTL);
        Store.Lease other = store.lease(TTL);
        committed(tx().put("kept", Value.of("1"), lease).put("taken", Value.of("1"), lease));
        put("kept", "2");
        committed(tx().put("taken", Value.of("2"), other));
        lease.close();
        assertThat(keys("")).containsExactly("kept", "taken");
        other.close();
        assertThat(keys("")).containsExactly("kept");
    }

    @Test
    void aKeyDeletedAndMadeAgainIsNoLongerUnderTheLease() {
        Store.Lease lease = store.lease(TTL);
        committed(tx().put("a", Value.of("1"), lease));
        delete("a");
        put("a", "2");
        lease.close();
        assertThat(keys("")).containsExactly("a");
    }

    @Test
    void aClosedLeaseCannotBePutUnder() {
        Store.Lease lease = store.lease(TTL);
        lease.close();
        assertFails(
                Kind.NOT_FOUND,
                () -> store.commit(tx().put("a", Value.of("1"), lease).build()));
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void leasedKeysAreGoneAfterReopening() throws Exception {
        Store.Lease lease = store.lease(TTL);
        long revision = committed(tx().put("a", Value.of("1"), lease).put("b", Value.of("2")));
        store = reopen(store);
        assertThat(keys("")).containsExactly("b");
        assertThat(put("a", "3")).isGreaterThan(revision);
    }

    @Test
    void concurrentIncrementsByCompareAndSwapLoseNothing() throws Exception {
        int threads = 4;
        int increments = 25;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> incrementOften(increments)));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(store.get("counter")).map(entry -> entry.value().text()).contains("" + threads * increments);
    }

    private void incrementOften(int times) {
        Optional<Entry> seen = store.get("counter");
        for (int done = 0; done < times; ) {
            int count =
                    seen.map(entry -> Integer.parseInt(entry.value().text())).orElse(0);
            CommitResult result = store.commit(
                    tx().ifRevision("counter", seen.map(Entry::revision).orElse(0L))
                            .put("counter", Value.of("" + (count + 1)))
                            .build());
            if (result instanceof CommitResult.Conflict conflict) {
                seen = conflict.present().stream().findFirst();
            } else {
                done++;
                seen = store.get("counter");
            }
        }
    }

    @Test
    void closingIsRepeatableAndLaterCallsAreUnavailable() {
        Store.Lease lease = store.lease(TTL);
        Store.Watch watch = store.watch("", 1, new RecordingWatcher());
        store.close();
        store.close();
        lease.close();
        watch.close();
        assertFails(Kind.UNAVAILABLE, () -> store.get("a"));
        assertFails(Kind.UNAVAILABLE, () -> store.list(""));
        assertFails(Kind.UNAVAILABLE, () -> store.lease(TTL));
        assertFails(Kind.UNAVAILABLE, () -> store.watch("", 1, new RecordingWatcher()));
        assertFails(
                Kind.UNAVAILABLE,
                () -> store.commit(tx().put("a", Value.of("1")).build()));
    }

    @Test
    void theDescriptionIsNotEmpty() {
        assertThat(store.description()).isNotBlank();
    }

    @Test
    void randomTransactionsLeaveWhatThePlainModelLeaves() {
        Seeds.run(3, random -> {
            store.close();
            store = open();
            StoreModel model = new StoreModel(random);
            for (int i = 0; i < 120; i++) {
                model.step(store);
                if (random.nextInt(40) == 0) {
                    store = reopen(store);
                }
                model.compare(store);
            }
        });
    }
}
