package io.patchbay.daemon.tool;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program of this host and waits for it, but not longer than a limit. */
public final class Tool {
    /** A daemon's PATH may lack the folders for root's programs. */
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

    private final Path program;
    private final Duration limit;

    public Tool(Path program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    public String name() {
        return String.valueOf(program.getFileName());
    }

    /** What a program wrote, both streams, and its exit code. */
    public record Result(int code, String output) {
        public boolean ok() {
            return code == 0;
        }

        /** Its words on one line. */
        public String words() {
            return output.strip().replaceAll("\\s*\\n\\s*", "; ");
        }
    }

    /** The program of that name in {@code path} (like PATH) or where root's programs are. */
    public static Optional<Path> find(String name, String path) {
        return Stream.concat(Stream.of(path.split(":")), MORE_FOLDERS.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs it; taking longer than the limit, or not starting, is a {@link PatchbayException}. */
    public Result run(String... arguments) {
        return feed("", arguments);
    }

    /** The same, and gives it {@code input} to read. */
    public Result feed(String input, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            return await(builder.start(), input, String.join(" ", command));
        } catch (IOException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL,
                    String.join(" ", command) + " could not be run: " + e.getMessage(),
                    e);
        }
    }

    private Result await(Process process, String input, String command) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                process::destroyForcibly,
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended before it had read all; its exit code and its words tell why
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int code = process.waitFor();
            watchdog.cancel(false);
            if (code != 0 && System.nanoTime() >= end) {
                throw new PatchbayException(
                        PatchbayException.Kind.TIMEOUT,
                        command + " took longer than " + limit.toMillis() + " ms and was ended");
            }
            return new Result(code, output);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new PatchbayException(
                    PatchbayException.Kind.TIMEOUT, "waiting for " + command + " was broken off", e);
        }
    }
}
