package io.patchbay.daemon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** {@code patchbay-ask} in a distribution of its own, whose launcher only says that it was run. */
final class AskProgram {
    static final String BUILD = "b1";
    /** Exit code of the launcher. */
    static final int ALONE = 77;

    private final Path home;
    private final Path program;

    /** How a command ended, and what it printed. */
    record Printed(int code, String out, String err) {}

    AskProgram(Path home, Path socket) throws IOException {
        this.home = Files.createDirectories(home);
        this.program = home.resolve("patchbay-ask");
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/build-id"), BUILD + "\n");
        Files.writeString(home.resolve("lib/places"), socket + "\n" + settings() + "\n");
        Path launcher = Files.writeString(launcher(), "#!/bin/sh\necho \"$PATCHBAY_ALONE: $*\"\nexit " + ALONE + "\n");
        String arch = System.getProperty("os.arch").replace("amd64", "x86_64").replace("aarch64", "aarch_64");
        try (InputStream made =
                AskProgram.class.getResourceAsStream("/META-INF/native/linux-" + arch + "/patchbay-ask")) {
            Files.write(program, Objects.requireNonNull(made).readAllBytes());
        }
        if (!launcher.toFile().setExecutable(true) || !program.toFile().setExecutable(true)) {
            throw new IOException(home + " cannot have programs");
        }
    }

    Path settings() {
        return home.resolve("patchbay.properties");
    }

    private Path launcher() {
        return home.resolve("launcher");
    }

    Printed run(String... words) {
        return run(Map.of(), words);
    }

    Printed run(Map<String, String> environment, String... words) {
        try {
            return await(environment, words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Printed await(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), home.toString(), launcher().toString()));
        command.addAll(List.of(words));
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PATCHBAY_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + command);
        }
        return new Printed(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
