package io.patchbay.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.cluster.Operations.Imported;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.inspect.Inspection.BookEntry;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one store has, carried to another while containers run. */
@Timeout(60)
final class BookImportTest {
    private final World host = new World();

    @AfterEach
    void end() {
        host.close();
    }

    private Container running() {
        host.engine.create(Lans.routed());
        host.engineRound();
        return host.run("lan", "web");
    }

    private static Map<String, String> exported(World from) {
        Map<String, String> records = new LinkedHashMap<>();
        Optional<String> last = Optional.empty();
        List<BookEntry> page = from.driver().inspection().book(last).records();
        while (!page.isEmpty()) {
            page.forEach(entry -> records.put(entry.key(), entry.json()));
            last = Optional.of(page.get(page.size() - 1).key());
            page = from.driver().inspection().book(last).records();
        }
        return records;
    }

    private static Map<String, String> kept(World world) {
        return world.store().list("").entries().stream()
                .filter(entry ->
                        !entry.key().startsWith("alive/") && !entry.key().startsWith("hosts/"))
                .collect(Collectors.toMap(
                        Store.Entry::key, entry -> entry.value().text()));
    }

    private Imported bringIn(Map<String, String> records) {
        return host.driver().cluster().bringIn(records, false, false);
    }

    @Test
    void theBookHasEverythingAndAnotherStoreHasItThen() {
        Container container = running();
        host.driver()
                .cluster()
                .reserve(World.LAN, Optional.empty(), AddressRange.parse("10.77.0.20-10.77.0.30"), "printers");
        Map<String, String> before = kept(host);
        Map<String, String> book = exported(host);
        assertThat(book).containsAllEntriesOf(before).containsKey("hosts/h1");
        assertThat(host.driver().inspection().book(Optional.empty()).complete()).isTrue();
        host.restartDaemonOn(new MemoryStore());
        host.reconcileAfterGrace();
        Imported imported = bringIn(book);
        assertThat(imported.left()).isEmpty();
        assertThat(kept(host)).isEqualTo(before);
        livesOn(container);
    }

    private void livesOn(Container container) {
        host.reconcileAfterGrace();
        assertThat(host.ourLinks()).contains(container.hostEnd());
        assertThat(host.driver().inspection().repairs().values()).containsOnly(0L);
        assertThat(host.driver().inspection().doctor())
                .noneMatch(finding -> finding.check().equals("unknown-link"));
        assertThat(host.claim(container.ip().toString()).orElseThrow().endpoint())
                .contains(container.endpoint());
        host.stop(container);
        Container again = host.run(container.network());
        assertThat(again.ip()).isEqualTo(container.ip());
        host.stop(again);
    }

    @Test
    void aDryRunSaysTheSameAndPutsNothingIn() {
        running();
        Map<String, String> book = exported(host);
        host.restartDaemonOn(new MemoryStore());
        Map<String, String> before = kept(host);
        Imported dry = host.driver().cluster().bringIn(book, true, false);
        assertThat(kept(host)).isEqualTo(before);
        assertThat(bringIn(book)).isEqualTo(dry);
        Imported again = bringIn(book);
        assertThat(again.put()).isZero();
        assertThat(again.there()).isEqualTo(dry.put());
        assertThat(again.left()).isEmpty();
    }

    private void awaitBound(Container theirs) {
        Await.until(
                "h1 knows whose it is",
                () -> host.claim(theirs.ip().toString())
                        .filter(c -> c.state().equals("bound"))
                        .isPresent());
    }

    @Test
    void anAddressThatAnotherHasStaysTheOthers() {
        Container container = running();
        Map<String, String> book = exported(host);
        MemoryStore shared = new MemoryStore();
        host.restartDaemonOn(shared);
        try (World other = host.neighbour("h2")) {
            Container theirs = other.run(
                    other.createNetwork(Dockerd.NetworkPlan.of(World.LAN).withGateway("10.77.0.254")),
                    container.ip().toString());
            awaitBound(theirs);
            Imported imported = bringIn(book);
            assertThat(imported.left())
                    .hasSize(2)
                    .allMatch(sentence -> sentence.contains("has another owner here, host h2"));
            host.reconcileAfterGrace();
            assertThat(host.ourLinks()).contains(container.hostEnd());
            assertThat(host.claim(theirs.ip().toString()).orElseThrow().host()).contains("h2");
            assertThat(host.driver().inspection().networks()).hasSize(2);
        }
    }

    @Test
    void whatContradictsIsToldAndNotPutIn() {
        running();
        Map<String, String> book = exported(host);
        host.restartDaemonOn(new MemoryStore());
        Network other = host.createNetwork(
                Dockerd.NetworkPlan.of(World.LAN).withGateway("10.77.0.1").withAux(Map.of("b", "10.77.0.6")));
        Imported imported = bringIn(book);
        assertThat(imported.left())
                .anyMatch(s -> s.contains("gateway 10.77.0.254 contradicts pool 10.77.0.0/24"))
                .anyMatch(s -> s.startsWith("networks/h1/") && s.contains("needs pool 10.77.0.0/24"))
                .anyMatch(s -> s.startsWith("endpoints/h1/") && s.contains("which is not there"));
        assertThat(host.driver().inspection().networks())
                .singleElement()
                .satisfies(n -> assertThat(n.id()).isEqualTo(other.id()));
        host.restartDaemonOn(new MemoryStore());
        host.createNetwork(Dockerd.NetworkPlan.of("10.77.0.0/16"));
        assertThat(bringIn(book).left()).anyMatch(s -> s.contains("overlaps pool 10.77.0.0/16"));
    }

    @Test
    void whatHasEndedSinceAndWhatNobodyReadsIsLeftOut() {
        Container container = running();
        Map<String, String> book = exported(host);
        book.put("claims/rubbish/10.77.0.9", "{}");
        book.put("endpoints/h1/of-a-newer-version", "[]");
        book.put("what/is/this", "no JSON");
        book.put("pools/default~10.99.0.0_24", book.get("pools/default~10.77.0.0_24"));
        host.stop(container);
        host.restartDaemonOn(new MemoryStore());
        Imported imported = bringIn(book);
        assertThat(imported.left())
                .hasSize(4)
                .allMatch(sentence -> sentence.endsWith("no record that this version can read"));
        assertThat(host.driver().inspection().endpoints()).isEmpty();
        assertThat(host.claim(container.ip().toString())).isEmpty();
        assertThat(host.claim("10.77.0.254")).isPresent();
    }

    @Test
    void aHostThatIsAliveKnowsItselfWhatItHas() {
        World other = host.neighbour("h2");
        Container theirs =
                other.run(other.createNetwork(Dockerd.NetworkPlan.of(World.LAN).withGateway("10.77.0.254")));
        running();
        awaitBound(theirs);
        Map<String, String> book = exported(host);
        host.restartDaemonOn(new MemoryStore());
        World moved = host.neighbour("h2");
        Await.until(
                "h2 is seen",
                () -> host.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("alive")));
        bringIn(book);
        assertThat(host.driver().inspection().networks())
                .singleElement()
                .satisfies(n -> assertThat(n.host()).isEqualTo("h1"));
        moved.close();
        Await.until(
                "h2 is missed",
                () -> host.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.status().equals("dead")));
        assertThat(host.driver().cluster().bringIn(book, true, true).put()).isZero();
        bringIn(book);
        assertThat(host.driver().inspection().networks())
                .anyMatch(n -> n.id().equals(theirs.network().id()) && n.host().equals("h2"));
        assertThat(host.claim(theirs.ip().toString()).orElseThrow().host()).contains("h2");
        other.close();
    }

    @Test
    void aPoolsGatewayAndAuxAddressesComeWithEachThatNamesThem() {
        World other = host.neighbour("h2");
        other.createNetwork(
                Dockerd.NetworkPlan.of(World.LAN).withGateway("10.77.0.254").withAux(Map.of("printer", "10.77.0.5")));
        Await.until("h1 knows", () -> host.claim("10.77.0.5").isPresent());
        running();
        other.close();
        Map<String, String> book = exported(host);
        host.restartDaemonOn(new MemoryStore());
        assertThat(host.driver().cluster().bringIn(book, false, true).left()).isEmpty();
        for (String shared : List.of("10.77.0.254", "10.77.0.5")) {
            assertThat(host.claim(shared))
                    .hasValueSatisfying(claim -> assertThat(claim.host()).contains("h1"));
            assertThatThrownBy(() -> host.run((Network) host.engine.made("lan"), shared))
                    .isInstanceOf(PatchbayException.class);
        }
        bringIn(book);
        assertThat(host.claim("10.77.0.254").orElseThrow().host()).contains("h2");
    }

    @Test
    void aGatewayThatNobodyNamesStaysAway() {
        running();
        Map<String, String> book = exported(host);
        book.keySet().removeIf(key -> key.contains("/users/"));
        host.restartDaemonOn(new MemoryStore());
        bringIn(book);
        assertThat(host.claim("10.77.0.254")).isEmpty();
        assertThat(host.claim("10.77.0.5")).isEmpty();
    }

    @Test
    void aRecordOfTheTargetThatCannotBeReadIsInTheWayOfItselfAlone() {
        Container container = running();
        Map<String, String> book = exported(host);
        MemoryStore target = new MemoryStore();
        String spoilt = "networks/h1/" + container.network().id();
        target.commit(Transaction.builder().put(spoilt, Value.of("{}")).build());
        host.restartDaemonOn(target);
        Imported imported = bringIn(book);
        assertThat(imported.left())
                .anyMatch(sentence -> sentence.startsWith(spoilt) && sentence.contains("cannot be read"));
        assertThat(host.claim(container.ip().toString())).isPresent();
        assertThat(target.get("definitions/lan")).isPresent();
    }

    @Test
    void aRemovedNetworksMarkIsNotBroughtBack() {
        running();
        Map<String, String> book = exported(host);
        book.computeIfPresent("definitions/lan", (key, json) -> json.replace("\"PRESENT\"", "\"REMOVED\""));
        host.restartDaemonOn(new MemoryStore());
        bringIn(book);
        assertThat(host.store().list("definitions/").entries()).isEmpty();
    }

    @Test
    void theBookIsReadPageByPageWithoutARepeat() {
        List<String> keys = new ArrayList<>();
        Transaction.Builder many = Transaction.builder();
        for (int i = 0; i < 120; i++) {
            String network = String.format("%064x", i);
            keys.add("networks/h7/" + network);
            many.put(
                    "networks/h7/" + network,
                    Value.of("{\"id\":\"" + network + "\",\"host\":\"h7\",\"bridge\":\"" + "x".repeat(6000)
                            + "\",\"options\":{},\"subnets\":[],\"since\":\"2026-01-01T00:00:00Z\"}"));
        }
        host.store().commit(many.build());
        Await.until("h1 knows", () -> host.driver().inspection().networks().size() == 120);
        assertThat(host.driver().inspection().book(Optional.empty()).records()).hasSizeLessThan(60);
        assertThat(exported(host).keySet()).containsAll(keys).hasSize(121);
    }
}
