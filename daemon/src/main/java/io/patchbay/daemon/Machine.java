package io.patchbay.daemon;

import io.patchbay.core.cluster.HostSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What tells this machine from others. */
final class Machine {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path NETWORK = Path.of("/proc/self/ns/net");

    private Machine() {}

    static HostSettings describe(Optional<Duration> deadHostAfter, boolean asksEngine) {
        String boot = text(BOOT_ID);
        return new HostSettings(id(boot), boot, Version.text(), HostSettings.LEASE, deadHostAfter, asksEngine);
    }

    /** With the network namespace: several hosts of a lab are one machine. */
    private static String id(String boot) {
        String machine = text(MACHINE_ID);
        return (machine.isEmpty() ? "boot " + boot : machine) + " " + namespace();
    }

    private static String namespace() {
        try {
            return Files.readSymbolicLink(NETWORK).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
