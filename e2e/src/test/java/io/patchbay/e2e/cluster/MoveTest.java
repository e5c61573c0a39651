package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Etcd;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Pings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that has another name, or moves to another store, while its containers run. */
@InLab(hosts = 3)
final class MoveTest {
    private static final Duration SEEN = Duration.ofSeconds(30);
    private static final String ADDRESS = "10.77.0.140";
    private static final String UNKNOWN = "a container uses a link that the store does not know";

    private final Lab lab;
    private final Host host;
    private long told;

    MoveTest(Lab lab) {
        this.lab = lab;
        this.host = lab.host(3);
    }

    @AfterEach
    void asBefore() {
        host.restart("patchbay", false);
    }

    /** Started again with settings of its own, and with little patience for what looks left behind. */
    private void restart(String... settings) {
        String[] all = new String[settings.length + 2];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = "--grace";
        all[settings.length + 1] = "2";
        host.end("patchbay", false);
        told = timesTold();
        host.start("patchbay", all);
        host.patchbay().awaitReady(SEEN);
    }

    /** How often a daemon of this host has said that it found a link unknown; their log is one. */
    private long timesTold() {
        return lab.run(host.folder(), "grep", "-c", UNKNOWN, "patchbay.log")
                .out()
                .lines()
                .mapToLong(Long::parseLong)
                .sum();
    }

    private Command.Result on(String... command) {
        return host.on(command);
    }

    private String doctor() {
        return on("patchbay", "doctor").out();
    }

    /** The moment when what the store does not know has looked so for the whole grace time. */
    private void awaitToldUnknown() {
        Await.until("the log says it", SEEN, () -> timesTold() > told, host::daemonLog);
        assertThat(doctor()).contains("unknown-link");
    }

    private void startsAgainWithItsAddress() {
        host.docker().ok("restart", "-t", "0", "c1");
        assertThat(host.docker().ip("c1", "own")).isEqualTo(ADDRESS);
        lab.assertReachable(ADDRESS);
    }

    @Test
    @Tag("core")
    void fromAnEmbeddedStoreToEtcdAndBackWithAContainerRunning() {
        String embedded = "embedded:" + host.folder().resolve("embedded");
        restart("--store", embedded);
        host.docker().localLan("own");
        host.docker().sleeper("c1", "own", "--ip", ADDRESS);
        try (Pings pings = Pings.to(lab, ADDRESS)) {
            on("sh", "-c", "patchbay export > /run/book.json").ok();
            restart();
            awaitToldUnknown();
            pings.awaitOneMore();
            assertThat(on("patchbay", "import", "--dry-run", "/run/book.json")
                            .ok()
                            .out())
                    .contains("would be put in", " 0 were left out");
            assertThat(on("patchbay", "import", "/run/book.json").ok().out()).contains(" 0 were left out");
            assertThat(doctor()).doesNotContain("unknown-link");
            Await.untilAsserted(
                    SEEN,
                    () -> assertThat(lab.host(1)
                                    .on("patchbay", "claims", "why", ADDRESS)
                                    .out())
                            .contains("on host h3"));
            pings.awaitOneMore();
        }
        startsAgainWithItsAddress();
        on("sh", "-c", "patchbay export > /run/book.json").ok();
        restart("--store", "embedded:" + host.folder().resolve("embedded2"));
        awaitToldUnknown();
        on("patchbay", "import", "--host-only", "/run/book.json").ok();
        lab.assertReachable(ADDRESS);
        assertThat(doctor()).doesNotContain("unknown-link");
        assertThat(host.patchbay().list("endpoints")).hasSize(1);
        restart();
        startsAgainWithItsAddress();
    }

    @Test
    @Tag("core")
    void aRenamedHostTakesOverWhatItHadAndGivesItBack() {
        host.docker().localLan("own");
        host.docker().sleeper("c1", "own", "--ip", ADDRESS);
        try (Pings pings = Pings.to(lab, ADDRESS)) {
            restart("--host", "renamed");
            assertThat(on("patchbay", "hosts").ok().out()).contains("renamed").doesNotContain("h3");
            Await.untilAsserted(
                    SEEN,
                    () -> assertThat(lab.host(1)
                                    .on("patchbay", "claims", "why", ADDRESS)
                                    .out())
                            .contains("on host renamed"));
            pings.awaitOneMore();
            assertThat(doctor()).doesNotContain("unknown-link");
        }
        startsAgainWithItsAddress();
        restart();
        assertThat(on("patchbay", "hosts").ok().out()).contains("h3").doesNotContain("renamed");
        startsAgainWithItsAddress();
    }

    /** After a boot it is not sure that it is the same machine. */
    private void asIfBootedSince() {
        String record = lab.etcd().get("hosts/h3").toString();
        lab.etcd()
                .ctl(
                        "put",
                        Etcd.PREFIX + "hosts/h3",
                        record.replaceFirst("\"boot\":\"[^\"]*\"", "\"boot\":\"earlier\""))
                .ok();
    }

    @Test
    void whatDoctorNamesForAHostThatTheStoreDoesNotKnowAreWaysOut() {
        host.docker().localLan("own");
        host.docker().sleeper("c1", "own", "--ip", ADDRESS);
        try (Pings pings = Pings.to(lab, ADDRESS)) {
            restart("--cluster", "other");
            awaitToldUnknown();
            assertThat(doctor()).contains("change it back and restart the daemon", "patchbay import");
            host.end("patchbay", false);
            asIfBootedSince();
            restart("--host", "renamed");
            awaitToldUnknown();
            pings.awaitOneMore();
            assertThat(doctor()).contains("patchbay host rename h3 renamed");
            on("patchbay", "host", "rename", "h3", "renamed").ok();
            assertThat(doctor()).doesNotContain("unknown-link");
            restart();
            assertThat(doctor()).doesNotContain("unknown-link");
            pings.awaitOneMore();
        } finally {
            lab.etcd().ctl("del", "--prefix", Etcd.PREFIX.replace("default", "other"));
        }
        startsAgainWithItsAddress();
    }
}
