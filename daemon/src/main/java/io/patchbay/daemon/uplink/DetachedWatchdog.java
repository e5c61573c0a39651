package io.patchbay.daemon.uplink;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.tool.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that ends with neither the terminal nor the session: a unit of systemd's where there is one,
 * else one in a session of its own.
 */
final class DetachedWatchdog implements Uplink.Watchdog {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Journal journal;
    private final String mainClass;
    private final String path;

    /** {@code mainClass} is the program's; {@code path} is like PATH. */
    DetachedWatchdog(Journal journal, String mainClass, String path) {
        this.journal = journal;
        this.mainClass = mainClass;
        this.path = path;
    }

    @Override
    public void watch(Trial trial) {
        String unit = "patchbay-uplink-" + trial.id().substring(0, 8);
        boolean started = systemd()
                .filter(program -> new Tool(program, START)
                        .run(with(List.of("--quiet", "--collect", "--unit=" + unit), command())
                                .toArray(String[]::new))
                        .ok())
                .isPresent();
        if (!started) {
            start(with(List.of("setsid"), command()));
        }
        long end = System.nanoTime() + START.toNanos();
        while (!journal.isArmed(trial.id())) {
            if (System.nanoTime() > end) {
                throw new PatchbayException(
                        PatchbayException.Kind.UNAVAILABLE,
                        "the watchdog that would undo it did not start; see " + log());
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Its unit runs beside process 1, so this must be where that is. */
    private Optional<Path> systemd() {
        boolean here = Files.isDirectory(Path.of("/run/systemd/system")) && isSame("net") && isSame("mnt");
        return here ? Tool.find("systemd-run", path) : Optional.empty();
    }

    private static boolean isSame(String namespace) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/1/ns", namespace))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)));
        } catch (IOException e) {
            return false;
        }
    }

    private File log() {
        return journal.folder().resolve("watch.log").toFile();
    }

    private List<String> command() {
        return List.of(
                Path.of(property("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Xshare:auto",
                "-cp",
                property("java.class.path"),
                mainClass,
                "uplink",
                "watch",
                "--state-dir",
                String.valueOf(journal.folder().getParent()));
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    private static List<String> with(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private void start(List<String> command) {
        try {
            new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log())
                    .start();
        } catch (IOException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.UNAVAILABLE,
                    "the watchdog that would undo it could not be started: " + e.getMessage(),
                    e);
        }
    }
}
