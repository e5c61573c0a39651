package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host that was taken for dead and forgotten, but was only asleep: it wakes up with its line to the store and its
 * containers.
 */
@Timeout(60)
class ForeignDeletesTest extends StepByStep {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/24");

    ForeignDeletesTest() {
        super(0);
    }

    private void forgetH2() {
        h1.background();
        missH2();
        h1.time.pass(Duration.ofSeconds(5));
        h1.driver().cluster().forget("h2");
        h1.background();
    }

    @Test
    void whatWasDeletedIsPutBack() {
        Network network = h2.createNetwork(LAN);
        Container container = h2.run(network);
        background();
        Set<String> before = recordsOfH2();
        forgetH2();
        assertThat(recordsOfH2()).isEmpty();
        assertThat(h1.claim(container.ip().toString())).isEmpty();
        background();
        assertThat(recordsOfH2()).isEqualTo(before);
        assertThat(h1.claim(container.ip().toString()))
                .hasValueSatisfying(c -> assertThat(c.host()).hasValue("h2"))
                .flatMap(ClaimView::endpoint)
                .hasValue(container.endpoint());
        assertThat(h2.ourLinks()).contains(container.hostEnd());
    }

    /** After it has read everything, and before all that it did alone has been sent. */
    @Test
    void whatIsDeletedWhileTheHostCatchesUpIsPutBack() {
        Network network = h2.createNetwork(LAN);
        Container container = h2.run(network);
        Container stopped = h2.run(network);
        background();
        h2.line().cut();
        h2.background();
        h2.driver().network().deleteEndpoint(network.id(), stopped.endpoint());
        h2.line().meanwhile(() -> {
            h2.line().meanwhile(() -> {});
            forgetH2();
            h2.line().deliver(h2.store());
        });
        h2.line().mend();
        background();
        assertThat(h2.isAway()).isFalse();
        background();
        assertThat(h1.claim(container.ip().toString()))
                .hasValueSatisfying(c -> assertThat(c.host()).hasValue("h2"))
                .flatMap(ClaimView::endpoint)
                .hasValue(container.endpoint());
    }

    @Test
    void anAddressThatAnotherHasByThenIsGivenUp() {
        Network network = h2.createNetwork(LAN);
        Container container = h2.run(network);
        Network theirs = h1.createNetwork(LAN);
        background();
        forgetH2();
        Container other = h1.run(theirs, container.ip().toString());
        background();
        assertThat(h1.claim(other.ip().toString())).flatMap(ClaimView::endpoint).hasValue(other.endpoint());
        assertThat(h2.ourLinks()).doesNotContain(container.hostEnd());
    }
}
