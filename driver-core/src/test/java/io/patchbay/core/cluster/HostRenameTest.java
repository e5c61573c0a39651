package io.patchbay.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that has another name than before: everything that was its own is. */
@Timeout(60)
final class HostRenameTest {
    private static final HostSettings BOOTED = ofBoot("machine of h1", "another boot");
    private final World host = World.ofCluster(4);

    @AfterEach
    void end() {
        host.close();
    }

    private static HostSettings ofBoot(String machine, String boot) {
        return new HostSettings(machine, boot, "1", Duration.ofHours(1), Optional.empty(), true);
    }

    /** A network that is shared, with gateway, aux address and reserve, and a container on it. */
    private Container running() {
        host.engine.create(Lans.routed());
        host.engineRound();
        Container container = host.run("lan", "web");
        Await.until("the reserve", () -> spares("h1") == 4);
        Await.until(
                "the copy on disk",
                () -> host.onDisk("mirror/endpoints/h1/" + container.endpoint()).isPresent());
        return container;
    }

    private long spares(String name) {
        return host.driver().inspection().claims().stream()
                .filter(c -> c.state().equals("spare") && c.host().orElseThrow().equals(name))
                .count();
    }

    private List<String> entriesThat(Predicate<Store.Entry> say) {
        return host.store().list("").entries().stream()
                .filter(say)
                .map(entry -> entry.key() + " " + entry.value())
                .toList();
    }

    private static boolean names(Store.Entry entry, String name) {
        return List.of(entry.key().split("/", -1)).contains(name)
                || entry.value().text().contains("\"" + name + "\"");
    }

    private void assertIsAt(String name, Container container) {
        assertThat(host.claim(container.ip().toString())).hasValueSatisfying(claim -> {
            assertThat(claim.host()).contains(name);
            assertThat(claim.endpoint()).contains(container.endpoint());
        });
        assertThat(host.driver().inspection().endpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.host()).isEqualTo(name));
        assertThat(host.driver().inspection().networks()).singleElement().satisfies(network -> {
            assertThat(network.host()).isEqualTo(name);
            assertThat(network.replication()).isEqualTo("defined");
        });
        assertThat(host.driver().inspection().hosts())
                .singleElement()
                .satisfies(h -> assertThat(h.host()).isEqualTo(name));
    }

    private void livesOn(Container container) {
        host.reconcileAfterGrace();
        assertThat(host.ourLinks()).contains(container.hostEnd());
        assertThat(host.driver().inspection().repairs().values()).containsOnly(0L);
        host.stop(container);
        Container again = host.run(container.network());
        assertThat(again.ip()).isEqualTo(container.ip());
        host.stop(again);
        host.removeNetwork(again.network());
        assertThat(host.driver().inspection().pools()).isEmpty();
    }

    @Test
    void itTakesItsRecordsOverByItselfAndNothingIsLeftOfTheOldName() {
        Container container = running();
        host.restartDaemonAs("h9");
        assertIsAt("h9", container);
        assertThat(entriesThat(entry -> names(entry, "h1"))).isEmpty();
        Await.until("the reserve under the new name", () -> spares("h9") == 4);
        livesOn(container);
    }

    @Test
    void aDaemonThatWasKilledIsWaitedFor() {
        Container container = running();
        Value alive = host.store().get("alive/h1").orElseThrow().value();
        host.stopDaemon();
        host.store().commit(Transaction.builder().put("alive/h1", alive).build());
        host.restartDaemonAs("h9");
        assertThat(host.claim(container.ip().toString()).orElseThrow().host()).contains("h1");
        host.store().commit(Transaction.builder().delete("alive/h1").build());
        Await.until("h1 is missed", () -> host.driver().cluster().formerNames().contains("h1"));
        host.driver().cluster().tick();
        assertIsAt("h9", container);
        livesOn(container);
    }

    @Test
    void anotherHostSeesTheNewNameAndGivesTheAddressToNobody() {
        Container container = running();
        try (World other = host.neighbour("h2")) {
            host.restartDaemonAs("h9");
            Await.until(
                    "h2 sees it",
                    () -> other.claim(container.ip().toString())
                            .flatMap(c -> c.host())
                            .filter("h9"::equals)
                            .isPresent());
            assertThatThrownBy(() -> other.requestAddress(
                            other.requestPool(Dockerd.NetworkPlan.of(World.LAN)),
                            container.ip().toString()))
                    .hasMessageContaining("on host h9");
        }
    }

    @Test
    void renamedBackNothingOfBeforeComesBack() {
        Container container = running();
        host.restartDaemonAs("h9");
        host.stop(container);
        host.reconcileAfterGrace();
        host.restartDaemonAs("h1");
        assertThat(host.driver().inspection().endpoints()).isEmpty();
        assertThat(host.claim(container.ip().toString())).isEmpty();
        assertThat(entriesThat(entry -> names(entry, "h9"))).isEmpty();
        assertThat(host.driver().inspection().networks()).hasSize(1);
    }

    /** Copied machines have one id; that the machine was not booted meanwhile is what a copy cannot say. */
    @Test
    void afterABootAPersonSaysIt() {
        Container container = running();
        host.restartDaemonAs("h9", BOOTED);
        host.reconcileAfterGrace();
        assertThat(host.ourLinks()).contains(container.hostEnd());
        assertThat(host.claim(container.ip().toString()).orElseThrow().host()).contains("h1");
        assertThat(host.driver().inspection().doctor())
                .filteredOn(finding -> finding.advice().contains("patchbay host rename h1 h9"))
                .extracting(Finding::check)
                .contains("unknown-link", "dead-host");
        assertThat(host.driver().cluster().rename("h1", "h9"))
                .isEqualTo(new Operations.Renamed("h1", "h9", 7, 1, 1, 1));
        assertIsAt("h9", container);
        assertThat(entriesThat(entry -> names(entry, "h1"))).isEmpty();
        host.restartDaemonAs("h9", BOOTED);
        livesOn(container);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts/h1", "networks/h9/NETWORK", "endpoints/h9/ENDPOINT", "definitions/lan"})
    void theNextStartGoesOnWithWhatWasBegun(String lastWritten) {
        Container container = running();
        host.restartDaemonAs("h9", BOOTED);
        host.line()
                .cutDuringWriteOf(lastWritten
                        .replace("NETWORK", container.network().id())
                        .replace("ENDPOINT", container.endpoint()));
        assertThatThrownBy(() -> host.driver().cluster().rename("h1", "h9"))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        host.stopDaemon();
        host.line().mend();
        host.restartDaemonAs("h9", ofBoot("machine of h1", "a third boot"));
        assertIsAt("h9", container);
        assertThat(entriesThat(entry -> names(entry, "h1"))).isEmpty();
        livesOn(container);
    }

    @Test
    void aMacIsTheNewNamesAndOneThatWasGivenBackNobodys() {
        Container container = host.run(
                host.createNetwork(Dockerd.NetworkPlan.of(World.LAN)),
                "",
                Optional.of(MacAddress.parse("02:11:22:33:44:55")));
        Store.Entry mac = host.store().list("macs/").entries().get(0);
        host.stopDaemon();
        String left = mac.value()
                .text()
                .replace("02:11:22:33:44:55", "02:11:22:33:44:66")
                .replace("\"" + container.endpoint() + "\"", "null");
        String leftKey = mac.key().replace("02:11:22:33:44:55", "02:11:22:33:44:66");
        host.store().commit(Transaction.builder().put(leftKey, Value.of(left)).build());
        host.restartDaemonAs("h9");
        assertThat(host.store().list("macs/").entries()).singleElement().satisfies(entry -> {
            assertThat(entry.key()).isEqualTo(mac.key());
            assertThat(entry.value().text()).contains("\"h9\"", container.endpoint());
        });
        assertThat(entriesThat(entry -> names(entry, "h1"))).isEmpty();
    }

    /** A daemon that is killed in between would never come to the disk again. */
    @Test
    void theDiskIsEmptiedBeforeTheMarkGoes() {
        running();
        host.restartDaemonAs("h9", BOOTED);
        assertThat(host.countOnDisk("h1")).isPositive();
        AtomicInteger left = new AtomicInteger(-1);
        host.line().meanwhile(() -> {
            if (host.store().get("hosts/h1").isEmpty()) {
                left.compareAndSet(-1, host.countOnDisk("h1"));
            }
        });
        rename("h1", "h9");
        assertThat(left).hasValue(0);
    }

    @Test
    void whatIsTrueOfAnotherMachineIsRefused() {
        running();
        try (World other = host.neighbour("h2")) {
            other.run(other.createNetwork(Dockerd.NetworkPlan.of("10.78.0.0/24")));
            Await.until("h1 sees h2", () -> host.driver().inspection().hosts().size() == 2);
            refuses(Kind.CONFLICT, () -> rename("h2", "h1"), "host \"h2\" is alive");
        }
        Await.until(
                "h2 is missed",
                () -> host.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("dead")));
        refuses(Kind.CONFLICT, () -> rename("h2", "h1"), "host \"h2\" is another machine: its id is machine of h2");
        refuses(Kind.INVALID, () -> rename("h2", "h3"), "this host is \"h1\", not \"h3\"");
        refuses(Kind.INVALID, () -> rename("h1", "h1"), "this host's name already");
        refuses(Kind.NOT_FOUND, () -> rename("h7", "h1"), "there is no host \"h7\"");
        host.store().commit(Transaction.builder().delete("hosts/h2").build());
        Await.until(
                "the record is gone",
                () -> host.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.started().isEmpty()));
        refuses(Kind.CONFLICT, () -> rename("h2", "h1"), "the store has lost its record");
    }

    private void rename(String from, String to) {
        host.driver().cluster().rename(from, to);
    }

    private static void refuses(Kind kind, ThrowingCallable call, String sentence) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    /** What the host did under its old name and never told: its containers are on addresses of its reserve. */
    @Test
    void whatWasNeverSentIsSentFirst() {
        Container first = running();
        host.line().cut();
        Container second = host.run(first.network());
        host.restartDaemonAs("h9");
        assertThat(host.isAway()).isTrue();
        host.line().mend();
        Await.until("contact", () -> !host.isAway());
        host.driver().cluster().tick();
        assertThat(host.claim(first.ip().toString()).orElseThrow().host()).contains("h1");
        refuses(Kind.CONFLICT, () -> rename("h1", "h9"), "changes of it never reached the store");
        host.restartDaemonAs("h1");
        Await.until("it is sent", () -> host.driver().inspection().endpoints().size() == 2);
        host.restartDaemonAs("h9");
        rename("h1", "h9");
        assertThat(host.claim(second.ip().toString()).orElseThrow().host()).contains("h9");
        assertThat(entriesThat(entry -> names(entry, "h1"))).isEmpty();
    }

    @Test
    void anotherMachineUnderTheOldNameIsLeftAlone() {
        Container container = running();
        host.stopDaemon();
        World heir = host.neighbour("h1", ofBoot("another machine", "its boot"));
        host.restartDaemonAs("h9");
        host.reconcileAfterGrace();
        assertThat(host.ourLinks()).contains(container.hostEnd());
        assertThat(host.claim(container.ip().toString())).isPresent();
        refuses(Kind.CONFLICT, () -> rename("h1", "h9"), "host \"h1\" is alive");
        heir.close();
    }
}
