package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.Lans;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a network is told to other hosts. */
final class SharedPlanTest {
    @ParameterizedTest
    @CsvSource({
        "10.210.0.0/24, 10.210.0.0, ''",
        "10.210.0.0/24, 10.210.0.1, 10.210.0.1",
        "fd21::/64, fd21::/64, ''",
        "fd21::/64, fd21::1/64, fd21::1/64",
        "10.210.0.0/31, 10.210.0.0, 10.210.0.0"
    })
    void whatStoodForNoGatewayIsNone(String subnet, String shown, String told) {
        NetworkPlan plan = Lans.LAN.withRanges(
                List.of(new NetworkPlan.Range(subnet, Optional.empty(), Optional.of(shown), Map.of())));
        assertThat(SharedPlan.of(new EngineNetwork("id", plan), "patchbay")
                        .ipam()
                        .ranges())
                .extracting(range -> range.gateway().orElse(""))
                .containsExactly(told);
    }
}
