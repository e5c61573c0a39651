package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.ArrayList;
import java.util.List;
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

    private void dual(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("--ipv6", "--subnet", "fd00:77::/64"));
        words.addAll(List.of(more));
        docker.lan(name, words.toArray(String[]::new));
    }

    @Test
    void aRoutersLinkLocalAddressIsAWayOut() {
        dual(
                "lan",
                "-o",
                "io.patchbay.gateway6=fe80::1",
                "-o",
                "io.patchbay.routes=2001:db8::/32 via fe80::2, 2001:db9::/32 via fe80::1");
        docker.ok("network", "create", "--ipv6", "--subnet", "fd00:78::/64", "other");
        docker.sleeper("c1", "lan");
        assertThat(docker.exec("c1", "ip", "-6", "route"))
                .contains("2001:db8::/32 via fe80::2 dev eth0", "2001:db9::/32 via fe80::1 dev eth0")
                .contains("default via fe80::1 dev eth0");
        docker.sleeper("c2", "other");
        docker.ok("network", "connect", "lan", "c2");
        assertThat(docker.exec("c2", "ip", "-6", "route"))
                .contains("2001:db8::/32 via fe80::2 dev eth1", "2001:db9::/32 via fe80::1 dev eth1");
        docker.ok("restart", "-t", "0", "c1");
        docker.refuses(
                "which the network does not have",
                Docker.creation("four", "--subnet", "10.78.0.0/24", "-o", "io.patchbay.gateway6=fe80::1"));
    }

    @Test
    void anotherSubnetGivesAddressesWhenOneIsFull() {
        // docker's command hands them over in any order: docker/cli cli/command/network/create.go has them in a map
        docker.network(
                "two", "10.78.0.0/30", "--gateway", "10.78.0.1", "--subnet", "10.79.0.0/30", "--gateway", "10.79.0.1");
        docker.sleeper("c1", "two");
        docker.sleeper("c2", "two");
        String other = docker.ip("c2", "two");
        assertThat(List.of(docker.ip("c1", "two"), other)).containsExactlyInAnyOrder("10.78.0.2", "10.79.0.2");
        String subnet = other.substring(0, "10.78.0.".length());
        assertThat(docker.exec("c2", "ip", "route")).contains("default via " + subnet + "1", subnet + "0/30");
        docker.ok("restart", "-t", "0", "c2");
        assertThat(docker.ip("c2", "two")).isEqualTo(other);
    }

    @Test
    void withoutAGatewayTheHostsOwnWayOutIsTakenOrNoneOrTheNetworkIsRefused() {
        lab.inHostNetwork("ip", "route", "add", "default", "via", Lab.PRINTER).ok();
        try {
            docker.network("lan", Lab.SUBNET, "--ip-range", "10.77.0.128/25");
            docker.sleeper("c1", "lan");
            assertThat(docker.exec("c1", "ip", "route")).contains("default via " + Lab.PRINTER);
        } finally {
            lab.inHostNetwork("ip", "route", "del", "default").ok();
        }
        docker.network("bare", "10.78.0.0/24", "-o", "io.patchbay.gateway=none");
        docker.sleeper("c2", "bare");
        assertThat(docker.exec("c2", "ip", "route")).doesNotContain("default");
        if (Lab.engine().equals("newest")) {
            docker.network("gateless", "10.79.0.0/24");
            docker.sleeper("c3", "gateless");
            assertThat(docker.exec("c3", "ip", "route")).doesNotContain("default");
        } else {
            docker.refuses(
                    "no gateway is known for subnet 10.79.0.0/24",
                    Docker.creation("gateless", "--subnet", "10.79.0.0/24"));
        }
        assertThat(docker.ok("network", "ls")).doesNotContain("docker_gwbridge");
    }

    @Test
    void anInterfaceIsCalledAsItWasAskedForWhereThatCanBe() {
        docker.lan("lan");
        String option = "name=lan,driver-opt=com.docker.network.endpoint.ifname=";
        docker.sleeper("c1", option + "wan0");
        assertThat(docker.exec("c1", "ip", "link")).contains("wan0").doesNotContain("eth0");
        docker.refuses("interface name wan1 cannot be had", Docker.trial(option + "wan1"));
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
