package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same subnet named on several hosts is one pool. */
@InLab(hosts = 3)
final class SharedPoolTest {
    private final Lab lab;
    private final Docker one;
    private final Docker two;
    private final Docker three;

    SharedPoolTest(Lab lab) {
        this.lab = lab;
        this.one = lab.host(1).docker();
        this.two = lab.host(2).docker();
        this.three = lab.host(3).docker();
    }

    @Test
    @Tag("core")
    void oneSubnetOnThreeHostsIsOnePoolWithOneGatewayAndOneListOfAuxAddresses() {
        one.localLan("lan", "--aux-address", "nas=10.77.0.129");
        two.localLan("lan");
        three.localLan("lan");
        for (int host = 1; host <= 3; host++) {
            List<JsonNode> pools = lab.host(host).patchbay().list("pools");
            assertThat(pools).as("pools that host %d knows", host).hasSize(1);
            assertThat(pools.get(0).path("subnet").asText()).isEqualTo(Lab.SUBNET);
            assertThat(pools.get(0).path("gateways").toString()).isEqualTo("[\"" + Lab.PRINTER + "\"]");
        }
        two.refuses("10.77.0.129", Docker.trial("lan", "--ip", "10.77.0.129"));
        List<String> addresses = new ArrayList<>();
        for (Docker docker : List.of(one, two, three)) {
            for (String name : List.of("c1", "c2")) {
                docker.sleeper(name, "lan");
                addresses.add(docker.ip(name, "lan"));
            }
        }
        assertThat(addresses).doesNotHaveDuplicates().doesNotContain("10.77.0.129");
        lab.ports().assertAsEnginesKnow();
    }

    @Test
    void whatContradictsThePoolIsRefusedWithTheHostThatDefinedIt() {
        one.localLan("lan");
        two.refuses("h1", Docker.creation("lan", "--subnet", Lab.SUBNET, "--gateway", "10.77.0.1"));
        // inside the subnet of the pool, so it is part of the same LAN
        two.refuses("10.77.0.0/24", Docker.creation("lan", "--subnet", "10.77.0.128/25"));
        assertThat(two.networkIds()).isEmpty();
        new Leftovers(lab).assertAsEngineKnows();
    }

    @Test
    void equalSubnetsOfTwoSegmentsAreTwoPools() {
        lab.host(2).inNetwork("ip", "link", "add", "br7", "type", "bridge").ok();
        try {
            lab.host(2).inNetwork("ip", "link", "set", "br7", "up").ok();
            one.localLan("lan");
            two.localLan("lan", "--ipam-opt", "io.patchbay.segment=cellar", "-o", "com.docker.network.bridge.name=br7");
            one.sleeper("c1", "lan", "--ip", "10.77.0.130");
            two.sleeper("c2", "lan", "--ip", "10.77.0.130");
            assertThat(lab.host(3).patchbay().list("pools"))
                    .extracting(pool -> pool.path("segment").asText())
                    .containsExactlyInAnyOrder("default", "cellar");
            // the other one is on a LAN that the printer is not on
            lab.ports().assertNoDuplicates(List.of("10.77.0.130"));
            new Leftovers(lab).assertAsEngineKnows();
        } finally {
            two.ok("rm", "-f", "c2");
            two.ok("network", "rm", "lan");
            lab.host(2).inNetwork("ip", "link", "del", "br7").ok();
        }
    }

    @Test
    void severalNetworksOverOnePoolKeepToTheirRangesAndRemovingOneFreesNothingOfTheOthers() {
        one.localLan("first", "--ip-range", "10.77.0.32/27");
        one.localLan("second", "--ip-range", "10.77.0.64/27");
        two.network(
                "third", Lab.SUBNET, "--gateway", Lab.PRINTER, "--ipam-opt", "io.patchbay.range=10.77.0.50-10.77.0.52");
        one.sleeper("c1", "first");
        one.sleeper("c2", "second");
        List<String> threes = new ArrayList<>();
        for (String name : List.of("c3", "c4", "c5")) {
            two.sleeper(name, "third");
            threes.add(two.ip(name, "third"));
        }
        assertThat(threes).containsExactlyInAnyOrder("10.77.0.50", "10.77.0.51", "10.77.0.52");
        two.refuses("no address left in pool 10.77.0.0/24 in range 10.77.0.50-10.77.0.52", Docker.trial("third"));
        assertThat(one.ip("c1", "first")).matches("10\\.77\\.0\\.(3[2-9]|4\\d|5[3-9]|6[0-3])");
        one.ok("rm", "-f", "c1");
        one.ok("network", "rm", "first");
        new Leftovers(lab).assertAsEngineKnows();
        one.sleeper("c6", "second");
        assertThat(one.ip("c6", "second")).matches("10\\.77\\.0\\.(6[4-9]|[78]\\d|9[0-5])");
        lab.ports().assertAsEnginesKnow();
    }
}
