package io.patchbay.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.store.Value;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A host whose own disk fails while the store that it shares with others is well. */
final class OwnDiskTest extends StepByStep {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/24");

    OwnDiskTest() {
        super(0);
    }

    private static String key(Container container) {
        return "claims/default~10.77.0.0_24/" + container.ip();
    }

    private List<String> failing() {
        return h1.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("own-disk"))
                .map(Finding::message)
                .toList();
    }

    private static void assertDiskFails(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DISK))
                .hasMessageStartingWith("this host's own disk (")
                .hasMessageContaining("cannot be written");
    }

    @Test
    void anAddressThatTheDiskCannotForgetIsNotGivenUp() {
        Network network = h1.createNetwork(LAN);
        Container container = h1.run(network);
        background();
        h1.failDisk(true);
        assertDiskFails(() -> h1.stop(container));
        background();
        assertThat(h1.isAway()).isFalse();
        assertThat(failing()).singleElement().satisfies(m -> assertThat(m).contains("own disk"));
        assertThat(h1.driver().inspection().gauges()).containsEntry("own_disk_failing", 1L);
        assertThat(h2.claim(container.ip().toString())).map(ClaimView::state).hasValue("releasing");
        h1.failDisk(false);
        h1.ipam().releaseAddress(network.poolId(), container.ip());
        assertThat(h1.onDisk("mirror/" + key(container))).isEmpty();
        background();
        assertThat(h2.claim(container.ip().toString())).map(ClaimView::state).hasValue("held");
        assertThat(failing()).isEmpty();
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenWhenTheDiskWorksAgain() {
        Network network = h1.createNetwork(LAN);
        background();
        h1.failDisk(true);
        Container container = h1.run(network);
        background();
        assertThat(h1.isAway()).isFalse();
        h1.failDisk(false);
        background();
        assertThat(h1.onDisk("mirror/" + key(container))).isPresent();
    }

    @Test
    void whatIsToBePutBackIsPutBackWhenTheDiskWorksAgain() {
        h2.run(h2.createNetwork(LAN));
        background();
        Set<String> before = recordsOfH2();
        missH2();
        h1.driver().cluster().forget("h2");
        h2.failDisk(true);
        background();
        assertThat(recordsOfH2()).isEmpty();
        assertThat(h2.isAway()).isFalse();
        h2.failDisk(false);
        background();
        assertThat(recordsOfH2()).isEqualTo(before);
    }

    @Test
    void whatTheDiskHasAndNobodyCanReadKeepsNothingFromStarting() {
        Container container = h1.run(h1.createNetwork(LAN));
        background();
        h1.putOnDisk("journal/endpoints/h1/x", Value.of("{\"group\":\"many\"}"));
        h1.putOnDisk("mirror/" + key(container), Value.of("rubbish"));
        h1.line().cut();
        h1.restartDaemonAlone();
        h1.line().mend();
        background();
        assertThat(h1.isAway()).isFalse();
        assertThat(h1.claim(container.ip().toString())).isPresent();
        assertThat(h1.driver().inspection().doctor())
                .filteredOn(f -> f.subject().equals("journal/endpoints/h1/x"))
                .hasSize(1);
    }

    @Test
    void withoutStoreAndDiskAHostSaysThatItIsTheDisk() {
        Network network = h1.createNetwork(LAN);
        Container container = h1.run(network);
        background();
        h1.line().cut();
        background();
        h1.failDisk(true);
        assertDiskFails(() -> h1.driver().network().deleteEndpoint(network.id(), container.endpoint()));
        h1.failDisk(false);
        h1.driver().network().deleteEndpoint(network.id(), container.endpoint());
        h1.line().mend();
        background();
        assertThat(h1.isAway()).isFalse();
        assertThat(h2.claim(container.ip().toString())).map(ClaimView::state).hasValue("releasing");
    }
}
