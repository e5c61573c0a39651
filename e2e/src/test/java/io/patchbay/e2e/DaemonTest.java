package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon ends in order or is killed, at each step of a container's life. */
@InLab
@Tag("core")
final class DaemonTest {
    private final Lab lab;
    private final Docker docker;

    DaemonTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @BeforeEach
    void network() {
        docker.lan("lan");
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {false, true})
    void networkOutlivesTheDaemon(boolean kill) {
        lab.restart("patchbay", kill);
        docker.sleeper("c1", "lan");
        lab.ports().assertNoDuplicates(List.of(docker.ip("c1", "lan")));
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {false, true})
    void createdContainerStartsAfterwards(boolean kill) {
        docker.ok("create", "--name", "c1", "--network", "lan", "--ip", Lab.NET + ".88", Docker.IMAGE, "sleep", "999");
        lab.restart("patchbay", kill);
        docker.ok("start", "c1");
        lab.assertReachable(Lab.NET + ".88");
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {false, true})
    void runningContainerKeepsItsTrafficAndIsStoppedAfterwards(boolean kill) {
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        lab.end("patchbay", kill);
        lab.assertReachable(ip);
        lab.lab("start", "1", "patchbay").ok();
        lab.patchbay().awaitReady(java.time.Duration.ofSeconds(20));
        new Leftovers(lab).assertAsEngineKnows();
        docker.sleeper("c2", "lan");
        lab.ports().assertNoDuplicates(List.of(ip, docker.ip("c2", "lan")));
        docker.ok("stop", "-t", "0", "c1");
        lab.assertSilent(ip);
        new Leftovers(lab).assertAsEngineKnows();
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {false, true})
    void containerThatEndedMeanwhileCanBeStartedAgain(boolean kill) {
        docker.sleeper("c1", "lan", "--ip", Lab.NET + ".89");
        lab.end("patchbay", kill);
        CompletableFuture<Command.Result> stop = begin(() -> docker.run("stop", "-t", "0", "c1"));
        lab.lab("start", "1", "patchbay").ok();
        stop.join().ok();
        docker.ok("start", "c1");
        lab.ports().assertNoDuplicates(List.of(Lab.NET + ".89"));
    }

    @Test
    void socketIsGoneAfterAnOrderlyEndAndTakenOverAfterAKill() {
        lab.end("patchbay", true);
        assertThat(Files.exists(lab.patchbay().plugin())).isTrue();
        lab.lab("start", "1", "patchbay").ok();
        assertThat(lab.patchbay().call("Plugin.Activate", "").status()).isEqualTo(200);
        lab.end("patchbay", false);
        assertThat(Files.exists(lab.patchbay().plugin())).isFalse();
        lab.lab("start", "1", "patchbay").ok();
        lab.patchbay().awaitReady(java.time.Duration.ofSeconds(20));
    }

    private static CompletableFuture<Command.Result> begin(java.util.function.Supplier<Command.Result> command) {
        return CompletableFuture.supplyAsync(command, task -> new Thread(task, "docker").start());
    }
}
