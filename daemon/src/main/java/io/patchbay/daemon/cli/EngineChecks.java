package io.patchbay.daemon.cli;

import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether dockerd finds the plugin: its socket answers, lies where dockerd looks, and is the one that dockerd sees
 * there.
 */
final class EngineChecks {
    private static final Path PLUGINS = Path.of("/run/docker/plugins");
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** The id of a managed plugin: dockerd gives each a folder of its own beside the sockets of the others. */
    private static final Pattern MANAGED = Pattern.compile("[0-9a-f]{64}");

    private final Path proc;
    private final Path socket;

    /** {@code configured} is where the daemon's socket is; a managed plugin's is found. */
    EngineChecks(Path proc, Path configured) {
        this.proc = proc;
        this.socket =
                Files.exists(configured) ? configured : managed(configured).orElse(configured);
    }

    private static Optional<Path> managed(Path configured) {
        Path folder = Objects.requireNonNullElse(configured.getParent(), Path.of("/"));
        try (Stream<Path> plugins = Files.list(folder)) {
            return plugins.filter(EngineChecks::isManaged)
                    .map(plugin -> plugin.resolve(configured.getFileName()))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isManaged(Path folder) {
        return MANAGED.matcher(String.valueOf(folder.getFileName())).matches();
    }

    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        boolean answers = socketAnswers(findings);
        if (answers) {
            place(findings);
            engines(findings);
        }
        return findings;
    }

    private boolean socketAnswers(List<Finding> findings) {
        String name = socket.toString();
        if (!Files.exists(socket)) {
            findings.add(fail(
                    "plugin-socket", name, "the plugin socket " + name + " is absent", "systemctl start patchbay"));
            return false;
        }
        try {
            ControlClient.Answer answer = new ControlClient(socket, LIMIT).post("/Plugin.Activate", "");
            if (answer.status() == 200 && answer.body().contains("NetworkDriver")) {
                findings.add(ok("plugin-socket", name, "the plugin socket answers dockerd's handshake"));
                return true;
            }
            findings.add(fail(
                    "plugin-socket",
                    name,
                    "the plugin socket answers the handshake with " + answer.status(),
                    "see which program listens there: ss -xlp src " + name));
        } catch (ControlClient.Unreachable e) {
            findings.add(fail(
                    "plugin-socket",
                    name,
                    "the plugin socket is there but nobody answers: " + e.getMessage(),
                    "systemctl restart patchbay; dockerd waits 15 s for each call meanwhile"));
        }
        return false;
    }

    private void place(List<Finding> findings) {
        Path folder = socket.getParent();
        boolean found = PLUGINS.equals(folder)
                || (folder != null && isManaged(folder))
                || (folder != null
                        && PLUGINS.equals(folder.getParent())
                        && socket.endsWith(folder.getFileName() + ".sock"));
        if (!found) {
            findings.add(new Finding(
                    "plugin-place",
                    Severity.WARN,
                    socket.toString(),
                    "dockerd looks for plugins in " + PLUGINS + ", the socket lies in " + folder,
                    "use --socket " + PLUGINS
                            + "/patchbay.sock, or name the socket in /etc/docker/plugins/patchbay.spec"));
        }
    }

    private void engines(List<Finding> findings) {
        List<Path> engines = engineProcesses();
        if (engines.isEmpty()) {
            findings.add(new Finding(
                    "engine", Severity.WARN, "dockerd", "no dockerd runs on this host", "systemctl start docker"));
        }
        for (Path engine : engines) {
            String subject = "dockerd pid " + engine.getFileName();
            if (sees(engine)) {
                findings.add(ok("engine", subject, "dockerd sees the plugin socket"));
            } else {
                findings.add(fail(
                        "engine",
                        subject,
                        "dockerd does not see " + socket
                                + ": it runs with another /run (a snap, a container, rootless)",
                        "give the daemon and dockerd the same /run/docker/plugins"));
            }
        }
    }

    private List<Path> engineProcesses() {
        List<Path> engines = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (name(process).equals("dockerd")) {
                    engines.add(process);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return engines;
    }

    /** Empty for a process that has just ended. */
    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private boolean sees(Path engine) {
        try {
            return identity(engine.resolve("root" + socket)).equals(identity(socket));
        } catch (IOException e) {
            return false;
        }
    }

    private static Map<String, Object> identity(Path file) throws IOException {
        return Files.readAttributes(file, "unix:dev,ino");
    }

    private static Finding ok(String check, String subject, String message) {
        return new Finding(check, Severity.OK, subject, message, "");
    }

    private static Finding fail(String check, String subject, String message, String advice) {
        return new Finding(check, Severity.FAIL, subject, message, advice);
    }
}
