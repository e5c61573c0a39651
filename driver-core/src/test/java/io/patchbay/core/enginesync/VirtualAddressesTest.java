package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver.IpamData;
import io.patchbay.core.contract.NetworkDriver.NetworkRequest;
import io.patchbay.core.contract.NetworkDriver.NetworkSettings;
import io.patchbay.core.engine.EngineService;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.testkit.Await;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services in VIP mode on a network of scope global, as a manager's daemon finds them. */
final class VirtualAddressesTest {
    private static final EngineService VIRTUAL = new EngineService("s1", "web", "vip", List.of("other", "ours"));
    private static final EngineService ROUND_ROBIN = new EngineService("s1", "web", "dnsrr", List.of("ours"));

    private final World world = World.ofSwarm();

    @AfterEach
    void close() {
        world.close();
    }

    private static void allocate(World leader) {
        IpamData data = new IpamData(IpamDriver.GLOBAL_SPACE, Subnet.parse(World.LAN), Optional.empty(), Map.of());
        leader.driver()
                .network()
                .allocateNetwork(new NetworkRequest("ours", new NetworkSettings(false, Map.of()), List.of(data)));
    }

    private static List<Finding> findings(World world) {
        return world.driver().inspection().doctor().stream()
                .filter(f -> f.check().equals("service-vip"))
                .toList();
    }

    private List<String> names() {
        return world.driver().inspection().servicesWithoutAnsweringVip();
    }

    @Test
    void onlyVipModeOnANetworkOfOursIsFoundAndTheRemedyIsNamed() {
        allocate(world);
        world.engine.manage(
                VIRTUAL,
                new EngineService("s2", "quiet", "dnsrr", List.of("ours")),
                new EngineService("s3", "elsewhere", "vip", List.of("other")));
        world.driver().engineRound();
        assertThat(names()).containsExactly("web");
        assertThat(findings(world)).hasSize(1);
        assertThat(findings(world).get(0).severity()).isEqualTo(Severity.FAIL);
        assertThat(findings(world).get(0).message()).startsWith("service web is in VIP mode");
        assertThat(findings(world).get(0).advice()).contains("--endpoint-mode dnsrr web", "tasks.web");
    }

    @Test
    void aJobThatFailsKeepsNoneOfTheOthersFromItsTurn() {
        world.run(world.createNetwork(NetworkPlan.of("10.78.0.0/24")));
        allocate(world);
        world.engine.manage(VIRTUAL);
        world.engine.failAttachments(new IllegalStateException("a container without a name"));
        assertThatThrownBy(() -> world.driver().engineRound()).hasMessageContaining("without a name");
        assertThat(names()).containsExactly("web");
    }

    @Test
    void whatIsMendedIsFoundNoMore() {
        allocate(world);
        world.engine.manage(VIRTUAL);
        world.driver().engineRound();
        world.engine.manage(ROUND_ROBIN);
        world.driver().engineRound();
        assertThat(names()).isEmpty();
        assertThat(findings(world)).isEmpty();
        world.engine.manage(VIRTUAL);
        world.driver().engineRound();
        world.driver().network().freeNetwork("ours");
        world.driver().engineRound();
        assertThat(names()).as("its network is gone").isEmpty();
    }

    @Test
    void aManagerLooksMoreOftenAndNobodyElse() {
        assertThat(world.driver().engineRound()).isEqualTo(Duration.ofMinutes(1));
        world.engine.manage();
        assertThat(world.driver().engineRound()).as("no network of ours").isEqualTo(Duration.ofMinutes(1));
        allocate(world);
        assertThat(world.driver().engineRound()).isEqualTo(Duration.ofSeconds(15));
        try (World worker = world.neighbour("h2")) {
            assertThat(worker.driver().engineRound()).isEqualTo(Duration.ofMinutes(1));
            assertThat(findings(worker)).isEmpty();
        }
    }

    @Test
    void anEngineThatDoesNotTellItsServicesIsAFindingAndStopsNothingElse() {
        allocate(world);
        world.engine.manage(VIRTUAL);
        world.driver().engineRound();
        world.engine.failServices(
                new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "the swarm does not have a leader"));
        world.driver().engineRound();
        assertThat(findings(world)).extracting(Finding::severity).containsExactly(Severity.FAIL, Severity.WARN);
        assertThat(findings(world).get(1).message()).contains("not known: the swarm does not have a leader");
        assertThat(world.driver().engine().trouble()).isEmpty();
        world.engine.manage();
        world.driver().engineRound();
        assertThat(findings(world)).isEmpty();
    }

    @Test
    void theAllocationOfANetworkIsFollowedByALook() {
        try (World leader = world.neighbour("h2", Sharing.LIVE)) {
            Await.until("the first round", () -> leader.engine.lists() > 0);
            leader.engine.manage(VIRTUAL);
            allocate(leader);
            Await.until("the service is named", () -> !findings(leader).isEmpty());
        }
    }
}
