package io.patchbay.core.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two hosts of a cluster, each with a container, on which somebody plants damage. */
abstract class DamagedHost {
    static final String POOL = "pools/default~10.77.0.0_24";
    static final String CLAIMS = "claims/default~10.77.0.0_24/";
    private static final ObjectMapper JSON = new ObjectMapper();

    final World world = World.ofClusterStepByStep(0);
    final World other = world.neighbour("h2");
    Container web = container(world, "web");
    Container db = container(other, "db");

    @BeforeEach
    void settle() {
        world.engineRound();
        other.engineRound();
        world.time.whileWaiting(() -> {});
        settleDown();
        assertThat(look(world)).isEmpty();
    }

    @AfterEach
    void close() {
        other.close();
        world.close();
    }

    private static Container container(World host, String name) {
        host.engine.create(Lans.routed());
        return host.run("lan", name);
    }

    private void settleDown() {
        for (int i = 0; i < 2; i++) {
            world.background();
            other.background();
        }
        heard();
    }

    /** All have heard of all and have done nothing about it, and no call can be under way any more. */
    final void heard() {
        world.line().deliver(world.store());
        other.line().deliver(world.store());
        world.time.pass(Duration.ofMinutes(1));
    }

    static List<Disagreement> look(World host) {
        Report report = host.driver().fsck().look();
        assertThat(report.unseen()).isEmpty();
        return report.found();
    }

    /** That it is found, and nothing else. */
    final List<Disagreement> assertFound(DisagreementClass... classes) {
        heard();
        List<Disagreement> found = look(world);
        assertThat(found).extracting(Disagreement::of).containsExactlyInAnyOrder(classes);
        assertThat(found)
                .allSatisfy(d -> assertThat(List.of(d.subject(), d.evidence(), d.repair()))
                        .noneMatch(String::isBlank));
        return found;
    }

    /** That it is found before the daemon hears of it, and that it knows it otherwise. */
    final void assertUnheard(DisagreementClass... classes) {
        world.time.pass(Duration.ofMinutes(1));
        assertThat(look(world))
                .extracting(Disagreement::of)
                .filteredOn(of -> of != DisagreementClass.MEMORY_DIFFERS)
                .containsExactlyInAnyOrder(classes);
        assertThat(look(world)).extracting(Disagreement::of).contains(DisagreementClass.MEMORY_DIFFERS);
    }

    /** That it is found, and that asking for it repairs it. */
    final void assertRepaired(DisagreementClass... classes) {
        List<Disagreement> found = assertFound(classes);
        List<Wanted> wanted = found.stream()
                .map(d -> new Wanted(d.of().word(), d.host(), d.subject()))
                .toList();
        assertThat(world.driver().fsck().repair(wanted))
                .extracting(Outcome::result)
                .containsOnly(Outcome.Result.REPAIRED);
        heard();
        assertThat(look(world)).isEmpty();
        assertThat(world.driver().inspection().repairs())
                .containsKey(classes[0].name().toLowerCase(java.util.Locale.ROOT));
    }

    /** The same, and the daemon does so by itself. */
    final void assertMends(DisagreementClass... classes) {
        assertFound(classes);
        for (int i = 0; i < 4; i++) {
            world.time.pass(Duration.ofMinutes(3));
            world.driver().reconcile();
            world.engineRound();
            settleDown();
        }
        assertThat(look(world)).isEmpty();
        assertThat(world.driver().inspection().repairs().entrySet().stream()
                        .filter(e -> e.getValue() > 0)
                        .map(e -> e.getKey().toUpperCase(java.util.Locale.ROOT)))
                .containsAll(Set.of(classes[0].name()));
    }

    /** A container of this host has its interface so. */
    final void configure(Container container, String mac, Cidr... addresses) {
        world.links.configure(container.hostEnd() + "c", MacAddress.parse(mac), true, List.of(addresses));
    }

    final void delete(String key) {
        world.store().commit(Transaction.builder().delete(key).build());
    }

    /** Somebody changes what the store has under a key. */
    final void edit(String key, Consumer<ObjectNode> change) {
        copy(key, key, change);
    }

    /** Somebody writes a record like another one. */
    final void copy(String key, String to, Consumer<ObjectNode> change) {
        try {
            ObjectNode json = (ObjectNode)
                    JSON.readTree(world.store().get(key).orElseThrow().value().text());
            change.accept(json);
            world.store()
                    .commit(Transaction.builder()
                            .put(to, Value.of(json.toString()))
                            .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only key that begins so. */
    final String key(String beginning) {
        List<Store.Entry> all = world.store().list(beginning).entries();
        assertThat(all).hasSize(1);
        return all.get(0).key();
    }

    final String claim(Container container) {
        return CLAIMS + container.ip();
    }

    static String endpoint(String host, Container container) {
        return "endpoints/" + host + "/" + container.endpoint();
    }

    final String network(String host) {
        return key("networks/" + host + "/");
    }

    final String user(String host) {
        return key(POOL + "/users/" + host + "/");
    }
}
