package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers join networks and leave them, and networks in use stay. */
@InLab
@Tag("core")
final class NetworkUseTest {
    private final Lab lab;
    private final Docker docker;

    NetworkUseTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void assertOneDefaultRoute(String container) {
        assertThat(docker.exec(container, "ip", "route").lines().filter(line -> line.startsWith("default")))
                .hasSize(1);
    }

    @Test
    void defaultRouteGoesToTheGateway() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        assertThat(docker.exec("c1", "ip", "route")).contains("default via " + Lab.PRINTER + " dev eth0");
    }

    @Test
    void connectAndDisconnectChangeARunningContainer() {
        docker.lan("lan");
        docker.network("other", "10.78.0.0/24", "--gateway", "10.78.0.254");
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "other");
        docker.ok("network", "connect", "other", "c1");
        assertThat(docker.exec("c1", "ip", "addr", "show", "eth1")).contains(docker.ip("c1", "other") + "/24");
        assertOneDefaultRoute("c1");
        docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "other"));
        lab.assertReachable(docker.ip("c1", "lan"));
        new Leftovers(lab).assertAsEngineKnows();
        docker.ok("network", "disconnect", "lan", "c1");
        assertThat(docker.exec("c1", "ls", "/sys/class/net").lines())
                .contains("eth1")
                .doesNotContain("eth0");
        assertOneDefaultRoute("c1");
        docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "other"));
        new Leftovers(lab).assertAsEngineKnows();
    }

    /** The engine notes a network before it asks for it, and takes that back only while the container does not run. */
    @Test
    void aSecondNetworkOfOneSubnetIsRefusedAndTheContainerRunsOn() {
        docker.lan("lan");
        docker.lan("same", "--ip-range", Lab.NET + ".64/26");
        docker.sleeper("c1", "lan");
        docker.refuses("one network of a subnet only", "network", "connect", "same", "c1");
        lab.assertReachable(docker.ip("c1", "lan"));
        docker.ok("stop", "-t", "0", "c1");
        docker.ok("network", "disconnect", "same", "c1");
        docker.ok("start", "c1");
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void aThousandPublishedPortsAreNoBurden() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "-p", "20000-20999:20000-20999");
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void networkInUseIsNotRemovedAndAfterwardsAllIsFree() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        docker.refuses("has active endpoints", "network", "rm", "lan");
        lab.assertReachable(docker.ip("c1", "lan"));
        docker.ok("rm", "-f", "c1");
        docker.ok("network", "rm", "lan");
        new Leftovers(lab).assertNothing();
    }
}
