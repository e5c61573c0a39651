package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.StreamSupport;

/**
 * Patchbay as the engine's managed plugin, as {@code deploy/plugin/build} has made it, in place of the daemon of
 * its own.
 */
public final class ManagedPlugin {
    /** With its tag, which is how the engine calls the driver. */
    public static final String NAME = "patchbay:latest";

    private static final Duration ENDS = Duration.ofSeconds(30);
    private static final String JAVA = "/opt/jre/bin/java";
    private static final String FLAGS = "@/opt/patchbay/lib/plugin.flags";

    /** Classes of tests run side by side. */
    private static final ReadWriteLock BUILD = new ReentrantReadWriteLock();

    private final Host host;

    public ManagedPlugin(Host host) {
        this.host = host;
    }

    /** The folder that {@code docker plugin create} takes. */
    public static Path built() {
        Path folder = Path.of(Lab.property("patchbay.plugin")).normalize();
        if (!Files.exists(folder.resolve("config.json"))) {
            throw new IllegalStateException("there is no plugin in " + folder + "; deploy/plugin/build makes it");
        }
        return folder;
    }

    /** Does something with what was built; not while it is made anew. */
    public static void reading(Runnable what) {
        with(BUILD.readLock(), what);
    }

    /** Makes it anew. */
    public static void making(Runnable what) {
        with(BUILD.writeLock(), what);
    }

    private static void with(Lock lock, Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    /** On the host's disk, what the plugin sees as {@code /etc/patchbay}. */
    public Path config() {
        return host.folder().resolve("config");
    }

    /** A lab for it: without the daemon, and with engines that have the plugin, as it is made. */
    public static Lab lab(int hosts, String... options) {
        return PluginSnapshot.lab(hosts, List.of(options));
    }

    /** Makes it unless it is there, with folders of the host's own. */
    public void create() {
        Path state = host.folder().resolve("state");
        try {
            Files.createDirectories(state);
            Files.createDirectories(config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!isMade()) {
            make();
        }
        set("state.source=" + state, "config.source=" + config());
    }

    public void set(String... settings) {
        List<String> command = new ArrayList<>(List.of("plugin", "set", NAME));
        command.addAll(List.of(settings));
        host.docker().ok(command.toArray(String[]::new));
    }

    /** The settings that its environment has. */
    public List<String> settings() {
        JsonNode all =
                host.docker().api("/plugins/" + NAME + "/json").path("Settings").path("Env");
        return StreamSupport.stream(all.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    public void enable() {
        host.docker().ok("plugin", "enable", NAME);
    }

    public void disable() {
        host.docker().ok("plugin", "disable", NAME);
    }

    /** Also while networks and containers use it. */
    public void disableByForce() {
        host.docker().ok("plugin", "disable", "-f", NAME);
    }

    /** The same, and then removed. */
    public void removeByForce() {
        disableByForce();
        host.docker().ok("plugin", "rm", "-f", NAME);
    }

    /** {@code docker plugin create}. */
    void make() {
        reading(() -> host.docker().ok("plugin", "create", NAME, built().toString()));
    }

    private boolean isMade() {
        return host.docker().api("/plugins").findValuesAsText("Name").contains(NAME);
    }

    public boolean isEnabled() {
        return host.docker().api("/plugins/" + NAME + "/json").path("Enabled").asBoolean();
    }

    /** A call of dockerd's, on the socket that dockerd calls. */
    public Http.Answer call(String method) {
        String id = host.docker().api("/plugins/" + NAME + "/json").path("Id").asText();
        Path folder = host.folder().resolve("p");
        try {
            // the whole path is longer than a socket's may be
            Files.deleteIfExists(folder);
            Files.createSymbolicLink(folder, Path.of("run/docker/plugins", id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Http.post(folder.resolve("patchbay.sock"), "/" + method, "");
    }

    /** The process of its JVM, as the machine counts. */
    public ProcessHandle process() {
        return ProcessHandle.allProcesses()
                .filter(this::isOurs)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no JVM of a plugin runs on " + host + "\n" + host.engineLog()));
    }

    private boolean isOurs(ProcessHandle process) {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        Path namespace = Path.of("/run/netns", host.lab().namespace(String.valueOf(host.number())));
        try {
            return Files.isSameFile(proc.resolve("ns/net"), namespace)
                    && Files.readSymbolicLink(proc.resolve("exe")).toString().endsWith(JAVA)
                    && List.of(Files.readString(proc.resolve("cmdline"), StandardCharsets.UTF_8)
                                    .split("\0", -1))
                            .contains(FLAGS);
        } catch (IOException e) {
            // it has ended meanwhile, or is one of the kernel's own
            return false;
        }
    }

    /** kill -9 to its JVM; returns when that is gone. dockerd starts it again by itself. */
    public void kill() {
        ProcessHandle process = process();
        process.destroyForcibly();
        Await.until("the plugin's JVM on " + host + " has ended", ENDS, () -> !process.isAlive());
    }
}
