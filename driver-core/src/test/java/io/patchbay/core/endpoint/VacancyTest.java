package io.patchbay.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.FakeLinks.Verb;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that boots and does not reach the store: whether somebody has its containers' addresses the LAN tells. */
final class VacancyTest {
    private static final String ADDRESS = "10.77.0.9";
    private static final MacAddress HEIR = MacAddress.parse("02:50:0a:4d:00:09");

    private final World world = World.ofClusterStepByStep(0);
    private final Network network =
            world.createNetwork(NetworkPlan.of(World.LAN).withGateway("10.77.0.254"));

    @AfterEach
    void close() {
        world.close();
    }

    private void bootWithoutTheStore() {
        Container container = world.run(network, ADDRESS);
        world.links.destroySandbox(container.hostEnd());
        world.line().cut();
        world.restartDaemon();
        assertThat(world.isAway()).isTrue();
        world.stop(container);
    }

    @Test
    void anAddressThatSomebodyOnTheLanHasIsNotUsedAgain() {
        bootWithoutTheStore();
        world.links.addStation(IpAddress.parse(ADDRESS), HEIR);
        assertThatThrownBy(() -> world.run(network, ADDRESS))
                .isInstanceOfSatisfying(
                        PatchbayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining(HEIR.toString());
        assertThat(world.ourLinks()).isEmpty();
    }

    @Test
    void anAddressThatNobodyAnswersForIsUsedAgain() {
        bootWithoutTheStore();
        Container again = world.run(network, ADDRESS);
        assertThat(world.links.probed()).contains(IpAddress.parse(ADDRESS));
        assertThat(world.links.find(again.hostEnd())).isPresent();
    }

    @Test
    void aLanThatCannotBeAskedKeepsNoContainerDown() {
        bootWithoutTheStore();
        world.links.failNext(Verb.PROBE, new PatchbayException(Kind.UNAVAILABLE, "br0 is down"));
        assertThat(world.links.find(world.run(network, ADDRESS).hostEnd())).isPresent();
    }

    @Test
    void aJoinDoesNotAskTheLanWhileTheStoreIsThere() {
        String endpoint = world.newId();
        world.createEndpoint(network, endpoint, world.requestAddress(network.poolId(), ""));
        int before = world.links.calls(Verb.PROBE);
        world.driver().network().join(network.id(), endpoint, "/" + endpoint);
        assertThat(world.links.calls(Verb.PROBE)).isEqualTo(before);
    }
}
