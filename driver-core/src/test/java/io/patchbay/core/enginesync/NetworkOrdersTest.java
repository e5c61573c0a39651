package io.patchbay.core.enginesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links.LinkAddress;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.core.testkit.Lans;
import io.patchbay.core.testkit.Sharing;
import io.patchbay.core.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code patchbay network create} and {@code rm} on two hosts. */
final class NetworkOrdersTest extends TwoHosts {
    private static NetworkOrder order(
            String name, boolean swarm, Optional<String> over, Optional<String> range, List<String> subnets) {
        return new NetworkOrder(
                name,
                swarm,
                over,
                range,
                NetworkPlan.Traits.PLAIN,
                subnets,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static NetworkOrder plain(String name) {
        return order(name, false, Optional.empty(), Optional.empty(), List.of(World.LAN));
    }

    private static NetworkOrder swarm(String name) {
        return order(name, true, Optional.empty(), Optional.empty(), List.of(World.LAN));
    }

    private static NetworkPlan plan(World host, String name) {
        return host.engine.find(name).orElseThrow().plan();
    }

    @BeforeEach
    void theFirstIsAManager() {
        one.engine.manage();
    }

    @Test
    void aPlainOneIsMadeHereAndSharedFromHere() {
        assertThat(one.driver().engine().orders().create(plain("lan"))).startsWith("network lan made: ");
        rounds(one, two);
        assertThat(two.engine.find("lan")).isPresent();
        assertThat(one.driver().engine().orders().remove("lan")).isEqualTo("network lan removed");
        rounds(one, two);
        assertThat(two.engine.find("lan")).isEmpty();
    }

    @Test
    void theAnswerSaysWhatOfTheRangeIsTheHosts() {
        String made = one.driver().engine().orders().create(plain("lan"));
        assertThat(made).doesNotContain("container");
        int bridge = one.links.find("br0").orElseThrow().index();
        for (int i = 0; i < 7; i++) {
            one.links.addAddress(new LinkAddress(bridge, Cidr.parse("10.77.0." + (49 + i) + "/24")));
        }
        one.time.pass(Duration.ofSeconds(1));
        assertThat(over("10.77.0.50-10.77.0.50", "web"))
                .endsWith("; 1 of its range goes to no container: 10.77.0.50 is host h1's own address");
        assertThat(over("10.77.0.50-10.77.0.80", "db"))
                .contains("; 6 of its range go to no container: 10.77.0.50 is host h1's own address, 10.77.0.51 is ")
                .endsWith("10.77.0.54 is host h1's own address and so on");
    }

    private String over(String range, String name) {
        return one.driver()
                .engine()
                .orders()
                .create(order(name, false, Optional.of("lan"), Optional.of(range), List.of()));
    }

    @Test
    void oneOverAnotherHasItsSubnetAndGatewayAndARangeOfItsOwn() {
        one.engine.create(Lans.LAN);
        rounds(one);
        one.driver()
                .engine()
                .orders()
                .create(order("web", false, Optional.of("lan"), Optional.of("10.77.0.50-10.77.0.52"), List.of()));
        assertThat(plan(one, "web").ipam().ranges().get(0).subnet()).isEqualTo(World.LAN);
        assertThat(one.run("web", "c1").ip()).hasToString("10.77.0.50");
        assertThat(one.driver().inspection().pools()).hasSize(1);
    }

    @Test
    void aSwarmNetworkTakesItsAddressesFromAConfigOnlyOneOnEveryHost() {
        one.driver().engine().orders().create(swarm("svc"));
        NetworkPlan made = plan(one, "svc");
        assertThat(made.scope()).isEqualTo("swarm");
        assertThat(made.configFrom()).contains("svc-config");
        assertThat(made.traits().attachable()).isTrue();
        rounds(one, two);
        assertThat(plan(two, "svc-config").traits().configOnly()).isTrue();
        assertThat(plan(two, "svc-config").ipam().driver()).isEqualTo("patchbay");
        assertThat(two.engine.find("svc")).isEmpty();
        int before = one.engine.changes() + two.engine.changes();
        rounds(one, two);
        assertThat(one.engine.changes() + two.engine.changes()).isEqualTo(before);
        one.driver().engine().orders().remove("svc");
        rounds(one, two);
        assertThat(one.engine.find("svc")).isEmpty();
        assertThat(one.engine.find("svc-config")).isEmpty();
        assertThat(two.engine.find("svc-config")).isEmpty();
    }

    /** Its nodes would be told at their first task, when the network is there. */
    @Test
    void withoutAGatewayThatAnybodyKnowsASwarmNetworkIsRefusedAtOnceOnAnOldEngine() {
        one.engine.beOld();
        assertThatThrownBy(() -> one.driver().engine().orders().create(swarm("svc")))
                .hasMessageStartingWith("no gateway is known for subnet " + World.LAN)
                .hasMessageContaining("give --gateway");
        assertThat(one.engine.find("svc-config")).isEmpty();
        // what the pool has is what the nodes will find
        one.engine.create(Lans.LAN);
        rounds(one, two);
        one.driver().engine().orders().create(swarm("svc"));
        assertThat(one.engine.find("svc")).isPresent();
    }

    /** The network may be there all the same, and would be without addresses. */
    @Test
    void theConfigurationOfASwarmNetworkStaysWhenTheEngineDoesNotAnswerInTime() {
        one.engine.failAfterCreateOf("svc", new PatchbayException(Kind.TIMEOUT, "no complete answer within 60 s"));
        assertThatThrownBy(() -> one.driver().engine().orders().create(swarm("svc")))
                .hasMessageContaining("it is not known whether the engine has made network svc, so svc-config stays")
                .hasMessageContaining("within 60 s");
        rounds(one, two);
        assertThat(one.engine.find("svc")).isPresent();
        assertThat(one.engine.find("svc-config")).isPresent();
        assertThat(two.engine.find("svc-config")).isPresent();
    }

    @Test
    void labelsStandInTheConfigurationAndInternalInTheNetwork() {
        one.driver()
                .engine()
                .orders()
                .create(new NetworkOrder(
                        "svc",
                        true,
                        Optional.empty(),
                        Optional.of("10.77.0.50-10.77.0.52"),
                        new NetworkPlan.Traits(true, true, false, false, false, false),
                        List.of(World.LAN),
                        List.of(),
                        List.of("10.77.0.254"),
                        Map.of(),
                        Map.of("com.docker.network.driver.mtu", "1400"),
                        Map.of(),
                        Map.of("keep", "")));
        rounds(one, two);
        assertThat(plan(one, "svc").traits().internal()).isTrue();
        assertThat(plan(one, "svc").labels()).isEmpty();
        NetworkPlan config = plan(two, "svc-config");
        assertThat(config.traits().internal()).isFalse();
        assertThat(config.labels()).containsKey("keep");
        assertThat(config.options()).containsEntry("com.docker.network.driver.mtu", "1400");
        assertThat(config.ipam().options()).containsEntry("io.patchbay.range", "10.77.0.50-10.77.0.52");
    }

    @Test
    void whereNoManagerIsNothingOfASwarmIsMadeOrRemoved() {
        assertThatThrownBy(() -> two.driver().engine().orders().create(swarm("svc")))
                .hasMessage(
                        "network svc is to be one of a swarm, and this host's engine is no manager of one; say it on"
                                + " a manager");
        one.driver().engine().orders().create(swarm("svc"));
        rounds(one, two);
        assertThatThrownBy(() -> two.driver().engine().orders().remove("svc"))
                .hasMessageContaining("say it on a manager, or remove svc-config if nothing needs it any more");
        rounds(one, two);
        assertThat(two.engine.find("svc-config")).isPresent();
        assertThat(one.engine.find("svc")).isPresent();
        one.engine.remove(one.engine.find("svc").orElseThrow().id());
        two.driver().engine().orders().remove("svc-config");
        rounds(one, two);
        assertThat(one.engine.find("svc-config")).isEmpty();
    }

    @Test
    void aNetworkOfOneHostTakesNoConfigurationWithIt() {
        one.driver().engine().orders().create(swarm("svc"));
        rounds(one, two);
        two.engine.create(Lans.foreign("svc"));
        two.driver().engine().orders().remove("svc");
        rounds(one, two);
        assertThat(two.engine.find("svc")).isEmpty();
        assertThat(two.engine.find("svc-config")).isPresent();
    }

    @Test
    void withScopeGlobalASwarmNetworkIsOneAndNeedsNoConfiguration() {
        try (World node = World.ofSwarm()) {
            assertThatThrownBy(() -> node.driver().engine().orders().create(plain("lan")))
                    .hasMessageContaining("say --swarm");
            node.engine.manage();
            assertThat(node.driver().engine().orders().create(swarm("svc")))
                    .startsWith("network svc made for the swarm: ");
            assertThat(plan(node, "svc").scope()).isEqualTo("swarm");
            assertThat(plan(node, "svc").traits().attachable()).isTrue();
            assertThat(plan(node, "svc").ipam().driver()).isEqualTo("patchbay");
            assertThat(node.engine.find("svc-config")).isEmpty();
            node.driver().engine().orders().remove("svc");
            assertThat(node.engine.find("svc")).isEmpty();
        }
    }

    @Test
    void whatIsMadeAnewAfterItsEndIsThereAgain() {
        one.driver().engine().orders().create(swarm("svc"));
        one.driver().engine().orders().remove("svc");
        one.driver().engine().orders().create(swarm("svc"));
        rounds(one, two);
        assertThat(two.engine.find("svc-config")).isPresent();
    }

    @Test
    void besideAConfigurationThatAHostCannotLetGoOnlyTheSameIsMade() {
        one.driver().engine().orders().create(swarm("svc"));
        rounds(one, two);
        two.engine.attach("svc-config", "e1", "what the engine forgot");
        one.driver().engine().orders().remove("svc");
        rounds(one, two);
        NetworkOrder other =
                order("svc", true, Optional.empty(), Optional.of("10.77.0.50-10.77.0.52"), List.of(World.LAN));
        assertThatThrownBy(() -> one.driver().engine().orders().create(other))
                .hasMessageStartingWith("the svc-config of before, with other settings, is still on host h2; give the"
                        + " network another name, or the same settings");
        assertThat(one.engine.find("svc")).isEmpty();
        one.driver().engine().orders().create(swarm("svc"));
        rounds(one, two);
        assertThat(one.engine.find("svc")).isPresent();
    }

    @Test
    void aSwarmNetworkThatTheEngineRefusesLeavesNothing() {
        one.engine.create(Lans.foreign("svc"));
        assertThatThrownBy(() -> one.driver().engine().orders().create(swarm("svc")))
                .hasMessageContaining("already exists");
        rounds(one, two);
        assertThat(one.engine.find("svc-config")).isEmpty();
        assertThat(two.engine.find("svc-config")).isEmpty();
    }

    @Test
    void aContradictionIsRefusedInOneSentence() {
        assertThatThrownBy(() -> order("x", false, Optional.empty(), Optional.empty(), List.of()))
                .hasMessage("network x needs --subnet, or --over NETWORK to share that network's");
        assertThatThrownBy(() -> order("x", false, Optional.of("lan"), Optional.empty(), List.of()))
                .hasMessage("network x over lan needs --range FIRST-LAST of its own");
        assertThatThrownBy(() -> one.driver()
                        .engine()
                        .orders()
                        .create(order("x", false, Optional.of("lan"), Optional.of("10.77.0.5"), List.of())))
                .hasMessageContaining("has no network lan");
        assertThatThrownBy(() -> one.driver().engine().orders().remove("x"))
                .isInstanceOf(PatchbayException.class)
                .hasMessage("there is no network x");
        World alone = host("h3", Sharing.OFF);
        alone.engine.manage();
        assertThatThrownBy(() -> alone.driver().engine().orders().create(swarm("x")))
                .hasMessageContaining("--replicate on");
    }

    @Test
    void theSameIsSaidAsADockerCommand() {
        NetworkOrder order = new NetworkOrder(
                "lan",
                false,
                Optional.empty(),
                Optional.empty(),
                new NetworkPlan.Traits(false, true, true, true, false, false),
                List.of("10.77.0.0/24", "fd77::/64"),
                List.of("10.77.0.224/27"),
                List.of("10.77.0.1"),
                Map.of("printer", "10.77.0.5"),
                Map.of("io.patchbay.routes", "10.9.0.0/16 via 10.77.0.2"),
                Map.of(),
                Map.of("who", "it's me"));
        assertThat(one.driver().engine().orders().command(order))
                .contains("docker network create -d patchbay --ipam-driver patchbay --ipv6 --attachable"
                        + " --subnet 10.77.0.0/24 --ip-range 10.77.0.224/27 --gateway 10.77.0.1"
                        + " --aux-address printer=10.77.0.5 --subnet fd77::/64"
                        + " -o 'io.patchbay.routes=10.9.0.0/16 via 10.77.0.2' --label 'who=it'\\''s me' lan");
        assertThat(one.driver().engine().orders().command(swarm("svc"))).isEmpty();
    }
}
