package io.patchbay.daemon.firewall;

import io.patchbay.core.failure.PatchbayException;
import java.io.IOException;
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
final class Tool {
    /** A daemon's PATH may lack the folders for root's programs. */
    private static final List<String> MORE_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

    private final Path program;
    private final Duration limit;

    Tool(Path program, Duration limit) {
        this.program = program;
        this.limit = limit;
    }

    String name() {
        return String.valueOf(program.getFileName());
    }

    /** What a program wrote, both streams, and its exit code. */
    record Result(int code, String output) {
        boolean ok() {
            return code == 0;
        }

        /** Its words on one line. */
        String words() {
            return output.strip().replaceAll("\\s*\\n\\s*", "; ");
        }
    }

    /** The program of that name in {@code path} (like PATH) or where root's programs are. */
    static Optional<Path> find(String name, String path) {
        return Stream.concat(Stream.of(path.split(":")), MORE_FOLDERS.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs it; taking longer than the limit, or not starting, is a {@link PatchbayException}. */
    Result run(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            return await(builder.start(), String.join(" ", command));
        } catch (IOException e) {
            throw new PatchbayException(
                    PatchbayException.Kind.KERNEL,
                    String.join(" ", command) + " could not be run: " + e.getMessage(),
                    e);
        }
    }

    private Result await(Process process, String command) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                process::destroyForcibly,
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
        process.getOutputStream().close();
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
