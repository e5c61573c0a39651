package io.patchbay.daemon.uplink.persist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkManagerTest extends ConfiguredHost {
    private static final String FOLDER = "/etc/NetworkManager/system-connections/";
    private static final String FILE = FOLDER + "Wired connection 1.nmconnection";
    private static final String HEADING = "# Written by 'patchbay uplink take enp3s0 --persist'; 'patchbay uplink"
            + " release br0' takes it back.\n\n";

    /** As nmtui writes it. */
    private static final String PROFILE = """
            [connection]
            id=Wired connection 1
            uuid=0e2bd9d4-7b4f-3c5e-9b47-1bde5b2f9d55
            type=ethernet
            autoconnect-priority=5
            interface-name=enp3s0
            timestamp=1700000000
            zone=trusted

            [ethernet]
            wake-on-lan=64

            [ipv4]
            address1=192.168.1.10/24,192.168.1.1
            dns=192.168.1.1;
            method=manual

            [ipv6]
            addr-gen-mode=stable-privacy
            method=auto

            [proxy]
            """;

    @BeforeEach
    void networkManagerHasTheCard() {
        write(
                "/run/NetworkManager/devices/2",
                "[device]\nmanaged=true\nconnection-uuid=0e2bd9d4-7b4f-3c5e-9b47-1bde5b2f9d55\n");
        write(FOLDER + "other.nmconnection", "[connection]\nuuid=1\n");
    }

    private static final String BRIDGE = """
            [connection]
            id=br0
            uuid=U
            type=bridge
            interface-name=br0
            zone=trusted

            [bridge]
            mac-address=52:54:00:12:34:56
            stp=false

            [ipv4]
            address1=192.168.1.10/24,192.168.1.1
            dns=192.168.1.1;
            method=manual

            [ipv6]
            addr-gen-mode=stable-privacy
            method=auto
            """;

    @Test
    void theProfileStaysAndThePortsGoesBeforeIt() {
        write(FILE, PROFILE);
        Persistent persistent = plan(wanted("192.168.1.10"));
        assertThat(texts(persistent)).containsOnlyKeys(FOLDER + "br0.nmconnection", FOLDER + "br0-enp3s0.nmconnection");
        assertThat(text(persistent, FOLDER + "br0.nmconnection").replaceAll("uuid=\\S+", "uuid=U"))
                .isEqualTo(HEADING + BRIDGE);
        String uuid = text(persistent, FOLDER + "br0.nmconnection").replaceAll("(?s).*uuid=(\\S+).*", "$1");
        assertThat(text(persistent, FOLDER + "br0-enp3s0.nmconnection").replaceAll("uuid=\\S+", "uuid=U"))
                .isEqualTo(HEADING + """
                        [connection]
                        id=br0-enp3s0
                        uuid=U
                        type=ethernet
                        interface-name=enp3s0
                        autoconnect-priority=6
                        master=%s
                        slave-type=bridge

                        [ethernet]
                        wake-on-lan=64
                        """.formatted(uuid));
        assertThat(persistent.files()).allMatch(file -> file.mode().equals("rw-------"));
    }

    @ParameterizedTest
    @CsvSource({
        "'[ethernet]\ncloned-mac-address=random', says cloned-mac-address=random in [ethernet]",
        "'[connection]\npermissions=user:me:;', says permissions=user:me:;",
        "'[connection]\nmaster=bond0', says master=bond0",
        "'[match]\ninterface-name=en*', says interface-name=en* in [match]",
        "'[connection]\nautoconnect-priority=999', has the highest autoconnect-priority"
    })
    void whatIsNotUnderstoodIsRefused(String text, String reason) {
        write(FILE, PROFILE + text + "\n");
        assertThat(refusal(wanted())).contains(reason);
    }

    @Test
    void aLeaseAndAProfileInNoFileAreRefused() {
        assertThat(refusal(wanted())).contains("is in no file");
        write(FILE, PROFILE);
        assertThat(refusal(leased())).contains("NetworkManager has a lease for enp3s0");
    }
}
