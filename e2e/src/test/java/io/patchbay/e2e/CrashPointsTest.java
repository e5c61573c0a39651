package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The daemon ends (kill -9 by itself) at each point of docker's main commands: before and after whatever it changes in
 * the store and in the kernel. Another begins, the command is given again and works, and all agree.
 */
@InLab({
    "LAB_PATCHBAY_ARGS=--grace 2",
    "PATCHBAY_JAVA_OPTS=" + Lab.JAVA_OPTS + " -Dpatchbay.crash-file=" + CrashPointsTest.FILE
})
final class CrashPointsTest {
    static final String FILE = "/run/patchbay/crash";

    private static final List<String> VERBS = List.of(
            "store.commit",
            "netlink.create_veth",
            "netlink.drop_ra",
            "netlink.delete",
            "netlink.ensure_bridge",
            "netlink.announce");

    private static final Duration ENDS = Duration.ofSeconds(90);
    private static final Duration SETTLES = Duration.ofSeconds(40);
    /** The last announcement comes three seconds after the first. */
    private static final Duration IN_THE_BACKGROUND = Duration.ofSeconds(6);

    private final Host host;
    private final Lab lab;
    private final Docker docker;
    private final Path file;
    private final Set<String> reached = new TreeSet<>();

    CrashPointsTest(Lab lab) {
        this.lab = lab;
        this.host = lab.host(1);
        this.docker = lab.docker();
        this.file = host.folder().resolve(FILE.substring(1));
    }

    private static Stream<String> points() {
        return VERBS.stream().flatMap(verb -> Stream.of("before patchbay." + verb, "after patchbay." + verb));
    }

    @Test
    void whateverDockerWasDoingItCanDoAgain() {
        docker.lan("lan");
        points().forEach(point -> {
            at(point, "run", "-d", "--name", "c1", "--network", "lan", Docker.IMAGE, "sleep", "100000");
            docker.run("rm", "-f", "c1");
            docker.sleeper("c1", "lan");
            agree(point);
            at(point, "rm", "-f", "c1");
            docker.run("rm", "-f", "c1");
            agree(point);
            at(point, Docker.creation("inside", "--internal", "--subnet", "10.79.0.0/24"));
            if (!docker.networkNames().contains("inside")) {
                docker.ok(Docker.creation("inside", "--internal", "--subnet", "10.79.0.0/24"));
            }
            agree(point);
            at(point, "network", "rm", "inside");
            if (docker.networkNames().contains("inside")) {
                docker.ok("network", "rm", "inside");
            }
            agree(point);
        });
        assertThat(reached).containsExactlyInAnyOrderElementsOf(points().toList());
    }

    /** The daemon ends there if the command comes by, and another is started. */
    private void at(String point, String... command) {
        write(point);
        CompletableFuture<Command.Result> result = CompletableFuture.supplyAsync(() -> docker.run(command));
        Await.until(
                "the end of docker " + String.join(" ", command) + " or of the daemon " + point,
                ENDS,
                () -> result.isDone() || hasEnded());
        if (!hasEnded() && command[0].equals("run") && point.endsWith("announce")) {
            Await.until("an announcement", IN_THE_BACKGROUND, this::hasEnded);
        }
        if (!hasEnded()) {
            remove();
            return;
        }
        Await.until(
                "the daemon's end",
                ENDS,
                () -> !ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false));
        reached.add(point);
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

    private boolean hasEnded() {
        return !Files.exists(file);
    }

    private void write(String point) {
        try {
            Files.writeString(file, point);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A daemon that comes by just now may have taken it away. */
    private void remove() {
        try {
            Files.deleteIfExists(file);
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
