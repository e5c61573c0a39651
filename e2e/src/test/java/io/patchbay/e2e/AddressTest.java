package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which addresses containers get, and which they are refused. */
@InLab
@Tag("core")
final class AddressTest {
    private final Lab lab;
    private final Docker docker;

    AddressTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void fixedAddressIsHonouredAMacComesFromItAndNobodyElseGetsIt() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", "10.77.0.20");
        assertThat(docker.link("c1")).contains("10.77.0.20/24").contains("02:50:0a:4d:00:14");
        lab.assertReachable("10.77.0.20");
        docker.refuses(
                "address 10.77.0.20 of pool 10.77.0.0/24 is held by endpoint",
                Docker.trial("lan", "--ip", "10.77.0.20"));
        lab.ports().assertNoDuplicates(List.of("10.77.0.20"));
    }

    @Test
    void givenMacIsTheOneOnTheWire() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--mac-address", "02:11:22:33:44:55");
        String ip = docker.ip("c1", "lan");
        lab.assertReachable(ip);
        assertThat(lab.onPrinter("ip", "neigh", "show", ip).out()).contains("02:11:22:33:44:55");
        assertThat(lab.ports().portOf("02:11:22:33:44:55")).isNotEmpty();
    }

    @Test
    void addressesComeFromTheRangeAndNeverAnAuxOneUntilThereAreNone() {
        docker.lan(
                "lan",
                "--ip-range",
                "10.77.0.64/30",
                "--aux-address",
                "nas=10.77.0.65",
                "--aux-address",
                "tv=10.77.0.20");
        List<String> names = List.of("c1", "c2", "c3");
        names.forEach(name -> docker.sleeper(name, "lan"));
        assertThat(names.stream().map(name -> docker.ip(name, "lan")))
                .containsExactlyInAnyOrder("10.77.0.64", "10.77.0.66", "10.77.0.67");
        docker.refuses(
                "address 10.77.0.20 of pool 10.77.0.0/24 is an aux address", Docker.trial("lan", "--ip", "10.77.0.20"));
        docker.refuses(
                "no address left in pool 10.77.0.0/24 in range 10.77.0.64-10.77.0.67: "
                        + "of 4 addresses, 3 are claimed by containers and 1 are gateway, aux or reserved",
                Docker.trial("lan"));
        docker.ok("create", "--name", "c4", "--network", "lan", Docker.IMAGE, "sleep", "100000");
        docker.refuses("no address left in pool", "start", "c4");
        String freed = docker.ip("c1", "lan");
        docker.ok("rm", "-f", "c1");
        docker.ok("start", "c4");
        assertThat(docker.ip("c4", "lan")).isEqualTo(freed);
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
