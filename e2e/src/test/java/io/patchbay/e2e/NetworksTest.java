package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code docker network create}, {@code connect} and the options of {@code docker run} promise. */
@InLab
@Tag("core")
final class NetworksTest {
    private final Lab lab;
    private final Docker docker;

    NetworksTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void assertRefused(Command.Result result, String sentence) {
        assertThat(result.exit()).isNotZero();
        assertThat(result.toString()).contains(sentence);
    }

    private String link(String container) {
        return docker.exec(container, "ip", "addr", "show", "eth0");
    }

    @Test
    void aFixedAddressIsHonouredAndAMacComesFromIt() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", "10.77.0.20");
        assertThat(link("c1")).contains("10.77.0.20/24").contains("02:50:0a:4d:00:14");
        lab.assertReachable("10.77.0.20");
        assertRefused(
                docker.run("run", "--rm", "--network", "lan", "--ip", "10.77.0.20", Docker.IMAGE, "true"),
                "address 10.77.0.20 of pool 10.77.0.0/24 is held by endpoint");
    }

    @Test
    void aGivenMacIsTheOneOnTheWire() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--mac-address", "02:11:22:33:44:55");
        String ip = docker.ip("c1", "lan");
        lab.assertReachable(ip);
        assertThat(lab.onPrinter("ip", "neigh", "show", ip).out()).contains("02:11:22:33:44:55");
        assertThat(lab.ports().portOf("02:11:22:33:44:55")).isNotEmpty();
    }

    @Test
    void connectAndDisconnectChangeARunningContainer() {
        docker.lan("lan");
        docker.ok(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--subnet",
                "10.78.0.0/24",
                "second");
        docker.sleeper("c1", "lan");
        docker.ok("network", "connect", "second", "c1");
        assertThat(docker.exec("c1", "ip", "addr", "show", "eth1")).contains(docker.ip("c1", "second") + "/24");
        String routes = docker.exec("c1", "ip", "route");
        assertThat(routes.lines().filter(l -> l.startsWith("default"))).hasSize(1);
        new Leftovers(lab).assertAsEngineKnows();
        docker.ok("network", "disconnect", "second", "c1");
        assertThat(docker.exec("c1", "ip", "link")).doesNotContain("eth1");
        new Leftovers(lab).assertAsEngineKnows();
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void anInternalNetworkHasNoWayOut() {
        docker.ok(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--internal",
                "--subnet",
                "10.79.0.0/24",
                "inner");
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
    void bothFamiliesReachThePrinterAndAreReached() {
        docker.lan("lan", "--ipv6", "--subnet", "fd00:77::/64", "--gateway", Lab.PRINTER6);
        docker.sleeper("c1", "lan", "--ip6", "fd00:77::5");
        lab.assertReachable(docker.ip("c1", "lan"));
        lab.assertReachable("fd00:77::5");
        docker.exec("c1", "ping6", "-c", "1", "-W", "3", Lab.PRINTER6);
    }

    @Test
    void theMtuIsOnBothEndsAndFramesOfExactlyItPass() {
        docker.lan("lan", "-o", "com.docker.network.driver.mtu=1400");
        docker.sleeper("c1", "lan");
        assertThat(link("c1")).contains("mtu 1400");
        assertThat(new Leftovers(lab).links())
                .allSatisfy(l -> assertThat(l.path("mtu").asInt()).isEqualTo(1400));
        // 20 bytes of IP and 8 of ICMP stand before the payload
        Command.Result ping =
                lab.onPrinter("ping", "-n", "-c", "1", "-W", "3", "-M", "do", "-s", "1372", docker.ip("c1", "lan"));
        assertThat(ping.exit()).as(ping.toString()).isZero();
    }

    @Test
    void aThousandPublishedPortsAreNoBurden() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "-p", "20000-20999:20000-20999");
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void auxAddressesAndRangesAreKept() {
        docker.lan("lan", "--ip-range", "10.77.0.64/30", "--aux-address", "nas=10.77.0.65");
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "lan");
        assertThat(List.of(docker.ip("c1", "lan"), docker.ip("c2", "lan")))
                .doesNotContain("10.77.0.65")
                .doesNotHaveDuplicates()
                .allMatch(ip -> ip.matches("10\\.77\\.0\\.6[4-7]"));
        docker.sleeper("c3", "lan");
        assertRefused(
                docker.run("run", "--rm", "--network", "lan", Docker.IMAGE, "true"),
                "no address left in pool 10.77.0.0/24 in range 10.77.0.64-10.77.0.67: of 4 addresses, 3 are claimed by containers and 1 are gateway, aux or reserved");
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
        assertRefused(
                docker.run(
                        "network",
                        "create",
                        "-d",
                        "patchbay",
                        "--ipam-driver",
                        "patchbay",
                        "--subnet",
                        "10.77.0.0/24",
                        "-o",
                        "mut=1",
                        "lan"),
                "option \"mut\" is not known; known are");
        assertRefused(
                docker.run(
                        "network",
                        "create",
                        "-d",
                        "patchbay",
                        "--ipam-driver",
                        "patchbay",
                        "--subnet",
                        "10.77.0.0/24",
                        "-o",
                        "parent=br9",
                        "lan"),
                "bridge br9 does not exist on host h1");
        new Leftovers(lab).assertNothing();
    }

    @Test
    void withoutASubnetTheAnswerSaysWhatToDoAndTheEngineDoesNotAskForEver() {
        assertRefused(
                docker.run("network", "create", "-d", "patchbay", "--ipam-driver", "patchbay", "lan"), "give --subnet");
    }

    @Test
    void twoNetworksOverOneSubnetKeepToTheirRanges() {
        docker.lan("one", "--ip-range", "10.77.0.32/27");
        docker.lan("two", "--ip-range", "10.77.0.64/27");
        docker.sleeper("c1", "one");
        docker.sleeper("c2", "two");
        docker.ok("rm", "-f", "c1");
        docker.ok("network", "rm", "one");
        lab.assertReachable(docker.ip("c2", "two"));
        assertThat(docker.ip("c2", "two")).matches("10\\.77\\.0\\.(6[4-9]|[78]\\d|9[0-5])");
        new Leftovers(lab).assertAsEngineKnows();
    }
}
