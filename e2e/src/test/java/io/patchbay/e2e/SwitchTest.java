package io.patchbay.e2e;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A switch that remembers a MAC behind another port learns its new place at once. */
@InLab
@Tag("core")
final class SwitchTest {
    private static final String IP = Lab.NET + ".66";

    private final Lab lab;
    private final Docker docker;

    SwitchTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
        docker.lan("lan");
    }

    @Test
    void switchLearnsTheNewPortAtOnce() {
        docker.sleeper("c1", "lan", "--ip", IP);
        String mac = docker.on("c1", "lan").path("MacAddress").asText();
        docker.ok("rm", "-f", "c1");
        // as if the container had lived behind another port until now
        lab.run(
                        java.nio.file.Path.of("/"),
                        "nsenter",
                        "--net=" + "/run/netns/" + lab.namespace("switch"),
                        "bridge",
                        "fdb",
                        "replace",
                        mac,
                        "dev",
                        "printer",
                        "master",
                        "dynamic")
                .ok();
        docker.sleeper("c2", "lan", "--ip", IP);
        io.patchbay.e2e.lab.Await.until(
                "the switch knows " + mac + " at the host's port",
                Duration.ofSeconds(2),
                () -> lab.ports().portOf(mac).equals("1"),
                () -> lab.ports().portOf(mac));
        lab.assertReachable(IP);
    }
}
