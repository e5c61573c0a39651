package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators see of a cluster and do to it, from any host. */
@InLab(hosts = 3)
final class OperatorsTest {
    /** Members are asked half a minute after a daemon's start. */
    private static final Duration ASKED = Duration.ofSeconds(40);

    private static final Duration LEASE_OVER = Duration.ofSeconds(40);
    private static final Duration SEEN = Duration.ofSeconds(20);

    private final Lab lab;

    OperatorsTest(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void network() {
        lab.lanEverywhere("lan");
    }

    private String on(int host, String... command) {
        String[] all = new String[command.length + 1];
        all[0] = "patchbay";
        System.arraycopy(command, 0, all, 1, command.length);
        return lab.host(host).on(all).text();
    }

    @Test
    void everyHostTellsWhoHoldsAnAddress() {
        lab.host(2).docker().sleeper("c1", "lan");
        String address = lab.host(2).docker().ip("c1", "lan");
        for (Host asked : lab.hosts()) {
            Await.untilAsserted(
                    SEEN,
                    () -> assertThat(on(asked.number(), "claims", "why", address))
                            .contains("c1")
                            .contains("on host h2"));
            assertThat(on(asked.number(), "hosts")).contains("h1", "h2", "h3").doesNotContain("dead");
        }
        assertThat(on(1, "claims", "why", Lab.PRINTER)).contains("gateway");
    }

    /** The lab's etcd is one that containers get into. */
    @Test
    void doctorWarnsOfAnEtcdThatIsOpenToAnybody() {
        Host host = lab.host(1);
        Await.untilFarAndWide(
                "the daemon has found it out",
                ASKED,
                () -> host.inNetwork("curl", "-s", "--noproxy", "*", "http://127.0.0.1:9877/v1/doctor")
                        .out()
                        .contains("etcd-access"),
                host::daemonLog);
        assertThat(host.on("patchbay", "doctor").out())
                .containsPattern("WARN +etcd-access +http://10\\.77\\.0\\.1\\d:2379 ")
                .contains("set up etcd with 'patchbay etcd init'");
    }

    @Test
    void aReservedRangeIsGivenOutNowhere() {
        assertThat(on(1, "pool", "reserve", "lan", "10.77.0.128-10.77.0.199", "--note", "printers"))
                .contains("10.77.0.128-10.77.0.199");
        try {
            Await.untilAsserted(
                    SEEN,
                    () -> lab.hosts()
                            .forEach(h -> assertThat(on(h.number(), "pools")).contains("printers")));
            for (Host host : lab.hosts()) {
                host.docker().sleeper("c1", "lan");
                String address = host.docker().ip("c1", "lan");
                assertThat(Integer.parseInt(address.substring(address.lastIndexOf('.') + 1)))
                        .as("last part of %s", address)
                        .isGreaterThan(199);
            }
        } finally {
            on(2, "pool", "unreserve", "lan", "10.77.0.128-10.77.0.199");
        }
    }

    @Test
    void aDeadHostIsForgottenAndIsWelcomeWhenItIsBack() {
        lab.host(3).docker().sleeper("c1", "lan");
        String address = lab.host(3).docker().ip("c1", "lan");
        Command.Result refused = lab.host(1).on("patchbay", "host", "forget", "h3", "--yes");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.err()).contains("h3").contains("alive");
        lab.host(3).crash();
        try {
            Await.until("h3 is missed", LEASE_OVER, () -> on(1, "hosts").contains("dead"));
            assertThat(on(1, "claims", "why", address)).contains("h3").contains("dead");
            on(1, "host", "forget", "h3", "--yes");
            Await.untilAsserted(
                    SEEN, () -> assertThat(on(2, "claims", "why", address)).doesNotContain("h3"));
        } finally {
            lab.host(3).boot();
        }
        lab.host(3).patchbay().awaitReady(Duration.ofSeconds(30));
        Await.untilAsserted(
                SEEN, () -> assertThat(on(1, "hosts")).contains("h3").doesNotContain("dead"));
        lab.host(3).docker().ok("start", "c1");
        lab.assertReachable(lab.host(3).docker().ip("c1", "lan"));
    }
}
