package io.patchbay.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.store.RecordingWatcher;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.StoreHealth;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of the cluster that the settings do not name. */
@NullUnmarked
class EtcdRosterTest {
    private static final EtcdLimits LIMITS = Stores.limits(Duration.ZERO, Duration.ofMillis(200));

    @TempDir
    Path folder;

    @Test
    void theClusterIsFoundWhenTheOnlyMemberNamedIsGone() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 3);
                EtcdStore store = Stores.open(List.of(etcd.endpoint(0)), "roster", LIMITS)) {
            Await.until("the others to be known", () -> store.endpoints().size() == 3);
            etcd.kill(0);
            Await.until("another to be asked", () -> isWritten(store, "a"));
            assertThat(store.get("a")).isPresent();
        }
    }

    private static boolean isWritten(EtcdStore store, String key) {
        try {
            store.commit(Transaction.builder().put(key, Value.of("1")).build());
            return true;
        } catch (io.patchbay.core.failure.PatchbayException e) {
            return false;
        }
    }

    @Test
    void peopleAreToldWhoLeadsAndHowLongEachTakes() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 3);
                EtcdStore store = Stores.open(etcd.endpoints(), "roster", LIMITS)) {
            Await.until(
                    "three members of which one leads",
                    () -> members(store).stream()
                                            .filter(member -> member.role() == StoreHealth.Role.LEADS)
                                            .count()
                                    == 1
                            && members(store).stream()
                                    .allMatch(member -> member.latency().isPresent()));
            assertThat(members(store))
                    .hasSize(3)
                    .allMatch(member -> member.problem().isEmpty());
            etcd.kill(2);
            Await.until(
                    "the third is missed",
                    () -> members(store).stream()
                            .anyMatch(member ->
                                    member.endpoint().equals(etcd.endpoint(2).toString())
                                            && !member.problem().isEmpty()
                                            && member.latency().isEmpty()));
        }
    }

    @Test
    void otherEndpointsAreReadAgainAndTheWatchGoesOn() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 1);
                Proxy before = new Proxy(etcd.endpoint(0));
                Proxy after = new Proxy(etcd.endpoint(0));
                EtcdStore store = Stores.open(List.of(before.endpoint()), "roster", LIMITS)) {
            store.commit(Transaction.builder().put("kept", Value.of("1")).build());
            RecordingWatcher watcher = new RecordingWatcher();
            store.watch("w", 1, watcher);
            store.reload(new EtcdSettings(
                    List.of(after.endpoint()), "roster", Optional.empty(), EtcdSettings.TlsFiles.NONE, LIMITS));
            before.cut();
            Await.until("a write", () -> isWritten(store, "w/written"));
            assertThat(watcher.next()).extracting(Store.Change::key).containsExactly("w/written");
            assertThat(store.get("kept")).isPresent();
            assertThat(store.description()).isEqualTo("etcd:" + after.endpoint());
            assertThatThrownBy(() -> store.reload(new EtcdSettings(
                            etcd.endpoints(), "other", Optional.empty(), EtcdSettings.TlsFiles.NONE, LIMITS)))
                    .hasMessageContaining("needs a new start");
        }
    }

    private static List<StoreHealth.Member> members(EtcdStore store) {
        return store.health().remote().orElseThrow().members();
    }

    @Test
    void whoIsNoLongerAMemberIsNoLongerAsked() throws Exception {
        try (EtcdCluster etcd = EtcdCluster.start(folder, 3);
                EtcdStore store = Stores.open(List.of(etcd.endpoint(0)), "roster", LIMITS)) {
            Await.until("the others to be known", () -> store.endpoints().size() == 3);
            Stores.removeMember(etcd.endpoint(0), "m2");
            Await.until("it to be forgotten", () -> store.endpoints().size() == 2);
            assertThat(store.endpoints())
                    .containsExactlyInAnyOrder(
                            etcd.endpoint(0).toString(), etcd.endpoint(1).toString());
            assertThat(store.get("a")).isEmpty();
        }
    }

    /** None of the members that the settings name is left. */
    @Test
    void allMembersAreReplacedOneAfterTheOther() throws Exception {
        // or each is to have been up for five seconds
        List<String> atOnce = List.of("--strict-reconfig-check=false");
        try (EtcdCluster etcd = EtcdCluster.start(folder, 3, false, address -> atOnce)) {
            List<Endpoint> before = etcd.endpoints();
            try (EtcdStore store = Stores.open(before, "roster", LIMITS)) {
                store.commit(Transaction.builder().put("kept", Value.of("1")).build());
                RecordingWatcher watcher = new RecordingWatcher();
                store.watch("w", 1, watcher);
                for (int member = 0; member < 3; member++) {
                    etcd.replace(member);
                    String now = etcd.endpoint(member).toString();
                    Await.until(now + " to be known", () -> store.endpoints().contains(now));
                }
                Await.until("a write", () -> isWritten(store, "w/written"));
                assertThat(store.get("kept")).isPresent();
                assertThat(watcher.next()).extracting(Store.Change::key).containsExactly("w/written");
            }
        }
    }

    /** As with {@code localhost}, which each host takes for itself. */
    @Test
    void anAddressWhereAnotherClusterAnswersIsNotAsked() throws Exception {
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        try (EtcdCluster other = EtcdCluster.start(theirs, 1)) {
            String told = "--advertise-client-urls=" + other.endpoint(0) + ",http://localhost:1,http://0.0.0.0:2379";
            try (EtcdCluster etcd = EtcdCluster.start(folder, 1, false, address -> List.of(told));
                    Proxy proxy = new Proxy(etcd.endpoint(0));
                    EtcdStore store = Stores.open(List.of(proxy.endpoint()), "roster", LIMITS)) {
                Await.until("a few looks", () -> looks(store) > 5);
                assertThat(store.endpoints()).containsExactly(proxy.endpoint().toString());
                assertThat(store.health().connected()).isTrue();
            }
        }
    }

    private static long looks(EtcdStore store) {
        return store.health().remote().orElseThrow().roundTrips().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals("member_list"))
                .mapToLong(entry -> entry.getValue().count())
                .sum();
    }
}
