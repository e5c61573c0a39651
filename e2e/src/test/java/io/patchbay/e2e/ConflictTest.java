package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Squatter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines on the LAN that speak for a container's address, or give it away, are named. */
@InLab
@Tag("core")
final class ConflictTest {
    private static final Duration HEARD = Duration.ofSeconds(20);
    private static final String ADDRESS = Lab.NET + ".140";
    private static final String PRINTERS_MAC = "02:77:00:00:00:fe";

    /** A DHCPOFFER of an address to nobody, as the printer would send it (RFC 2131, 2). */
    private static final String OFFER = """
            use Socket;
            my ($from, $address) = map { inet_aton($_) } @ARGV;
            socket(my $s, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
            setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1) or die "broadcast: $!";
            bind($s, pack_sockaddr_in(67, $from)) or die "bind: $!";
            my $message = pack('CCCCNnn', 2, 1, 6, 0, 1, 0, 0x8000) . ("\\0" x 4) . $address . ("\\0" x 8)
              . pack('H12', '02dd00000001') . ("\\0" x 202) . pack('N', 0x63825363)
              . pack('CCC', 53, 1, 2) . pack('CC', 54, 4) . $from . pack('C', 255);
            send($s, $message, 0, pack_sockaddr_in(68, inet_aton('10.77.0.255'))) or die "send: $!";
            """;

    private final Lab lab;
    private final Docker docker;

    ConflictTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private String doctor() {
        return lab.onHost("patchbay", "doctor").out();
    }

    private String metrics() {
        return lab.onHost("curl", "-sf", "http://127.0.0.1:9877/metrics").text();
    }

    @Test
    void aMachineThatTakesAContainersAddressIsNamedAndAnswered() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", ADDRESS);
        lab.assertReachable(ADDRESS);
        try (Squatter squatter = Squatter.with(lab, ADDRESS + "/24")) {
            Await.until("doctor names it", HEARD, () -> {
                squatter.announce(ADDRESS);
                // the engine is asked for the container's name beside its calls
                return doctor().replaceAll("\\s+", " ")
                        .contains("address " + ADDRESS
                                + " of container c1 on host h1 is spoken for by a station with MAC " + Squatter.MAC
                                + " too, heard on br0");
            });
            Await.untilAsserted(
                    HEARD,
                    () -> assertThat(metrics())
                            .contains("patchbay_address_conflicts{address=\"" + ADDRESS + "\",mac=\"" + Squatter.MAC
                                    + "\"")
                            .containsPattern("patchbay_address_defences_total [1-9]"));
            assertThat(lab.daemonLog()).contains("address conflict: another station speaks for it address=" + ADDRESS);
        }
    }

    @Test
    void aDhcpServerThatGivesAwayAddressesOfARangeIsNamed() {
        docker.lan("lan");
        Await.until("doctor names it", HEARD, () -> {
            lab.onPrinter("perl", "-e", OFFER, Lab.PRINTER, ADDRESS).ok();
            return doctor().replaceAll("\\s+", " ")
                    .contains("DHCP server " + Lab.PRINTER + " (MAC " + PRINTERS_MAC + ") gives away " + ADDRESS
                            + ", which lies in the range 10.77.0.128-10.77.0.254 that containers are given");
        });
        assertThat(metrics()).contains("server=\"" + Lab.PRINTER + "\"");
    }
}
