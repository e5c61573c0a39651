package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator has a host forgotten that comes back just then, before its sign of life is written. */
final class ForgottenWhileComingTest {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/27").withGateway("10.77.0.30");

    private static void rounds(World... hosts) {
        for (int i = 0; i < 4; i++) {
            List.of(hosts).forEach(World::background);
        }
    }

    private static long spares(World host) {
        return host.driver().inspection().claims().stream()
                .filter(c -> c.state().equals("spare") && c.host().orElseThrow().equals(host.host()))
                .count();
    }

    private static void forget(World by, World comes) {
        try {
            by.background();
            // nobody is waited for that long, so that it is near at once
            by.time.pass(Duration.ofSeconds(5));
            by.driver().cluster().forget(comes.host());
        } catch (PatchbayException e) {
            // it is forgotten or alive by now
        }
    }

    @Test
    void itsReserveIsNotGoneByUntilItHasHeard() {
        try (World first = World.ofClusterStepByStep(3);
                World second = first.neighbour("h2")) {
            rounds(first, second);
            Network network = second.createNetwork(LAN);
            rounds(first, second);
            assertThat(spares(second)).isEqualTo(3);

            second.duringStart(() -> forget(first, second));
            second.restartDaemon();
            second.line().meanwhile(() -> {});
            assertThat(first.store().get("alive/h2")).isPresent();
            second.line().cut();
            assertThat(spares(second)).as("what it has not heard of").isEqualTo(3);
            assertThatThrownBy(() -> second.run(network)).hasMessageContaining("none is left");

            second.line().mend();
            rounds(second, first);
            assertThat(spares(second)).isEqualTo(3);
            second.run(network);
        }
    }

    /**
     * What its container had, and it has released alone since, and its reserve, is another host's by now; it comes back
     * and is cut off once more before it has said so.
     */
    @Test
    void whatTheStoreDoesNotHaveIsNotGivenWhileItCatchesUp() {
        try (World first = World.ofClusterStepByStep(3);
                World second = first.neighbour("h2")) {
            rounds(first, second);
            Network network = second.createNetwork(LAN);
            Network others = first.createNetwork(LAN);
            rounds(first, second);
            Container running = second.run(network);
            rounds(first, second);
            second.duringStart(() -> forget(first, second));
            second.restartDaemon();
            second.line().meanwhile(() -> {});
            assertThat(first.store().get("alive/h2")).isPresent();
            second.line().cut();
            second.driver().network().deleteEndpoint(network.id(), running.endpoint());
            second.ipam().releaseAddress(network.poolId(), running.ip());

            second.line().meanwhile(() -> second.line().cut());
            second.line().mend();
            second.background();
            assertThat(second.isAway()).isTrue();
            assertThat(spares(second)).as("what it would put back").isEqualTo(3);
            assertThatThrownBy(() -> second.run(network)).hasMessageContaining("none is left");
            second.line().cut();
            second.restartDaemon();
            assertThatThrownBy(() -> second.run(network)).hasMessageContaining("none is left");

            first.run(others, running.ip().toString());
            second.line().mend();
            rounds(second, first);
            assertThat(second.run(network).ip()).isNotEqualTo(running.ip());
        }
    }
}
