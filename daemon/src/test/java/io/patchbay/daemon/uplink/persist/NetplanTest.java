package io.patchbay.daemon.uplink.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetplanTest extends ConfiguredHost {
    private static final String FILE = "/etc/netplan/01-netcfg.yaml";

    /** As the installer of Ubuntu's server writes it. */
    private static final String INSTALLED = """
            # This is the network config written by 'subiquity'
            network:
              version: 2
              ethernets:
                enp3s0:
                  addresses:
                  - 192.168.1.10/24
                  nameservers:
                    addresses: [192.168.1.1]
                    search:
                    - lan
                  routes:
                  - to: default
                    via: 192.168.1.1
                enp4s0:
                  dhcp4: true

                # the guests
              vlans:
                enp3s0.5:
                  id: 5
                  link: enp3s0
            """;

    private static final String BRIDGED = """
            # This is the network config written by 'subiquity'
            network:
              version: 2
              ethernets:
                enp3s0:
                  dhcp4: false
                  dhcp6: false
                  accept-ra: false
                  link-local: []
                enp4s0:
                  dhcp4: true

                # the guests
              vlans:
                enp3s0.5:
                  id: 5
                  link: enp3s0
              bridges:
                br0:
                  # Written by 'patchbay uplink take enp3s0 --persist'; 'patchbay uplink release br0' takes it back.
                  interfaces: [enp3s0]
                  macaddress: 52:54:00:12:34:56
                  parameters:
                    stp: false
                    forward-delay: 0
                  addresses:
                  - 192.168.1.10/24
                  nameservers:
                    addresses: [192.168.1.1]
                    search:
                    - lan
                  routes:
                  - to: default
                    via: 192.168.1.1
            """;

    @Test
    void theFileHasTheBridgeToo() {
        write(FILE, INSTALLED);
        Persistent persistent = plan(wanted("192.168.1.10"));
        assertThat(texts(persistent)).containsOnlyKeys(FILE).containsEntry(FILE, BRIDGED);
        assertThat(persistent.tells()).containsExactly(List.of("netplan", "generate"), List.of("networkctl", "reload"));
    }

    private static final String BY_MAC = """
            network:
              renderer: NetworkManager
              bridges:
                lan1:
                  dhcp4: true
              ethernets:
                lan:
                  match: {macaddress: "52:54:00:12:34:56"}
                  set-name: enp3s0
                  mtu: 9000
                  dhcp4: true
            """;

    @Test
    void aCardThatIsFoundByItsMacAndBridgesThatAreThere() {
        write(FILE, BY_MAC);
        Persistent persistent = plan(new Wanted("enp3s0", 2, "52:54:00:12:34:56", 9000, "br0", List.of(), true));
        assertThat(texts(persistent)).containsEntry(FILE, """
                network:
                  renderer: NetworkManager
                  bridges:
                    br0:
                      # Written by 'patchbay uplink take enp3s0 --persist'; 'patchbay uplink release br0' takes it back.
                      interfaces: [lan]
                      macaddress: 52:54:00:12:34:56
                      mtu: 9000
                      parameters:
                        stp: false
                        forward-delay: 0
                      dhcp4: true
                    lan1:
                      dhcp4: true
                  ethernets:
                    lan:
                      match: {macaddress: "52:54:00:12:34:56"}
                      set-name: enp3s0
                      mtu: 9000
                      dhcp4: false
                      dhcp6: false
                      accept-ra: false
                      link-local: []
                """);
        assertThat(persistent.tells()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'network:\n  ethernets:\n    enp3s0: {dhcp4: true}', line that is not understood: enp3s0: {dhcp4: true}",
        "'network: {ethernets: {enp3s0: {dhcp4: true}}}', but not as one of network: ethernets:",
        "'network:\n  ethernets:\n    all:\n      match: {name: enp3s0}', but not as one of network:",
        "'network:\n  ethernets:\n    enp3s0: &a\n      dhcp4: true', line that is not understood: enp3s0: &a",
        "'network:\n  ethernets:\n    enp3s0:\n      macaddress: 02:00:00:00:00:01', says macaddress: of enp3s0",
        "'network:\n  ethernets:\n    enp3s0:\n      openvswitch: {}', says openvswitch: of enp3s0",
        "'network:\n  ethernets:\n    enp3s0:\n      mtu: 9\n  bridges:\n    br0:\n      mtu: 9', makes br0 already"
    })
    void whatIsNotUnderstoodIsRefused(String text, String reason) {
        write(FILE, text + "\n");
        assertThat(refusal(wanted())).contains(reason);
    }

    @Test
    void aCardOfTwoFilesIsRefused() {
        write(FILE, INSTALLED);
        write("/etc/netplan/90-more.yaml", "network:\n  ethernets:\n    enp3s0:\n      mtu: 9000\n");
        assertThat(refusal(wanted())).startsWith("enp3s0 stands in " + FILE + " and /etc/netplan/90-more.yaml");
    }
}
