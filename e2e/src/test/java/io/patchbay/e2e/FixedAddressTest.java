package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that was given an address by name comes back with it, whatever is started meanwhile. */
@InLab("LAB_PATCHBAY_ARGS=--grace 2")
final class FixedAddressTest {
    private static final Duration COMES_BACK = Duration.ofSeconds(40);
    private static final int ROUNDS = Integer.getInteger("patchbay.rounds", 5);

    /** In the range from which others get theirs. */
    private static final String FIXED = "10.77.0.131";

    private final Lab lab;
    private final Docker docker;

    @TempDir
    private Path folder = Path.of("");

    FixedAddressTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void lan() {
        docker.lan("lan", "--ip-range", "10.77.0.128/29");
    }

    @Test
    void anotherContainerThatIsStartedMeanwhileGetsAnother() {
        lan();
        docker.sleeper("fix", "lan", "--ip", FIXED);
        docker.ok("stop", "-t", "0", "fix");
        docker.sleeper("other", "lan");
        docker.ok("start", "fix");
        assertThat(docker.ip("fix", "lan")).isEqualTo(FIXED);
        docker.ok("stop", "-t", "0", "fix");
        assertThat(lab.onHost("patchbay", "claims", "why", FIXED).text())
                .contains("is kept for", "which asked for it by name (--ip) and does not run");
    }

    @Test
    void itComesBackAfterEveryPowerCut() {
        lan();
        docker.sleeper("c1", "lan", "--restart", "always");
        docker.sleeper("fix", "lan", "--ip", FIXED, "--restart", "always");
        docker.sleeper("c2", "lan", "--restart", "always");
        docker.sleeper("c3", "lan", "--restart", "always");
        for (int i = 0; i < ROUNDS; i++) {
            lab.lab("crash", "1").ok();
            lab.lab("boot", "1").ok();
            for (String container : List.of("c1", "fix", "c2", "c3")) {
                docker.awaitRunning(container, COMES_BACK);
            }
            assertThat(docker.ip("fix", "lan")).as("power cut " + i).isEqualTo(FIXED);
        }
        lab.ports().assertNoDuplicates(List.of(FIXED));
    }

    private void writeCompose() throws IOException {
        Files.writeString(folder.resolve("docker-compose.yml"), """
                x-sleeper: &sleeper
                  image: busybox:lab
                  command: sleep 100000
                  stop_grace_period: 0s
                services:
                  a:
                    <<: *sleeper
                  fix:
                    <<: *sleeper
                    container_name: fix
                    networks:
                      default:
                        ipv4_address: %s
                  z:
                    <<: *sleeper
                networks:
                  default:
                    external: true
                    name: lan
                """.formatted(FIXED));
    }

    @Test
    void itComesBackAfterEveryComposeRestart() throws IOException {
        lan();
        writeCompose();
        docker.compose(folder, "pbfixed", "up", "-d");
        for (int i = 0; i < ROUNDS; i++) {
            docker.compose(folder, "pbfixed", "restart", "-t", "0");
            assertThat(docker.ip("fix", "lan")).as("restart " + i).isEqualTo(FIXED);
            assertThat(docker.endpoints()).hasSize(3);
        }
        for (int i = 0; i < ROUNDS; i++) {
            docker.compose(folder, "pbfixed", "up", "-d", "--force-recreate", "-t", "0");
            assertThat(docker.ip("fix", "lan")).as("recreation " + i).isEqualTo(FIXED);
            assertThat(docker.endpoints()).hasSize(3);
        }
        for (int i = 0; i < ROUNDS; i++) {
            // nothing names it meanwhile, and all three start at once
            docker.compose(folder, "pbfixed", "down", "-t", "0");
            docker.compose(folder, "pbfixed", "up", "-d");
            assertThat(docker.ip("fix", "lan")).as("made anew " + i).isEqualTo(FIXED);
        }
        docker.compose(folder, "pbfixed", "down", "-t", "0");
    }
}
