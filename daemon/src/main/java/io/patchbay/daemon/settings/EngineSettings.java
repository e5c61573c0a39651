package io.patchbay.daemon.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How this host's engine is worked with.
 *
 * @param socket of its API; empty when switched off
 * @param replicate share networks with other hosts
 * @param driverName what the engine calls this driver
 */
public record EngineSettings(Optional<Path> socket, boolean replicate, String driverName) {

    static EngineSettings of(
            Optional<Path> engine, Optional<Boolean> replicate, String driverName, StoreAddress store) {
        boolean shared = !(store instanceof StoreAddress.Embedded);
        return new EngineSettings(engine, replicate.orElse(shared), driverName);
    }

    /** dockerd takes the file's name without its ending for the plugin's (moby: pkg/plugins/discovery.go). */
    static String nameOf(Path plugin) {
        String file = plugin.getFileName().toString();
        return file.endsWith(".sock") ? file.substring(0, file.length() - ".sock".length()) : file;
    }
}
