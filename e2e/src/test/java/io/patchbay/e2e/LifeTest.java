package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A container's life from create to rm, seen from the printer. */
@InLab
@Tag("core")
final class LifeTest {
    private final Lab lab;
    private final Docker docker;

    LifeTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @BeforeEach
    void network() {
        docker.lan("lan");
    }

    @Test
    void containerIsReachedFromThePrinterAndReachesIt() {
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        lab.assertReachable(ip);
        docker.exec("c1", "ping", "-c", "1", "-W", "3", Lab.PRINTER);
        docker.exec("c1", "ping", "-c", "1", "-W", "3", Lab.HOST);
        assertThat(ip).startsWith(Lab.NET + ".");
        lab.ports().assertNoDuplicates(List.of(ip));
        docker.ok("stop", "-t", "0", "c1");
        lab.assertSilent(ip);
    }

    @Test
    void containersReachEachOther() {
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "lan");
        docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "lan"));
        docker.exec("c1", "ping", "-c", "1", "-W", "3", "c2");
        lab.ports().assertNoDuplicates(List.of(docker.ip("c1", "lan"), docker.ip("c2", "lan")));
    }

    @Test
    void createTakesNothingAndStartDoes() {
        docker.ok("create", "--name", "c1", "--network", "lan", Docker.IMAGE, "sleep", "1000");
        assertThat(lab.patchbay().list("endpoints")).isEmpty();
        docker.ok("start", "c1");
        lab.assertReachable(docker.ip("c1", "lan"));
    }

    @Test
    void restartKeepsTheAddress() {
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "lan");
        String ip = docker.ip("c1", "lan");
        docker.ok("restart", "-t", "0", "c1");
        assertThat(docker.ip("c1", "lan")).isEqualTo(ip);
        lab.ports().assertNoDuplicates(List.of(ip));
    }

    @Test
    void killedContainerLeavesNothing() {
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        docker.ok("kill", "c1");
        new Leftovers(lab).assertAsEngineKnows();
        lab.assertSilent(ip);
    }

    @Test
    void c57ContainerThatRunsOutOfMemoryLeavesNothing() {
        // a memory limit has 16 MiB, the file in memory would have 48
        docker.ok(
                "run",
                "-d",
                "--name",
                "c1",
                "--network",
                "lan",
                "--memory",
                "16m",
                "--memory-swap",
                "16m",
                Docker.IMAGE,
                "sh",
                "-c",
                "until [ -e /tmp/go ]; do usleep 20000; done; exec dd if=/dev/zero of=/dev/shm/fill bs=1M count=48");
        String ip = docker.ip("c1", "lan");
        lab.assertReachable(ip);
        docker.exec("c1", "touch", "/tmp/go");
        Await.until("c1 has ended", Duration.ofSeconds(30), () -> !docker.isRunning("c1"));
        // by SIGKILL, which nobody but the kernel has sent; OOMKilled is false where the engine hears of that later
        assertThat(docker.inspect("c1").path("State").path("ExitCode").asInt()).isEqualTo(137);
        new Leftovers(lab).assertAsEngineKnows();
        lab.assertSilent(ip);
    }

    @Test
    void forcedRemovalLeavesNothing() {
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        docker.ok("rm", "-f", "c1");
        assertThat(lab.patchbay().list("endpoints")).isEmpty();
        lab.assertSilent(ip);
    }

    @Test
    void containerThatEndsByItselfLeavesNothing() {
        docker.ok("run", "--rm", "--network", "lan", Docker.IMAGE, "true");
        new Leftovers(lab).assertAsEngineKnows();
    }

    @Test
    void failedStartGivesEverythingBack() {
        assertThat(docker.run("run", "--name", "c1", "--network", "lan", Docker.IMAGE, "/no/such/program")
                        .exit())
                .isNotZero();
        new Leftovers(lab).assertAsEngineKnows();
        assertThat(lab.patchbay().list("endpoints")).isEmpty();
    }

    @Test
    void pauseRenameAndExecChangeNothing() {
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        docker.ok("pause", "c1");
        new Leftovers(lab).assertAsEngineKnows();
        docker.ok("unpause", "c1");
        docker.ok("rename", "c1", "c9");
        assertThat(docker.ip("c9", "lan")).isEqualTo(ip);
        lab.assertReachable(ip);
    }
}
