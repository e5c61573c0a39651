package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.inspect.Inspection.ClaimView;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Scope global: while the store is away, nodes that are gone, and the reserve. */
final class SwarmOutageTest extends SwarmNodes {
    private void mendSecond() {
        second.line().mend();
        Await.until("contact", () -> !second.isAway());
    }

    @Test
    void whatANodeReleasesWhileTheStoreIsAwayGoesToTheLeaderAfter() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        second.line().cut();
        second.stop(task);
        assertThatThrownBy(() -> second.run(network, address)).hasMessageContaining("allocated by the swarm's leader");
        assertThat(any(first, pool)).isNotEqualTo(address);
        assertOwner(address, "h2");
        mendSecond();
        assertOwner(address, "h2");
        second.reconcileAfterGrace();
        assertOwner(address, "@swarm");
    }

    @Test
    void theReleaseDuringWhichTheStoreIsLostIsRememberedToo() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        Network network = onNode(second, ID);
        Container task = second.run(network, address);
        second.driver().network().leave(network.id(), task.endpoint());
        second.driver().network().deleteEndpoint(network.id(), task.endpoint());
        second.line().cut();
        second.driver().ipam().releaseAddress(network.poolId(), task.ip());
        assertOwner(address, "h2");
        mendSecond();
        second.reconcileAfterGrace();
        assertOwner(address, "@swarm");
    }

    @Test
    void whatTheLeaderGivesUpWhileTheNodeIsAwayEndsWithTheNodesClaim() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        Container task = second.run(onNode(second, ID), address);
        second.line().cut();
        second.stop(task);
        release(first, pool, address);
        mendSecond();
        second.reconcileAfterGrace();
        assertOwner(address, "nobody");
    }

    @Test
    void aNodeThatIsAwayTakesNothingOver() {
        String address = any(first, allocate(first, ID, Map.of()));
        Network network = onNode(second, ID);
        Await.until("h2 hears of the claim", () -> second.claim(address).isPresent());
        second.line().cut();
        assertThatThrownBy(() -> second.run(network, address)).hasMessageContaining("cannot be reached");
        assertOwner(address, "@swarm");
    }

    @Test
    void aLeaderThatIsAwayNeitherGivesNorTakesBack() {
        String pool = allocate(first, ID, Map.of());
        String address = any(first, pool);
        first.line().cut();
        assertThatThrownBy(() -> any(first, pool)).hasMessageContaining("cannot be reached");
        assertThatThrownBy(() -> release(first, pool, address)).hasMessageContaining("cannot be reached");
        assertThatThrownBy(() -> first.driver().network().freeNetwork(ID)).hasMessageContaining("cannot be reached");
        first.line().mend();
        Await.until("contact", () -> !first.isAway());
        assertOwner(address, "@swarm");
        release(first, pool, address);
        free(first, ID, pool);
        assertNothingIsLeft();
    }

    @Test
    void aForgottenNodesAddressIsTheLeadersAgainAndTheSwarmIsNoHost() {
        String address = any(first, allocate(first, ID, Map.of()));
        second.run(onNode(second, ID), address);
        second.close();
        Await.until(
                "h2 is missed",
                () -> first.driver().inspection().hosts().stream()
                        .anyMatch(h -> h.host().equals("h2") && h.status().equals("dead")));
        first.time.pass(Duration.ofSeconds(5));
        first.driver().cluster().forget("h2");
        assertOwner(address, "@swarm");
        assertThat(first.driver().inspection().hosts())
                .extracting(h -> h.host())
                .containsExactly("h1");
        assertThatThrownBy(() -> first.driver().cluster().forget("@swarm")).hasMessageContaining("no host");
    }

    private static List<String> spares(World host) {
        return host.driver().inspection().claims().stream()
                .filter(claim -> claim.state().equals("spare"))
                .map(ClaimView::address)
                .toList();
    }

    @Test
    void aNodeKeepsNoReserve() {
        allocate(first, ID, Map.of());
        onNode(second, ID);
        second.driver().reconcile();
        assertThat(spares(second)).isEmpty();
    }

    @Test
    void theLeaderGetsWhatHostsOfScopeLocalKeepInReserve() {
        String pool = allocate(first, ID, Map.of("io.patchbay.range", "10.77.0.248-10.77.0.253"));
        try (World local = first.neighbourOfScopeLocal("h3")) {
            local.createNetwork(NetworkPlan.of(World.LAN).withGateway(GATEWAY));
            Await.until(
                    "h3's reserve",
                    () -> spares(local).size() == 4 && spares(first).size() == 4);
            local.driver().reconcile();
            String wanted = spares(first).get(0);
            exactly(first, pool, wanted);
            assertOwner(wanted, "@swarm");
            assertThat(List.of(
                            any(first, pool), any(first, pool), any(first, pool), any(first, pool), any(first, pool)))
                    .doesNotContain(wanted)
                    .doesNotHaveDuplicates();
        }
    }
}
