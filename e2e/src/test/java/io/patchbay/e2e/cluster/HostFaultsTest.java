package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host, a daemon, or a member of etcd fails while the others go on. */
@InLab(
        hosts = 3,
        value = {Options.GRACE, Options.CLOCKS, Options.IMPATIENT})
final class HostFaultsTest {
    private static final Duration COMES_BACK = Duration.ofSeconds(60);

    private final Lab lab;

    HostFaultsTest(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void network() {
        lab.lanEverywhere("lan");
    }

    private void settled() {
        Await.untilAsserted(COMES_BACK, () -> new Leftovers(lab).assertAsEngineKnows());
        lab.ports().assertAsEnginesKnow();
    }

    /**
     * Starts containers on all hosts, does something once some are up, and waits for all starts. What failed, by
     * container.
     */
    private List<String> inTheMiddleOfStarts(int each, Runnable event) {
        ExecutorService clients = Executors.newFixedThreadPool(6);
        List<String> failed = new ArrayList<>();
        try {
            List<Future<String>> starts = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                for (Host host : lab.hosts()) {
                    String name = "try" + i;
                    starts.add(clients.submit(() -> {
                        var run = host.docker()
                                .run("run", "-d", "--name", name, "--network", "lan", Docker.IMAGE, "sleep", "100000");
                        return run.exit() == 0 ? "" : host + " " + run;
                    }));
                }
            }
            Await.until(
                    "some starts are over",
                    COMES_BACK,
                    () -> starts.stream().filter(Future::isDone).count() > 3);
            event.run();
            for (Future<String> start : starts) {
                failed.add(start.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            clients.shutdownNow();
        }
        failed.removeIf(String::isEmpty);
        return failed;
    }

    @Test
    void aHostThatLosesPowerKeepsItsAddressesAndComesBackWithThem() {
        Host two = lab.host(2);
        two.docker().sleeper("c1", "lan", "--restart", "always");
        two.docker().sleeper("fixed", "lan", "--ip", "10.77.0.30", "--restart", "always");
        String ip = two.docker().ip("c1", "lan");
        lab.crash(two);
        for (int i = 0; i < 3; i++) {
            lab.host(1).docker().sleeper("new" + i, "lan");
            assertThat(lab.host(1).docker().ip("new" + i, "lan")).isNotEqualTo(ip);
        }
        lab.host(3).docker().refuses("h2", Docker.trial("lan", "--ip", "10.77.0.30"));
        two.boot();
        two.patchbay().awaitReady(COMES_BACK);
        two.docker().awaitRunning("c1", COMES_BACK);
        two.docker().awaitRunning("fixed", COMES_BACK);
        settled();
        assertThat(two.docker().ip("fixed", "lan")).isEqualTo("10.77.0.30");
    }

    /** What {@code doctor --all} prints on host 1. */
    private String allFindings() {
        return lab.host(1).on("patchbay", "doctor", "--all").out();
    }

    @Test
    void aFindingOfOneHostIsSeenFromAnotherAndAHostThatIsDownIsNamed() {
        Host two = lab.host(2);
        Host three = lab.host(3);
        two.inNetwork("ip", "link", "set", "br0", "mtu", "1400").ok();
        three.crash();
        try {
            Await.untilAsserted(
                    COMES_BACK,
                    () -> assertThat(allFindings())
                            .containsPattern("(?m)^h2 +alive .*WARN +mtu +br0 +br0 has an MTU of 1400")
                            .containsPattern("(?m)^h3 +dead ")
                            .contains("  h2 mtu br0: ip link set br0 mtu 1500"));
            assertThat(lab.host(1).on("patchbay", "doctor").out()).doesNotContain("1400");
        } finally {
            two.inNetwork("ip", "link", "set", "br0", "mtu", "1500").ok();
            three.boot();
        }
        three.patchbay().awaitReady(COMES_BACK);
        Await.untilAsserted(
                COMES_BACK,
                () -> assertThat(allFindings()).doesNotContain("1400").doesNotContainPattern("(?m)^h3 +dead "));
    }

    @Test
    void anOrderlyRebootOfTheHostOfTheLeaderIsNotNoticedByTheOthers() {
        Host leader = lab.etcd().leader();
        leader.docker().sleeper("c1", "lan", "--restart", "always");
        leader.reboot();
        leader.patchbay().awaitReady(COMES_BACK);
        leader.docker().awaitRunning("c1", COMES_BACK);
        for (Host host : lab.hosts()) {
            host.docker().sleeper("c2", "lan");
        }
        settled();
    }

    @Test
    void oneOfThreeMembersAwayIsNoticedByNobody() {
        Host away = lab.hosts().stream()
                .filter(h -> h.number() != lab.etcd().leader().number())
                .findFirst()
                .orElseThrow();
        lab.hosts().forEach(host -> host.docker().sleeper("c1", "lan"));
        away.end("etcd", true);
        try {
            for (Host host : lab.hosts()) {
                host.docker().ok("restart", "-t", "0", "c1");
                host.docker().sleeper("c2", "lan");
                host.docker().ok("rm", "-f", "c1");
                assertThat(host.patchbay().isReady()).as("%s is ready", host).isTrue();
            }
            settled();
        } finally {
            away.start("etcd");
        }
        settled();
    }

    @Test
    void theLeaderIsKilledInTheMiddleOfStartsAndNoneFails() {
        Host leader = lab.etcd().leader();
        try {
            List<String> failed = inTheMiddleOfStarts(5, () -> leader.end("etcd", true));
            assertThat(failed).isEmpty();
            settled();
        } finally {
            leader.start("etcd");
        }
    }

    @Test
    void allDaemonsAreKilledInTheMiddleOfStartsAndNoAddressIsGivenTwiceOrLost() {
        inTheMiddleOfStarts(5, () -> {
            lab.lab("kill", "all", "patchbay").ok();
            lab.lab("start", "all", "patchbay").ok();
        });
        settled();
    }
}
