package io.patchbay.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.inspect.Inspection.HostView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import org.junit.jupiter.api.Test;

/** Hosts as operators see them. */
class HostViewsTest {
    @Test
    void whatAHostKeepsAsideIsNoAddressOfItsContainers() {
        try (World h1 = World.ofCluster(3)) {
            Network lan = h1.createNetwork(NetworkPlan.of(World.LAN));
            h1.run(lan);
            Await.until(
                    "the reserve is full",
                    () -> h1.driver().inspection().claims().stream()
                                    .map(ClaimView::state)
                                    .filter("spare"::equals)
                                    .count()
                            == 3);
            assertThat(h1.driver().inspection().hosts())
                    .extracting(HostView::claims)
                    .containsExactly(1L);
        }
    }
}
