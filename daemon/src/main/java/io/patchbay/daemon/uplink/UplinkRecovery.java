package io.patchbay.daemon.uplink;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a daemon does about the uplink when it starts. */
public final class UplinkRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(UplinkRecovery.class);

    private UplinkRecovery() {}

    /** Undoes a take-over that nobody confirmed and whose watchdog is gone. What fails is logged and stops nobody. */
    public static void atStart(Path stateDirectory) {
        Journal journal = new Journal(stateDirectory.resolve("uplink"));
        if (!Files.isDirectory(journal.folder())) {
            return;
        }
        try {
            String path = System.getenv().getOrDefault("PATH", "");
            new Uplink(
                            HostKernel.of(path),
                            journal,
                            Host.here(),
                            new HostConfig(Path.of("/"), path),
                            trial -> {},
                            sentence -> LOG.warn("an uplink that nobody confirmed is undone: {}", sentence))
                    .recover();
        } catch (RuntimeException e) {
            LOG.warn("whether an uplink is to be undone cannot be told: {}", e.getMessage());
        }
    }
}
