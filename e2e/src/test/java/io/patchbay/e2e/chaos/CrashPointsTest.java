package io.patchbay.e2e.chaos;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The daemon ends (kill -9 by itself) at each point of docker's main commands: before and after whatever it changes in
 * the store and in the kernel. Another begins, the command is given again and works, and all agree.
 */
@Tag("chaos")
@InLab({
    "LAB_PATCHBAY_ARGS=--grace 2",
    "PATCHBAY_JAVA_OPTS=" + Lab.JAVA_OPTS + " -Dpatchbay.crash-file=" + CrashPointsTest.FILE
})
final class CrashPointsTest {
    static final String FILE = "/run/patchbay/crash";

    private static final List<String> RUN =
            points("store.commit", "netlink.create_veth", "netlink.drop_ra", "netlink.announce");
    private static final List<String> REMOVE = points("store.commit", "netlink.delete");
    private static final List<String> CREATE_NETWORK = points("store.commit", "netlink.ensure_bridge");
    private static final List<String> REMOVE_NETWORK = REMOVE;

    private static final Duration ENDS = Duration.ofSeconds(90);
    private static final Duration SETTLES = Duration.ofSeconds(90);
    private final Host host;
    private final Lab lab;
    private final Docker docker;
    private final Path file;

    CrashPointsTest(Lab lab) {
        this.lab = lab;
        this.host = lab.host(1);
        this.docker = lab.docker();
        this.file = host.folder().resolve(FILE.substring(1));
    }

    private static List<String> points(String... verbs) {
        return Stream.of(verbs)
                .flatMap(verb -> Stream.of("before patchbay." + verb, "after patchbay." + verb))
                .toList();
    }

    @Test
    void aContainerIsStartedAndRemoved() {
        docker.lan("lan");
        for (String point : RUN) {
            at(point, "run", "-d", "--name", "c1", "--network", "lan", Docker.IMAGE, "sleep", "100000");
            docker.run("rm", "-f", "c1");
            docker.sleeper("c1", "lan");
            agree(point);
            docker.ok("rm", "-f", "c1");
        }
        for (String point : REMOVE) {
            docker.sleeper("c1", "lan");
            at(point, "rm", "-f", "c1");
            docker.run("rm", "-f", "c1");
            agree(point);
        }
    }

    @Test
    void aNetworkIsMadeAndRemoved() {
        String[] creation = Docker.creation("inside", "--internal", "--subnet", "10.79.0.0/24");
        for (String point : CREATE_NETWORK) {
            at(point, creation);
            if (!docker.networkNames().contains("inside")) {
                docker.ok(creation);
            }
            agree(point);
            docker.ok("network", "rm", "inside");
        }
        for (String point : REMOVE_NETWORK) {
            docker.ok(creation);
            at(point, "network", "rm", "inside");
            if (docker.networkNames().contains("inside")) {
                docker.ok("network", "rm", "inside");
            }
            agree(point);
        }
        Await.until(
                "nothing is left of networks that were never made",
                SETTLES,
                () -> host.patchbay().list("pools").isEmpty());
    }

    /** The daemon ends there in this command, or soon after it, and another is started. */
    private void at(String point, String... command) {
        write(point);
        CompletableFuture<Command.Result> result = CompletableFuture.supplyAsync(() -> docker.run(command));
        Await.until("the end of a daemon " + point, ENDS, () -> !Files.exists(file));
        Await.until(
                "its end",
                ENDS,
                () -> ProcessHandle.of(pid()).filter(ProcessHandle::isAlive).isEmpty());
        host.start("patchbay");
        host.patchbay().awaitReady(ENDS);
        result.join();
    }

    private long pid() {
        try {
            return Long.parseLong(Files.readString(host.folder().resolve("patchbay.pid"))
                    .strip()
                    .split(" ", 2)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String point) {
        try {
            Files.writeString(file, point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void agree(String point) {
        try {
            Await.untilAsserted(SETTLES, () -> new Leftovers(lab).assertAsEngineKnows());
        } catch (AssertionError e) {
            throw new AssertionError("after a daemon ended " + point + ": " + e.getMessage(), e);
        }
    }
}
