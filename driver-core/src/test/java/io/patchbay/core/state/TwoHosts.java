package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** Two hosts with a network on one LAN, whose store may become another one. */
abstract class TwoHosts extends StepByStep {
    static final NetworkPlan LAN =
            NetworkPlan.of("10.77.0.0/24").withGateway("10.77.0.254").withAux(Map.of("printer", "10.77.0.5"));

    Network lan1;
    Network lan2;

    TwoHosts() {
        super(2);
    }

    @BeforeEach
    void networks() {
        lan1 = h1.createNetwork(LAN);
        h2.background();
        lan2 = h2.createNetwork(LAN);
        background();
        background();
    }

    Optional<String> ownerOf(Container container) {
        background();
        Optional<String> first = ownerAsSeenBy(h1, container);
        assertThat(ownerAsSeenBy(h2, container)).isEqualTo(first);
        return first;
    }

    static Optional<String> ownerAsSeenBy(World host, Container container) {
        return host.claim(container.ip().toString())
                .filter(c -> c.endpoint().equals(Optional.of(container.endpoint())))
                .flatMap(ClaimView::host);
    }
}
