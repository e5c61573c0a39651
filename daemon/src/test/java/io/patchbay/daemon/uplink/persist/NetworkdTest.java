package io.patchbay.daemon.uplink.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkdTest extends ConfiguredHost {
    private static final String FILE = "/etc/systemd/network/20-wired.network";
    private static final String HEADING = "# Written by 'patchbay uplink take enp3s0 --persist'; 'patchbay uplink"
            + " release br0' takes it back.\n\n";

    @BeforeEach
    void networkdHasTheCard() {
        state(FILE);
    }

    private void state(String file) {
        write(
                "/run/systemd/netif/links/2",
                "# This is private data. Do not parse.\nADMIN_STATE=configured\nOPER_STATE=routable\nNETWORK_FILE="
                        + file + "\nDNS=192.168.1.1\n");
    }

    private static final String WRITTEN = """
            # the LAN
            [Match]
            Name=en*

            [Link]
            MTUBytes=9000
            RequiredForOnline=routable

            [Network]
            Description=the LAN
            Address=192.168.1.10/24
            Gateway=192.168.1.1
            DNS=192.168.1.1
            DNS=9.9.9.9
            VLAN=lan.5

            [Address]
            Address=192.168.1.11/24
            Label=enp3s0:web

            [Route]
            Destination=10.0.0.0/8
            Gateway=192.168.1.2

            [RoutingPolicyRule]
            IncomingInterface=enp3s0
            Table=100
            """;

    private static final String NETDEV = """
            [NetDev]
            Name=br0
            Kind=bridge
            MACAddress=52:54:00:12:34:56
            MTUBytes=9000

            [Bridge]
            STP=no
            ForwardDelaySec=0
            """;

    private static final String BRIDGE = """
            [Match]
            Name=br0

            [Link]
            RequiredForOnline=routable

            [Network]
            Description=the LAN
            Address=192.168.1.10/24
            Gateway=192.168.1.1
            DNS=192.168.1.1
            DNS=9.9.9.9

            [Address]
            Address=192.168.1.11/24
            Label=br0:web

            [Route]
            Destination=10.0.0.0/8
            Gateway=192.168.1.2

            [RoutingPolicyRule]
            IncomingInterface=br0
            Table=100
            """;

    private static final String PORT = """
            [Match]
            Name=enp3s0

            [Link]
            MTUBytes=9000

            [Network]
            Bridge=br0
            LinkLocalAddressing=no
            IPv6AcceptRA=no
            VLAN=lan.5
            """;

    @Test
    void addressesAreSaidOfTheBridgeAndTheCardIsItsPort() {
        write(FILE, WRITTEN);
        Wanted jumbo = new Wanted("enp3s0", 2, "52:54:00:12:34:56", 9000, "br0", List.of("192.168.1.10"), false);
        Persistent persistent = plan(jumbo);
        assertThat(texts(persistent))
                .containsExactlyEntriesOf(inOrder(
                        "/etc/systemd/network/05-patchbay-br0.netdev",
                        HEADING + NETDEV,
                        "/etc/systemd/network/05-patchbay-br0.network",
                        HEADING + BRIDGE,
                        "/etc/systemd/network/05-patchbay-enp3s0.network",
                        HEADING + PORT));
        assertThat(persistent.tells()).containsExactly(List.of("networkctl", "reload"));
        assertThat(persistent.notes()).isEmpty();
    }

    private static Map<String, String> inOrder(String... pathsAndTexts) {
        Map<String, String> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            map.put(pathsAndTexts[i], pathsAndTexts[i + 1]);
        }
        return map;
    }

    @Test
    void aLeaseIsAskedForUnderTheNameItWasGivenTo() {
        write(FILE, "[Match]\nName=enp3s0\n[Network]\nDHCP=yes\n[DHCPv4]\nRouteMetric=10\n");
        write("/run/systemd/netif/leases/2", "ADDRESS=192.168.1.77\nLIFETIME=3600\nCLIENTID=ffb6220feb00020000ab11\n");
        assertThat(texts(plan(leased())).get("/etc/systemd/network/05-patchbay-br0.network"))
                .endsWith("""
                        [Network]
                        DHCP=yes

                        [DHCPv4]
                        RouteMetric=10

                        [DHCPv4]
                        IAID=3055685611

                        [DHCPv6]
                        IAID=3055685611
                        """);
        write("/run/systemd/netif/leases/2", "ADDRESS=192.168.1.77\nCLIENTID=01525400123456\n");
        assertThat(texts(plan(leased())).get("/etc/systemd/network/05-patchbay-br0.network"))
                .doesNotContain("IAID");
    }

    @Test
    void whatIsDroppedInIsReadToo() {
        write(FILE, "[Match]\nName=enp3s0\n[Network]\nAddress=192.168.1.10/24\n");
        write("/run/systemd/network/20-wired.network.d/more.conf", "[Network]\nGateway=192.168.1.1\n");
        Persistent persistent = plan(wanted("192.168.1.10", "192.168.1.12"));
        assertThat(texts(persistent).get("/etc/systemd/network/05-patchbay-br0.network"))
                .endsWith("[Network]\nAddress=192.168.1.10/24\n\n[Network]\nGateway=192.168.1.1\n");
        assertThat(persistent.notes())
                .containsExactly(
                        "192.168.1.12 is not said in " + FILE + ", so it is gone after a boot, as it was before");
    }

    @Test
    void oursComeBeforeAllThatAreThere() {
        state("/run/systemd/network/05-eth.network");
        write("/run/systemd/network/05-eth.network", "[Network]\nDHCP=ipv4\n");
        assertThat(texts(plan(wanted())).keySet())
                .allMatch(path -> path.startsWith("/etc/systemd/network/00-patchbay-"));
        write("/usr/lib/systemd/network/00-00-00.network", "[Match]\nName=*\n");
        assertThat(refusal(wanted())).contains("comes before any that could be put before it");
    }

    @ParameterizedTest
    @CsvSource({
        "'[Network]\nBond=bond0', Bond= in [Network]",
        "'[Network]\nBindCarrier=eth1', BindCarrier= in [Network]",
        "'[Link]\nMACAddress=02:00:00:00:00:01', MACAddress= in [Link]",
        "'[Link]\nUnmanaged=yes', Unmanaged= in [Link]",
        "'[CAKE]\nBandwidth=10M', Bandwidth= in [CAKE]",
        "'[Network]\nsomething', line that is not understood: something",
        "'[Network]\nDNS=1.1.1.1 \\\n 9.9.9.9', line that is not understood: DNS=1.1.1.1"
    })
    void whatIsNotUnderstoodIsRefused(String text, String reason) {
        write(FILE, "[Match]\nName=enp3s0\n\n" + text + "\n");
        assertThat(refusal(wanted())).contains(FILE, reason);
    }

    @Test
    void aBridgeThatIsMadeAlreadyIsRefused() {
        write(FILE, "[Match]\nName=enp3s0\n");
        write("/etc/systemd/network/10-br.netdev", "[NetDev]\nName=br0\nKind=bridge\n");
        assertThat(refusal(wanted())).isEqualTo("/etc/systemd/network/10-br.netdev makes br0 already");
    }

    @Test
    void whereNetworkdLeavesTheCardAloneNobodyIsKnown() {
        write("/run/systemd/netif/links/2", "ADMIN_STATE=unmanaged\n");
        assertThat(refusal(wanted())).startsWith("nothing is known to configure enp3s0 at a boot");
    }
}
