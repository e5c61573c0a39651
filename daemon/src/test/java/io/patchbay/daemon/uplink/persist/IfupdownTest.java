package io.patchbay.daemon.uplink.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IfupdownTest extends ConfiguredHost {
    private static final String FILE = "/etc/network/interfaces";
    private static final String MADE = """
            \t# Written by 'patchbay uplink take enp3s0 --persist'; 'patchbay uplink release br0' takes it back.
            \tpre-up ip link show dev br0 >/dev/null 2>&1 || ip link add name br0 address 52:54:00:12:34:56 type bridge\
             stp_state 0 forward_delay 0
            \tpre-up ip link set dev enp3s0 master br0 up
            """;

    /** As Debian's installer writes it. */
    private static final String INSTALLED = """
            # This file describes the network interfaces available on your system
            # and how to activate them. For more information, see interfaces(5).

            source /etc/network/interfaces.d/*

            # The loopback network interface
            auto lo
            iface lo inet loopback

            # The primary network interface
            allow-hotplug enp3s0
            iface enp3s0 inet static
            \taddress 192.168.1.10/24
            \tgateway 192.168.1.1
            \t# dns-* options are implemented by the resolvconf package, if installed
            \tdns-nameservers 192.168.1.1
            \tdns-search lan
            """;

    @Test
    void theBridgeStandsWhereTheCardDid() {
        write(FILE, INSTALLED);
        Persistent persistent = plan(wanted("192.168.1.10"));
        assertThat(texts(persistent))
                .containsOnlyKeys(FILE)
                .containsEntry(
                        FILE,
                        INSTALLED
                                .replace("allow-hotplug enp3s0", "auto br0")
                                .replace("iface enp3s0 inet static\n", "iface br0 inet static\n" + MADE));
        assertThat(persistent.tells()).isEmpty();
        assertThat(persistent.notes()).isEmpty();
    }

    private static final String INCLUDED = """
            iface enp3s0 inet dhcp
            iface enp3s0 inet6 static
                address fd00::10/64
                accept_ra 0
            iface enp3s0.5 inet static
                address 10.5.0.1/24
                vlan-raw-device enp3s0
            """;

    @Test
    void bothFamiliesAndFilesThatAreIncluded() {
        write(FILE, "source-directory interfaces.d\nauto lo enp3s0 eth1\niface lo inet loopback\n");
        write("/etc/network/interfaces.d/enp3s0", INCLUDED);
        write("/etc/network/interfaces.d/enp3s0.old", "iface enp3s0 inet manual\n  up rm -rf /\n");
        Persistent persistent = plan(leased());
        assertThat(texts(persistent))
                .containsEntry(FILE, "source-directory interfaces.d\nauto lo br0 eth1\niface lo inet loopback\n")
                .containsEntry("/etc/network/interfaces.d/enp3s0", "iface br0 inet dhcp\n" + MADE + """
                        iface br0 inet6 static
                            address fd00::10/64
                            accept_ra 0
                        iface enp3s0.5 inet static
                            address 10.5.0.1/24
                            vlan-raw-device enp3s0
                        """)
                .hasSize(2);
        assertThat(persistent.tells())
                .containsExactly(
                        List.of("dhclient", "-x", "-pf", "/run/dhclient.enp3s0.pid", "enp3s0"),
                        List.of("cp", "/var/lib/dhcp/dhclient.enp3s0.leases", "/var/lib/dhcp/dhclient.br0.leases"),
                        List.of(
                                "sed",
                                "-i",
                                "s/interface \"enp3s0\"/interface \"br0\"/",
                                "/var/lib/dhcp/dhclient.br0.leases"),
                        List.of("ifup", "--force", "br0"));
        assertThat(persistent.untells())
                .containsExactly(
                        List.of("dhclient", "-x", "-pf", "/run/dhclient.br0.pid", "br0"),
                        List.of("cp", "/var/lib/dhcp/dhclient.br0.leases", "/var/lib/dhcp/dhclient.enp3s0.leases"),
                        List.of(
                                "sed",
                                "-i",
                                "s/interface \"br0\"/interface \"enp3s0\"/",
                                "/var/lib/dhcp/dhclient.enp3s0.leases"),
                        List.of("ifup", "--force", "enp3s0"));
    }

    @Test
    void otherCardsOfALineStayInIt() {
        write(FILE, "allow-hotplug enp3s0 enp4s0\niface enp3s0 inet manual\niface enp4s0 inet dhcp");
        assertThat(texts(plan(wanted())))
                .containsEntry(
                        FILE,
                        "auto br0\nallow-hotplug enp4s0\niface br0 inet manual\n" + MADE + "iface enp4s0 inet dhcp");
    }

    @Test
    void whatCloudInitWritesIsSaid() {
        write(FILE, "source /etc/network/interfaces.d/*.cfg\n");
        write("/etc/network/interfaces.d/50-cloud-init.cfg", "auto enp3s0\niface enp3s0 inet dhcp\n");
        assertThat(plan(wanted()).notes())
                .singleElement()
                .asString()
                .contains("is cloud-init's, which may write it anew");
    }

    @ParameterizedTest
    @CsvSource({
        "'iface enp3s0 inet static\n\tup ip route add 10.0.0.0/8 via 192.168.1.2', runs a command for the card",
        "'iface enp3s0 inet dhcp\n\tpost-up \\\n\t/usr/local/bin/x', runs a command for the card",
        "'iface enp3s0 inet dhcp\n\twpa-ssid home', of which it is not known",
        "'iface enp3s0 inet ppp\n\tprovider dsl', of which no bridge can be made",
        "'iface enp3s0 inet static inherits base', of which no bridge can be made",
        "'iface enp3s0 inet dhcp\niface enp3s0:1 inet static', a name for one more address",
        "'iface enp3s0 inet dhcp\nmapping en*\n\tscript /x', which may be about enp3s0",
        "'iface enp3s0 inet dhcp\niface br0 inet manual', so it has br0 already",
        "'iface enp3s0 inet manual\niface br1 inet dhcp\n\tbridge_ports enp3s0', so enp3s0 is a part of br1",
        "'iface enp3s0 inet dhcp\nsource /etc/*/more', in a way that is not understood"
    })
    void whatIsNotUnderstoodIsRefused(String text, String reason) {
        write(FILE, "auto enp3s0\n" + text + "\n");
        assertThat(refusal(wanted())).contains(reason);
    }

    @Test
    void whoBothConfigureTheCardAreNamed() {
        write(FILE, "iface enp3s0 inet dhcp\n");
        write("/run/systemd/netif/links/2", "ADMIN_STATE=configuring\nNETWORK_FILE=/etc/systemd/network/9.network\n");
        write("/etc/systemd/network/9.network", "[Network]\nDHCP=yes\n");
        assertThat(refusal(wanted())).startsWith("systemd-networkd and ifupdown both configure enp3s0");
    }
}
