package io.patchbay.core.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.IpamDriver.PoolRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scope global: a leader that is new, or was lost in the middle. */
final class SwarmLeaderTest extends SwarmNodes {
    @Test
    void aNewLeaderTellsEverythingAgainAndRealDuplicatesAreCaught() {
        String pool = allocate(first, ID, Map.of());
        String vip = any(first, pool);
        String used = any(first, pool);
        second.run(onNode(second, ID), used);
        String same = allocate(second, ID, SERIAL);
        assertThat(same).isEqualTo(pool);
        exactly(second, same, vip);
        exactly(second, same, used);
        assertThatThrownBy(() -> exactly(second, same, used)).isInstanceOf(PatchbayException.class);
        assertThatThrownBy(() -> exactly(second, same, vip)).hasMessageContaining("allocated by the swarm's leader");
        assertThat(any(second, same)).isNotIn(vip, used);
    }

    @Test
    void whatALeaderNeverCommittedEndsAndWhatItToldDoesNot() {
        String pool = allocate(first, ID, Map.of());
        String vip = any(first, pool);
        String lost = any(first, pool);
        String used = any(first, pool);
        second.run(onNode(second, ID), used);
        exactly(second, allocate(second, ID, SERIAL), vip);
        second.driver().reconcile();
        assertOwner(lost, "@swarm");
        first.time.pass(Duration.ofMinutes(11));
        second.driver().reconcile();
        assertOwner(lost, "nobody");
        assertOwner(vip, "@swarm");
        assertOwner(used, "h2");
    }

    @Test
    void aPoolOfALeaderThatCrashedAtOnceIsReleased() {
        first.ipam()
                .requestPool(new PoolRequest(
                        IpamDriver.GLOBAL_SPACE,
                        Optional.of(Subnet.parse(World.LAN)),
                        Optional.empty(),
                        Map.of(),
                        false));
        first.driver().reconcile();
        assertThat(left()).isNotEmpty();
        first.time.pass(Duration.ofMinutes(11));
        first.driver().reconcile();
        assertNothingIsLeft();
    }

    @Test
    void aSecondNetworkOnThePoolIsNoReplayAndKeepsItWhenTheFirstGoes() {
        String other = "ok8v3v25zvsuvg93e1f7cpoqq";
        String pool = allocate(first, ID, Map.of());
        String vip = any(first, pool);
        assertThat(allocate(first, other, Map.of())).isEqualTo(pool);
        first.time.pass(Duration.ofMinutes(11));
        first.driver().reconcile();
        assertOwner(vip, "@swarm");
        assertThatThrownBy(() -> exactly(first, pool, vip)).isInstanceOf(PatchbayException.class);
        free(first, other, pool);
        assertOwner(vip, "@swarm");
        assertOwner(GATEWAY, "h1");
        free(first, ID, pool);
        assertNothingIsLeft();
    }
}
