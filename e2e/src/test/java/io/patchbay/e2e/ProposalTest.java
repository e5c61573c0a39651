package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.DhcpServer;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code patchbay network create} without a subnet, on a LAN with a router, a DHCP server and a squatter. */
@InLab
final class ProposalTest {
    private static final String SQUATTER = "10.77.0.40";

    private final Lab lab;
    private final Docker docker;

    ProposalTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @BeforeEach
    void thePrinterIsTheRouterToo() {
        lab.onHost("ip", "route", "add", "default", "via", Lab.PRINTER).ok();
    }

    @AfterEach
    void asItWas() {
        lab.onHost("ip", "route", "delete", "default").ok();
        lab.onPrinter("ip", "address", "delete", SQUATTER + "/24", "dev", "eth0");
    }

    @Test
    void aNetworkIsProposedBesideEverybodyAndMade() {
        lab.onPrinter("ip", "address", "add", SQUATTER + "/24", "dev", "eth0").ok();
        try (DhcpServer server = DhcpServer.giving(lab, "10.77.0.200", "10.77.0.250")) {
            Command.Result made =
                    lab.onHost("patchbay", "network", "create", "lan", "--yes").ok();
            assertThat(made.out())
                    .contains(
                            "bridge br0: the daemon's --bridge, with eth0",
                            "subnet 10.77.0.0/24: this host has 10.77.0.11/24 on br0",
                            "gateway 10.77.0.254: this host's default route, and 02:77:00:00:00:fe answers for it",
                            "DHCP: server 10.77.0.254 offers 10.77.0.2",
                            "not 10.77.0.32/27: 02:77:00:00:00:fe answers for " + SQUATTER,
                            "range 10.77.0.64/27: nobody answers for any of it",
                            "network lan made: ",
                            "the same by hand: docker network create -d patchbay --ipam-driver patchbay --subnet"
                                    + " 10.77.0.0/24 --ip-range 10.77.0.64/27 --gateway 10.77.0.254 lan");
            docker.sleeper("c1", "lan");
            String address = docker.ip("c1", "lan");
            assertThat(address).startsWith("10.77.0.");
            assertThat(Integer.parseInt(address.substring(address.lastIndexOf('.') + 1)))
                    .isBetween(64, 95);
            lab.assertReachable(address);
            assertThat(docker.exec("c1", "ip", "route")).contains("default via " + Lab.PRINTER);
            // asked once, and nothing is taken of what it offers
            assertThat(server.log().stream().filter(line -> line.contains("DHCPDISCOVER")))
                    .hasSize(1);
            assertThat(server.log()).noneMatch(line -> line.contains("DHCPREQUEST"));
        }
        // a second one on the same LAN is kept apart from the first
        assertThat(lab.onHost("patchbay", "network", "create", "lan2", "--yes", "--no-dhcp")
                        .ok()
                        .out())
                .contains("gateway 10.77.0.254: that of the networks on this subnet", "range 10.77.0.192/27")
                .contains("no server was asked (--no-dhcp)");
        docker.sleeper("c2", "lan2");
        lab.assertReachable(docker.ip("c2", "lan2"));
    }

    @Test
    void nothingIsMadeWithoutAYes() {
        Command.Result asked = lab.onHost("patchbay", "network", "create", "lan", "--no-dhcp");
        assertThat(asked.exit()).isEqualTo(1);
        assertThat(asked.out()).contains("docker network create -d patchbay");
        assertThat(asked.err()).contains("nothing was made, for there is no terminal to ask on; give --yes");
        assertThat(docker.networkNames()).doesNotContain("lan");
    }

    @Test
    void thePrefixOfTheLanIsProposedWhereIpv6IsWanted() {
        Command.Result made = lab.onHost("patchbay", "network", "create", "lan", "--yes", "--no-dhcp", "--ipv6")
                .ok();
        assertThat(made.out())
                .contains("subnet fd00:77::/64: this host has fd00:77::11/64 on br0")
                .contains("range fd00:77::5042:0/112");
        docker.sleeper("c1", "lan");
        assertThat(docker.exec("c1", "ip", "-6", "addr")).contains("fd00:77::5042:");
    }
}
