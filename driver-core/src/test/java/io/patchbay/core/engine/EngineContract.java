package io.patchbay.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link Engine} keeps. Networks here need no plugin: config-only ones are kept by the engine alone. */
public abstract class EngineContract {
    protected static final NetworkPlan PLAN = new NetworkPlan(
            "contract",
            "null",
            NetworkPlan.LOCAL,
            new NetworkPlan.Traits(false, true, false, false, false, true),
            Optional.empty(),
            Map.of("k", "v"),
            new NetworkPlan.Ipam(
                    "default",
                    Map.of(),
                    List.of(new NetworkPlan.Range(
                            "10.99.0.0/24",
                            Optional.of("10.99.0.128/25"),
                            Optional.of("10.99.0.1"),
                            Map.of("a", "10.99.0.2")))),
            Map.of("x", "y"));

    protected abstract Engine engine();

    private Optional<EngineNetwork> find(String id) {
        return engine().networks().stream().filter(n -> n.id().equals(id)).findFirst();
    }

    @Test
    void whatIsMadeIsListedAsItWasAskedFor() {
        String id = engine().create(PLAN);
        assertThat(find(id)).contains(new EngineNetwork(id, PLAN));
        engine().remove(id);
        assertThat(find(id)).isEmpty();
    }

    @Test
    void aNameIsTakenOnce() {
        String id = engine().create(PLAN);
        assertThatThrownBy(() -> engine().create(PLAN))
                .isInstanceOf(PatchbayException.class)
                .extracting(e -> ((PatchbayException) e).kind())
                .isEqualTo(Kind.CONFLICT);
        assertThat(find(id)).isPresent();
        engine().remove(id);
    }

    @Test
    void aConfigOnlyNetworkIsNeitherInternalNorAttachable() {
        for (NetworkPlan.Traits traits : List.of(
                new NetworkPlan.Traits(true, true, false, false, false, true),
                new NetworkPlan.Traits(false, true, false, true, false, true))) {
            assertThatThrownBy(() -> engine().create(with(traits, Optional.empty())))
                    .isInstanceOf(PatchbayException.class)
                    .hasMessageContaining("configuration network can only contain");
        }
    }

    @Test
    void aNetworkFromAConfigOnlyOneSaysNothingOfItsOwn() {
        assertThatThrownBy(() -> engine().create(with(NetworkPlan.Traits.PLAIN, Optional.of("contract-config"))))
                .isInstanceOf(PatchbayException.class)
                .hasMessageContaining("user specified configurations are not supported");
    }

    private static NetworkPlan with(NetworkPlan.Traits traits, Optional<String> configFrom) {
        return new NetworkPlan(
                "contract",
                configFrom.isPresent() ? "bridge" : "null",
                NetworkPlan.LOCAL,
                traits,
                configFrom,
                Map.of(),
                PLAN.ipam(),
                PLAN.labels());
    }

    @Test
    void removingTwiceIsNotAnError() {
        String id = engine().create(PLAN);
        engine().remove(id);
        engine().remove(id);
    }

    @Test
    void anUnknownNetworkHasNobodyOnIt() {
        assertThat(engine().attachments("0".repeat(64))).isEmpty();
        assertThat(engine().containersOf("0".repeat(64))).isEmpty();
    }

    @Test
    void noContainerAsksForAnAddressThatNoneWasGiven() {
        assertThat(engine().fixedAddresses())
                .noneMatch(f -> f.address().toString().startsWith("10.99.0."));
    }

    @Test
    void withoutASwarmThereAreNeitherServicesNorTasks() {
        assertThat(engine().services()).isEmpty();
        assertThat(engine().tasks()).isEmpty();
    }

    @Test
    void anUnknownContainerIsKilledAlready() {
        engine().kill("0".repeat(64));
    }
}
