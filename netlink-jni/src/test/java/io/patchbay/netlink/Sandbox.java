package io.patchbay.netlink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A second network namespace without a name, alive as long as its one process, to which a container end can be moved.
 */
final class Sandbox implements AutoCloseable {
    private final Process process;

    private Sandbox(Process process) {
        this.process = process;
    }

    static Sandbox open() throws IOException {
        Process process = new ProcessBuilder("unshare", "--net", "--", "sh", "-c", "echo ready; exec cat").start();
        /* It has left this namespace when it says so. */
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return new Sandbox(process);
    }

    void take(String link) {
        InNamespace.run("ip", "link", "set", link, "netns", Long.toString(process.pid()));
    }

    void run(String... command) {
        String[] inside = new String[command.length + 4];
        inside[0] = "nsenter";
        inside[1] = "--net";
        inside[2] = "--target";
        inside[3] = Long.toString(process.pid());
        System.arraycopy(command, 0, inside, 4, command.length);
        InNamespace.run(inside);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(40, TimeUnit.SECONDS).join();
    }
}
