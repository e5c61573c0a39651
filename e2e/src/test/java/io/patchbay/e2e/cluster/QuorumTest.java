package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** One member of three is not enough, and that is what is said. */
@InLab(
        hosts = 3,
        value = {Options.GRACE, Options.CLOCKS, Options.IMPATIENT})
final class QuorumTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Lab lab;

    QuorumTest(Lab lab) {
        this.lab = lab;
    }

    @Test
    void aClusterWithoutAMajorityIsNamedWhereverSomebodyLooks() {
        Host host = lab.host(1);
        lab.host(2).end("etcd", true);
        lab.host(3).end("etcd", true);
        try {
            Await.until(
                    "/readyz says it",
                    LIMIT,
                    () -> isSaid(host.patchbay().readiness().body()),
                    () -> host.patchbay().readiness().toString());
            Await.until("the log says it", LIMIT, () -> isSaid(host.daemonLog()), host::daemonLog);
            var doctor = host.on("patchbay", "doctor");
            assertThat(isSaid(doctor.out())).as("doctor says it: %s", doctor).isTrue();
            var create = host.docker().run(Docker.creation("lan", "--subnet", Lab.SUBNET));
            assertThat(create.exit()).isNotZero();
            assertThat(isSaid(create.err())).as("docker says it: %s", create).isTrue();
        } finally {
            lab.etcd().start();
            lab.hosts().forEach(h -> h.patchbay().awaitReady(LIMIT));
        }
    }

    private static boolean isSaid(String text) {
        return text.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .anyMatch(
                        line -> List.of("http://10.77.0.1", "majority").stream().allMatch(line::contains));
    }
}
