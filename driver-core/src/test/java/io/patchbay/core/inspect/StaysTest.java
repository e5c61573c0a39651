package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.inspect.Inspection.StayView;
import io.patchbay.core.inspect.Inspection.StayViewList;
import io.patchbay.core.record.Stay;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.HostKind;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who had which address, as an operator asks for it. */
class StaysTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final World h1 = World.ofCluster(HostKind.keeping(new StayLimits(DAY, 3)));
    private final World h2 = h1.neighbour("h2");
    private final Network lan = h1.createNetwork(NetworkPlan.of(World.LAN));

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    private static List<StayView> of(World host, Object subject) {
        return asked(host, subject, Optional.empty()).stays();
    }

    private static StayViewList asked(World host, Object subject, Optional<Instant> at) {
        return host.driver().inspection().history(subject.toString(), at);
    }

    /** The container ends, and what its host has noted is written, as it is every two seconds. */
    private static void end(World host, Container container) {
        host.stop(container);
        host.driver().reconcile();
        assertThat(of(host, container.endpoint()))
                .singleElement()
                .satisfies(stay -> assertThat(stay.to()).isPresent());
    }

    private List<String> keys() {
        return h1.store().list("stays/").entries().stream()
                .map(Store.Entry::key)
                .toList();
    }

    @Test
    void whoIsThereAndWhoWasAreToldOnEveryHost() {
        Container web = h1.run(lan);
        h1.awaitAllTold();
        assertThat(of(h2, web.ip())).singleElement().satisfies(stay -> {
            assertThat(stay.host()).isEqualTo("h1");
            assertThat(stay.endpoint()).isEqualTo(web.endpoint());
            assertThat(stay.to()).isEmpty();
        });
        Instant during = h1.time.now();
        h1.time.pass(Duration.ofMinutes(5));
        end(h1, web);
        StayView stay = of(h2, web.ip()).get(0);
        assertThat(Duration.between(stay.from(), stay.to().orElseThrow())).isEqualTo(Duration.ofMinutes(5));
        assertThat(of(h2, stay.mac())).containsExactly(stay);
        assertThat(of(h2, web.endpoint().substring(0, 12))).containsExactly(stay);
        assertThat(asked(h2, web.ip(), Optional.of(during)).stays()).containsExactly(stay);
        assertThat(asked(h2, web.ip(), stay.to()).stays()).isEmpty();
        assertThat(asked(h2, web.ip(), Optional.of(during.minusSeconds(1))).stays())
                .isEmpty();
    }

    /** As when its host was given up, somebody wrote of its end, and it is back. */
    @Test
    void whoIsThereAlthoughItsEndWasWrittenIsThere() {
        Container web = h1.run(lan);
        h1.awaitAllTold();
        StayView there = of(h2, web.ip()).get(0);
        Stay ended = new Stay(
                web.endpoint(),
                there.container(),
                there.network(),
                there.host(),
                List.of(IpAddress.parse(there.addresses().get(0))),
                MacAddress.parse(there.mac()),
                there.from(),
                h1.time.now());
        h1.store().commit(Transaction.builder().put(ended.key(), ended.write()).build());
        assertThat(of(h2, web.endpoint()))
                .singleElement()
                .satisfies(stay -> assertThat(stay.to()).isEmpty());
    }

    /** Nobody waits for it: when dockerd is answered it is not written. */
    @Test
    void noCallWritesIt() {
        List<Container> all = List.of(h1.run(lan), h1.run(lan), h1.run(lan));
        Set<Long> before = revisions();
        all.forEach(h1::stop);
        long calls = h1.store().list("").revision();
        h1.driver().reconcile();
        assertThat(keys()).hasSize(3);
        assertThat(revisions())
                .as("one transaction for all")
                .hasSize(1)
                .allSatisfy(r -> assertThat(r).isGreaterThan(calls));
        assertThat(before).isEmpty();
    }

    private Set<Long> revisions() {
        return h1.store().list("stays/").entries().stream()
                .map(Store.Entry::revision)
                .collect(Collectors.toSet());
    }

    @Test
    void theOldestOfTooManyGo() {
        for (int i = 0; i < 5; i++) {
            h1.time.pass(Duration.ofMinutes(1));
            end(h1, h1.run(lan));
        }
        List<String> all = keys();
        h1.time.pass(Duration.ofMinutes(10));
        h1.driver().reconcile();
        assertThat(keys()).isEqualTo(all.subList(all.size() - 3, all.size()));
    }

    @Test
    void whatIsTooOldGoes() {
        Container old = h1.run(lan);
        end(h1, old);
        h1.time.pass(DAY.plusMinutes(1));
        h1.driver().reconcile();
        assertThat(keys()).isEmpty();
    }

    @Test
    void rubbishIsPassedOverAndLeft() {
        Container web = h1.run(lan);
        end(h1, web);
        h1.store()
                .commit(Transaction.builder()
                        .put("stays/00000000000000-0123", Value.of("{\"a newer\": 1}"))
                        .put("stays/rubbish", Value.of("no JSON"))
                        .put(
                                "stays/zz",
                                h1.store().get(keys().get(0)).orElseThrow().value())
                        .build());
        h1.awaitAllTold();
        assertThat(of(h2, web.ip())).hasSize(1);
        assertThat(h2.driver().inspection().gauges()).containsEntry("store_unreadable_records", 0L);
        h1.time.pass(DAY.plusMinutes(1));
        h1.driver().reconcile();
        assertThat(keys()).containsExactly("stays/00000000000000-0123", "stays/rubbish", "stays/zz");
    }

    /** What hosts know is put back; what nobody remembers is missed by nobody. */
    @Test
    void aStoreThatLostItIsTheSameStore() {
        Container web = h1.run(lan);
        Container more = h1.run(lan);
        end(h1, web);
        Transaction.Builder lost = Transaction.builder();
        keys().forEach(lost::delete);
        h1.store().commit(lost.build());
        h1.awaitAllTold();
        assertThat(of(h2, web.ip())).isEmpty();
        end(h1, more);
        for (World host : List.of(h1, h2)) {
            assertThat(host.isAway()).isFalse();
            assertThat(host.driver().inspection().gauges())
                    .containsEntry("store_histories", 0L)
                    .containsEntry("store_rebuilding", 0L);
        }
    }

    @Test
    void whatEndsWhileTheStoreIsAwayIsWrittenLater() {
        Container web = h1.run(lan);
        h1.line().cut();
        Await.until("h1 is alone", h1::isAway);
        h1.stop(web);
        assertThat(asked(h1, web.ip(), Optional.empty())).isEqualTo(new StayViewList(List.of(), false));
        h1.time.pass(Duration.ofMinutes(1));
        assertThat(h1.driver().inspection().gauges()).containsEntry("picture_age_seconds", 60L);
        h1.line().mend();
        Await.until("h1 is back", () -> !h1.isAway());
        h1.driver().reconcile();
        StayView stay = of(h2, web.ip()).get(0);
        assertThat(stay.to()).contains(h1.time.now().minus(Duration.ofMinutes(1)));
    }

    @Test
    void theFirstThatIsAliveTellsOfAForgottenOne() {
        Container web = h2.run(h2.createNetwork(NetworkPlan.of(World.LAN)));
        h2.stopDaemon();
        h1.awaitAllTold();
        h1.driver().cluster().forget("h2");
        h1.driver().reconcile();
        assertThat(of(h1, web.ip()))
                .singleElement()
                .satisfies(stay -> assertThat(stay.host()).isEqualTo("h2"));
    }
}
