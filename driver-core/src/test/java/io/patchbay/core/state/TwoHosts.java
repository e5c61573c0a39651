package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two hosts with a network on one LAN, whose store may become another one. */
abstract class TwoHosts {
    static final NetworkPlan LAN =
            NetworkPlan.of("10.77.0.0/24").withGateway("10.77.0.254").withAux(Map.of("printer", "10.77.0.5"));

    final World h1 = World.ofClusterStepByStep(2);
    final World h2 = h1.neighbour("h2");
    Network lan1;
    Network lan2;

    @BeforeEach
    void networks() {
        lan1 = h1.createNetwork(LAN);
        h2.background();
        lan2 = h2.createNetwork(LAN);
        background(h1, h2);
        background(h1, h2);
    }

    @AfterEach
    void close() {
        h2.close();
        h1.close();
    }

    static void background(World... hosts) {
        for (int i = 0; i < 4; i++) {
            for (World host : hosts) {
                host.background();
            }
        }
    }

    Optional<String> ownerOf(Container container) {
        background(h1, h2);
        Optional<String> first = ownerAsSeenBy(h1, container);
        assertThat(ownerAsSeenBy(h2, container)).isEqualTo(first);
        return first;
    }

    static Optional<String> ownerAsSeenBy(World host, Container container) {
        return host.claim(container.ip().toString())
                .filter(c -> c.endpoint().equals(Optional.of(container.endpoint())))
                .flatMap(ClaimView::host);
    }

    void assertNear() {
        assertThat(h1.isAway()).isFalse();
        assertThat(h2.isAway()).isFalse();
    }
}
