package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the options of {@code docker network create} promise, and what is refused. */
@InLab
@Tag("core")
final class NetworksTest {
    private final Lab lab;
    private final Docker docker;

    NetworksTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void internalNetworkHasNoWayOut() {
        docker.network("inner", "10.79.0.0/24", "--internal");
        docker.sleeper("c1", "inner");
        docker.sleeper("c2", "inner");
        assertThat(docker.exec("c1", "ip", "route")).doesNotContain("default");
        assertThat(docker.exec("c1", "ip", "link")).doesNotContain("eth1");
        assertThat(docker.ok("network", "ls")).doesNotContain("docker_gwbridge");
        docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "inner"));
        assertThat(docker.run("exec", "c1", "ping", "-c", "1", "-W", "1", Lab.PRINTER)
                        .exit())
                .isNotZero();
    }

    @Test
    void mtuIsTheContainersAloneAndFramesOfExactlyItPass() {
        docker.lan("lan", "-o", "com.docker.network.driver.mtu=1400");
        docker.sleeper("c1", "lan");
        assertThat(docker.link("c1")).contains("mtu 1400");
        assertThat(new Leftovers(lab).links())
                .isNotEmpty()
                .allSatisfy(l -> assertThat(l.path("mtu").asInt()).isEqualTo(1500));
        assertThat(lab.inHostNetwork("ip", "link", "show", "br0").text()).contains("mtu 1500");
        // 20 bytes of IP and 8 of ICMP stand before the payload
        Command.Result ping =
                lab.onPrinter("ping", "-n", "-c", "1", "-W", "3", "-M", "do", "-s", "1372", docker.ip("c1", "lan"));
        assertThat(ping.exit()).as(ping.toString()).isZero();
    }

    @Test
    void routesGatewayAndInterfaceNameAreOptions() {
        docker.lan(
                "lan",
                "-o",
                "io.patchbay.routes=10.9.0.0/16 via 10.77.0.11",
                "-o",
                "io.patchbay.gateway=none",
                "-o",
                "com.docker.network.container_iface_prefix=lan");
        docker.sleeper("c1", "lan");
        assertThat(docker.exec("c1", "ip", "route"))
                .contains("10.9.0.0/16 via 10.77.0.11 dev lan0")
                .doesNotContain("default");
        assertThat(docker.ok("network", "ls")).doesNotContain("docker_gwbridge");
    }

    @Test
    void mistakesAreRefusedInOneSentenceAndLeaveNothing() {
        docker.refuses(
                "option \"mut\" is not known; known are",
                Docker.creation("lan", "--subnet", Lab.SUBNET, "-o", "mut=1"));
        docker.refuses(
                "bridge br9 does not exist on host h1",
                Docker.creation("lan", "--subnet", Lab.SUBNET, "-o", "parent=br9"));
        docker.refuses(
                "bridge br7 does not exist on host h1",
                Docker.creation("lan", "--subnet", Lab.SUBNET, "-o", "com.docker.network.bridge.name=br7"));
        // an engine that got no answer would ask for ever
        docker.refuses("give --subnet", Docker.creation("lan"));
        new Leftovers(lab).assertNothing();
    }
}
