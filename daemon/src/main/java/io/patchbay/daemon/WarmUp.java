package io.patchbay.daemon;

import io.patchbay.daemon.cli.ControlClient;
import io.patchbay.daemon.log.LogOutput;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.warmup.WarmUpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM compile what dockerd's calls run through, once after the start, beside the daemon.
 * A second daemon on a store and links of its own is asked for some endpoints.
 * Interpreted code takes several times as long, and a host that boots starts all its containers now.
 *
 * <p>Its files are in a folder beside the control socket, in memory on most hosts.
 * Nothing of it is seen outside: no log lines, no metrics, no link.
 * A failure costs nothing but the speed.
 * With {@code -Dpatchbay.warm-up=false} it is left out, for tests that start many daemons.
 */
final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** The JVM compiles a method when it has been called 200 times. */
    static final int ENDPOINTS = 200;

    /** On a slow host it is left at what was done by then. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final long END_MILLIS = 700;

    private final Path directory;
    private final Thread thread = new Thread(this::run, "warm-up");
    private volatile boolean closed;
    private volatile int endpoints;

    private WarmUp(Path directory) {
        this.directory = directory;
    }

    static WarmUp beside(Path controlSocket) {
        return new WarmUp(controlSocket.resolveSibling(controlSocket.getFileName() + ".warm-up"));
    }

    void start() {
        if (!Boolean.parseBoolean(System.getProperty("patchbay.warm-up", "true"))) {
            return;
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            remove();
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                FutureTask<Integer> calls = new FutureTask<>(this::callAll);
                LogOutput.silent(calls, "warm-up-rehearsal").start();
                endpoints = calls.get();
                LOG.debug("warmed up endpoints={}", endpoints);
            } finally {
                remove();
            }
        } catch (ExecutionException | IOException | RuntimeException e) {
            LOG.debug("not warmed up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int callAll() throws ControlClient.Unreachable {
        DaemonSettings settings = WarmUpCommand.settings(directory, Optional.empty());
        try (Daemon daemon =
                new Daemon(settings, new WarmUpCommand.WarmUpPorts(settings.store(), settings.outageDirectory()))) {
            daemon.start();
            long end = System.nanoTime() + LIMIT.toNanos();
            return new WarmUpCalls(settings.socket(), settings.controlSocket())
                    .endpoints(ENDPOINTS, () -> !closed && System.nanoTime() < end);
        }
    }

    /** Also what one that was killed has left. */
    private void remove() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> inwards = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inwards) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** How many endpoints it took, when it is over. */
    int awaitEndpoints() throws InterruptedException {
        thread.join();
        return endpoints;
    }

    /** Ends it, and waits for that a moment. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
