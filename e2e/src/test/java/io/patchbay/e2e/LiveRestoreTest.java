package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With live-restore containers outlive their engine, and the network notices nothing. */
@InLab("--live-restore")
final class LiveRestoreTest {
    private final Lab lab;
    private final Docker docker;

    LiveRestoreTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void containersRunOnWhileTheEngineIsAway(boolean kill) {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        String ip = docker.ip("c1", "lan");
        lab.end("dockerd", kill);
        lab.assertReachable(ip);
        lab.lab("start", "1", "dockerd").ok();
        lab.assertReachable(ip);
        assertThat(docker.ip("c1", "lan")).isEqualTo(ip);
        new Leftovers(lab).assertAsEngineKnows();
        docker.ok("stop", "-t", "0", "c1");
        lab.assertSilent(ip);
        docker.ok("start", "c1");
        lab.ports().assertNoDuplicates(List.of(docker.ip("c1", "lan")));
    }
}
