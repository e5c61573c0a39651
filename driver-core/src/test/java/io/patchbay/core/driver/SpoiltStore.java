package io.patchbay.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/** Two hosts on a store in which others write what they like. */
abstract class SpoiltStore {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String OTHER_LAN = "10.78.0.0/24";
    static final String POOL = "pools/default~10.77.0.0_24";

    final World world = World.ofClusterStepByStep(1);
    final World other = world.neighbour("h2");

    @AfterEach
    void close() {
        other.close();
        world.close();
    }

    void put(String key, Value value) {
        world.store().commit(Transaction.builder().put(key, value).build());
        heard();
    }

    void delete(String key) {
        world.store().commit(Transaction.builder().delete(key).build());
        heard();
    }

    void heard() {
        world.background();
        other.background();
    }

    static Value spoilt() {
        return Value.of("{\"since\":\"some day\"}");
    }

    Value value(String key) {
        return world.store().get(key).orElseThrow().value();
    }

    Inspection sees() {
        return world.driver().inspection();
    }

    long unreadable() {
        return sees().gauges().getOrDefault("store_unreadable_records", -1L);
    }

    List<String> named() {
        return sees().doctor().stream()
                .filter(f -> f.check().equals("record") && f.severity() == Severity.WARN)
                .map(Finding::subject)
                .toList();
    }

    static void assertUnreadable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREADABLE))
                .hasMessageContaining("cannot be read");
    }

    void lookAtEverything() {
        assertThat(sees().networks()).isNotNull();
        assertThat(sees().endpoints()).isNotNull();
        assertThat(sees().pools()).isNotNull();
        assertThat(sees().claims()).isNotNull();
        assertThat(sees().hosts()).isNotEmpty();
        assertThat(sees().gauges()).isNotEmpty();
        assertThat(sees().doctor()).isNotEmpty();
    }

    static io.patchbay.core.record.NetworkPlan plan(String name) {
        return new io.patchbay.core.record.NetworkPlan(
                name,
                "patchbay",
                io.patchbay.core.record.NetworkPlan.LOCAL,
                io.patchbay.core.record.NetworkPlan.Traits.PLAIN,
                Optional.empty(),
                Map.of(),
                new io.patchbay.core.record.NetworkPlan.Ipam(
                        "patchbay",
                        Map.of(),
                        List.of(new io.patchbay.core.record.NetworkPlan.Range(
                                OTHER_LAN, Optional.empty(), Optional.empty(), Map.of()))),
                Map.of());
    }

    void backAgain() {
        for (int i = 0; i < 3; i++) {
            heard();
        }
    }
}
