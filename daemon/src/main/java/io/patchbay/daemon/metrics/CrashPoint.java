package io.patchbay.daemon.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * For tests: before and after each verb of a port the process ends at once, as by kill -9, if a file says so. The file
 * is named by the system property {@code patchbay.crash-file}, which nothing but tests sets; it has the point's name,
 * as in {@code after patchbay.store.commit}, and is removed first, so that the next process does not end there too.
 */
final class CrashPoint {
    private static final String FILE = System.getProperty("patchbay.crash-file", "");
    private static final int KILLED = 137;

    private CrashPoint() {}

    static void pass(String when, String port, String verb) {
        if (!FILE.isEmpty()) {
            endIf(Path.of(FILE), when + " " + port + "." + verb);
        }
    }

    private static void endIf(Path file, String point) {
        try {
            if (Files.exists(file) && Files.readString(file).strip().equals(point)) {
                Files.delete(file);
                Runtime.getRuntime().halt(KILLED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file of crash points cannot be read: " + file, e);
        }
    }
}
