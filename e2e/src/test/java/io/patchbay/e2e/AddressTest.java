package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which addresses containers get, and which they are refused. */
@InLab
@Tag("core")
final class AddressTest {
    private final Lab lab;
    private final Docker docker;

    AddressTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void addressInUseIsRefusedWithItsOwner() {
        docker.lan("lan");
        docker.sleeper("c1", "lan", "--ip", Lab.NET + ".77");
        Command.Result second = docker.run(
                "run", "-d", "--name", "c2", "--network", "lan", "--ip", Lab.NET + ".77", Docker.IMAGE, "sleep", "9");
        assertThat(second.exit()).isNotZero();
        assertThat(second.err()).contains(Lab.NET + ".77").contains("held by");
        lab.ports().assertNoDuplicates(List.of(Lab.NET + ".77"));
    }

    @Test
    void addressesComeFromTheRangeAndNeverAnAuxOne() {
        docker.ok(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--subnet",
                Lab.NET + ".0/24",
                "--ip-range",
                Lab.NET + ".240/29",
                "--gateway",
                Lab.PRINTER,
                "--aux-address",
                "nas=" + Lab.NET + ".241",
                "--aux-address",
                "tv=" + Lab.NET + ".20",
                "lan");
        for (int i = 0; i < 5; i++) {
            docker.sleeper("c" + i + "x", "lan");
            String ip = docker.ip("c" + i + "x", "lan");
            int last = Integer.parseInt(ip.substring(ip.lastIndexOf('.') + 1));
            assertThat(last).isBetween(240, 247).isNotEqualTo(241);
        }
        Command.Result aux =
                docker.run("run", "--rm", "--network", "lan", "--ip", Lab.NET + ".241", Docker.IMAGE, "true");
        assertThat(aux.exit()).isNotZero();
        assertThat(aux.err()).contains(Lab.NET + ".241").contains("aux");
    }

    @Test
    void endOfThePoolReachesTheUser() {
        docker.lan("lan", "--ip-range", Lab.NET + ".252/31");
        docker.sleeper("c1", "lan");
        docker.sleeper("c2", "lan");
        Command.Result third = docker.run("run", "-d", "--name", "c3", "--network", "lan", Docker.IMAGE, "sleep", "9");
        assertThat(third.exit()).isNotZero();
        assertThat(third.err()).contains("no address left in pool").contains(Lab.NET + ".0/24");
        docker.ok("rm", "-f", "c1");
        docker.ok("start", "c3");
        assertThat(docker.ip("c3", "lan")).startsWith(Lab.NET + ".25");
    }
}
