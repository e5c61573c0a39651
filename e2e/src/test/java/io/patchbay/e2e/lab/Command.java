package io.patchbay.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, with a limit, and keeps what it printed. */
public final class Command {
    /** Longer than anything a test waits for; dockerd's own longest wait for a plugin is 75 s on any machine. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Command() {}

    /** What a program left: its exit code, and what it printed, without trailing blanks. */
    public record Result(List<String> command, int exit, String out, String err) {
        /** Itself if it succeeded, otherwise a failure that shows all. */
        public Result ok() {
            if (exit != 0) {
                throw new AssertionError(this + " failed");
            }
            return this;
        }

        /** What it printed, if it succeeded. */
        public String text() {
            return ok().out;
        }

        @Override
        public String toString() {
            return "'" + String.join(" ", command) + "' (exit code " + exit + ")\n" + out + "\n" + err;
        }
    }

    /** Runs a program that has nothing to do with a lab. */
    public static Result run(Path directory, String... command) {
        return run(List.of(command), Map.of(), directory);
    }

    static Result run(List<String> command, Map<String, String> environment, Path directory) {
        try {
            Path out = Files.createTempFile("patchbay-e2e", ".out");
            Path err = Files.createTempFile("patchbay-e2e", ".err");
            try {
                return run(command, environment, directory, out, err);
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result run(List<String> command, Map<String, String> environment, Path directory, Path out, Path err)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // which engine is meant is said by the test, never by the shell it was started from
        builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
        builder.environment().putAll(environment);
        Process process = Processes.start(builder);
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("'" + String.join(" ", command) + "' has not ended after " + LIMIT.toSeconds()
                        + " s; it printed " + read(out) + read(err));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while '" + String.join(" ", command) + "' ran", e);
        }
        return new Result(command, process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
    }
}
