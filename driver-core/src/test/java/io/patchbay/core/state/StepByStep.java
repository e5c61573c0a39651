package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.World;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

/** Two hosts on one store that hear of each other, and do what waits, only when the test says so. */
abstract class StepByStep {
    final World h1;
    final World h2;

    StepByStep(int reserve) {
        this.h1 = World.ofClusterStepByStep(reserve);
        this.h2 = h1.neighbour("h2");
    }

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    /** All hear of everything and do what waits; several times, for what is done may be heard by the others. */
    static void background(World... hosts) {
        for (int i = 0; i < 4; i++) {
            for (World host : hosts) {
                host.background();
            }
        }
    }

    void background() {
        background(h1, h2);
    }

    /** The first host sees that the second is off the store. */
    void missH2() {
        h1.store().expireLeases();
        h1.background();
        Await.until(
                "h2 is missed",
                () -> h1.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("dead")));
    }

    Set<String> recordsOfH2() {
        return h1.store().list("").entries().stream()
                .map(e -> e.key())
                .filter(key -> key.contains("/h2/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    void assertOnline() {
        assertThat(h1.isAway()).isFalse();
        assertThat(h2.isAway()).isFalse();
    }
}
