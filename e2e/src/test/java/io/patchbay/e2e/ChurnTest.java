package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many starts and stops, one after the other and at once. */
@InLab
final class ChurnTest {
    private static final int AT_ONCE = 30;

    private final Lab lab;
    private final Docker docker;

    ChurnTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void c56FiftyRoundsOfStopAndStartLeakNothingAndKeepTheAddress() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        for (int round = 0; round < 50; round++) {
            docker.ok("stop", "-t", "0", "c1");
            docker.ok("start", "c1");
            assertThat(docker.ip("c1", "lan")).as("round %d", round).isEqualTo(ip);
        }
        new Leftovers(lab).assertAsEngineKnows();
        lab.ports().assertNoDuplicates(List.of(ip));
    }

    @Test
    void c57FiftyKillsAndForcedRemovalsLeakNothing() {
        docker.lan("lan");
        for (int round = 0; round < 25; round++) {
            docker.sleeper("c1", "lan");
            docker.ok("kill", "c1");
            docker.ok("start", "c1");
            docker.ok("rm", "-f", "c1");
        }
        new Leftovers(lab).assertAsEngineKnows();
    }

    @Test
    void thirtyContainersStartedAtOnceHaveThirtyAddresses() throws Exception {
        docker.lan("lan");
        List<String> names = new ArrayList<>();
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<String>> started = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                String name = "many" + i;
                names.add(name);
                started.add(clients.submit(() -> docker.sleeper(name, "lan")));
            }
            for (Future<String> one : started) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
        List<String> addresses = names.stream().map(n -> docker.ip(n, "lan")).toList();
        assertThat(new HashSet<>(addresses)).hasSize(AT_ONCE);
        lab.ports().assertNoDuplicates(addresses);
        new Leftovers(lab).assertAsEngineKnows();
    }
}
