package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The engine, the daemon and the host end at the worst of times; what is left afterwards is what should be there. */
@InLab("LAB_PATCHBAY_ARGS=--grace 2")
final class FaultsTest {
    private static final Duration COMES_BACK = Duration.ofSeconds(40);

    private final Lab lab;
    private final Docker docker;

    FaultsTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void settled() {
        Await.untilAsserted(COMES_BACK, () -> new Leftovers(lab).assertAsEngineKnows());
    }

    private void assertBackAndReachable(String container) {
        docker.awaitRunning(container, COMES_BACK);
        settled();
        lab.ports().assertNoDuplicates(List.of(docker.ip(container, "lan")));
    }

    @Test
    void anEngineThatIsRestartedBringsItsContainersBack() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--restart", "always");
        String ip = docker.ip("c1", "lan");
        lab.restart("dockerd", false);
        assertBackAndReachable("c1");
        assertThat(docker.ip("c1", "lan")).isEqualTo(ip);
    }

    @Test
    void anEngineThatIsKilledBringsItsContainersBackAndNothingOfTheOldOnesStays() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--restart", "always");
        docker.sleeper("c2", "lan");
        docker.sleeper("fixed", "lan", "--ip", "10.77.0.30", "--restart", "always");
        lab.restart("dockerd", true);
        assertBackAndReachable("c1");
        assertBackAndReachable("fixed");
        assertThat(docker.isRunning("c2")).isFalse();
        docker.ok("start", "c2");
        assertBackAndReachable("c2");
    }

    @Test
    void theDaemonIsRestartedWhileContainersRun() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        lab.restart("patchbay", false);
        lab.assertReachable(ip);
        docker.sleeper("c2", "lan");
        docker.ok("stop", "-t", "0", "c1");
        settled();
        lab.assertReachable(docker.ip("c2", "lan"));
    }

    @Test
    void c24TheDaemonIsKilledWhileContainersRunAndComesBackOverItsStaleSocket() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "lan");
        lab.end("patchbay", true);
        lab.assertReachable(docker.ip("c1", "lan"));
        lab.restart("patchbay", false);
        docker.ok("rm", "-f", "c2");
        settled();
        docker.ok("restart", "-t", "0", "c1");
        settled();
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void whatIsStoppedWhileTheDaemonIsDeadIsCollectedWhenItIsBack() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        lab.end("patchbay", true);
        // dockerd tries each call for 15 seconds and then goes on without it
        docker.ok("kill", "c1");
        Await.until("c1 is stopped", Duration.ofSeconds(90), () -> !docker.isRunning("c1"));
        lab.lab("start", "1", "patchbay").ok();
        lab.patchbay().awaitReady(COMES_BACK);
        Await.untilAsserted(Duration.ofSeconds(150), () -> new Leftovers(lab).assertAsEngineKnows());
        docker.ok("start", "c1");
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void c90AnEngineThatBootedWithoutTheDaemonGetsTheSameAddressAgain() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", "10.77.0.30");
        lab.end("dockerd", true);
        lab.end("patchbay", true);
        lab.lab("start", "1", "dockerd").ok();
        assertThat(docker.isRunning("c1")).isFalse();
        lab.lab("start", "1", "patchbay").ok();
        lab.patchbay().awaitReady(COMES_BACK);
        docker.sleeper("c2", "lan", "--ip", "10.77.0.30");
        lab.ports().assertNoDuplicates(List.of("10.77.0.30"));
        settled();
    }

    @Test
    void theDaemonIsKilledInTheMiddleOfManyStarts() throws Exception {
        docker.lan("lan");
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> starts = new java.util.ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "try" + i;
                starts.add(clients.submit(() ->
                        docker.run("run", "-d", "--name", name, "--network", "lan", Docker.IMAGE, "sleep", "100000")));
            }
            for (int i = 0; i < 3; i++) {
                int done = i;
                Await.until(
                        "some starts are over",
                        COMES_BACK,
                        () -> starts.stream().filter(Future::isDone).count() > done * 2L);
                lab.restart("patchbay", true);
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            clients.shutdownNow();
        }
        settled();
        List<String> addresses = docker.endpoints().values().stream()
                .flatMap(e -> e.addresses().stream())
                .map(a -> a.substring(0, a.indexOf('/')))
                .toList();
        assertThat(addresses).doesNotHaveDuplicates();
        lab.ports().assertNoDuplicates(addresses);
    }

    @Test
    void theEngineIsKilledInTheMiddleOfManyStarts() throws Exception {
        docker.lan("lan");
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> starts = new java.util.ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String name = "try" + i;
                starts.add(clients.submit(() ->
                        docker.run("run", "-d", "--name", name, "--network", "lan", Docker.IMAGE, "sleep", "100000")));
            }
            Await.until("one start is over", COMES_BACK, () -> starts.stream().anyMatch(Future::isDone));
            lab.restart("dockerd", true);
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            clients.shutdownNow();
        }
        Await.untilAsserted(Duration.ofSeconds(150), () -> new Leftovers(lab).assertAsEngineKnows());
    }

    @Test
    void theHostLosesPowerAndItsContainersComeBack() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--restart", "always");
        docker.sleeper("fixed", "lan", "--ip", "10.77.0.30", "--restart", "always");
        lab.lab("reboot", "1").ok();
        lab.patchbay().awaitReady(COMES_BACK);
        assertBackAndReachable("c1");
        assertBackAndReachable("fixed");
        assertThat(docker.ip("fixed", "lan")).isEqualTo("10.77.0.30");
    }
}
