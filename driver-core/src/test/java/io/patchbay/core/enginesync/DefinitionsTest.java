package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.record.Definition;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.MemoryStore;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Line;
import io.patchbay.core.testkit.ManualTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Definitions, on a host whose watch has told it of nothing that others did. */
final class DefinitionsTest {
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
    private final MemoryStore store = new MemoryStore();
    private final State deaf = new State(new Line(store, true), executor);
    private final State other = new State(store, executor);
    private final Definitions definitions = new Definitions(deaf, "h1", new ManualTime(), new Random(1));

    @AfterEach
    void end() {
        deaf.close();
        other.close();
        executor.shutdownNow();
    }

    private Versioned<Definition> removed() {
        deaf.start();
        other.start();
        definitions.define(Lans.LAN.withDrivers("", ""), Optional.empty());
        definitions.remove(definitions.find("lan").orElseThrow());
        return definitions.find("lan").orElseThrow();
    }

    private boolean isThere() {
        return store.get("definitions/lan").isPresent();
    }

    @Test
    void aRemovalThatNobodyNeedsIsForgotten() {
        definitions.forget(removed());
        assertThat(isThere()).isFalse();
    }

    @Test
    void aRemovalIsKeptForANetworkThatThisHostHasNotHeardOf() {
        Versioned<Definition> removed = removed();
        other.change(
                "a network",
                d -> d.put(new NetworkRecord(
                        "n",
                        "h2",
                        "br0",
                        false,
                        false,
                        Map.of(),
                        List.of(),
                        Optional.of("lan"),
                        Optional.of(removed.value().generation()),
                        Instant.EPOCH,
                        Map.of())));
        definitions.forget(removed);
        assertThat(isThere()).isTrue();
        assertThat(deaf.peek(Ref.network("h2", "n"))).isPresent();
    }
}
