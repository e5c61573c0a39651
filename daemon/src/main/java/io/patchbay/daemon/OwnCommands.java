package io.patchbay.daemon;

import io.patchbay.api.CommandLine;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.cli.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The {@code patchbay} command within the daemon: the same commands on the same socket, in the place of a process whose
 * environment sets nothing.
 */
final class OwnCommands implements CommandLine {
    /** A longer list would take memory that the daemon has not got for it; it is shown by a process of its own. */
    private static final int MOST = 1 << 19;

    private final String build = build(System.getProperty("patchbay.home", ""));

    /** As it is at the start: an upgrade replaces the file under a daemon that runs. */
    private static String build(String home) {
        try {
            return Files.readString(Path.of(home, "lib", "build-id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public String build() {
        return build;
    }

    @Override
    public Optional<IntSupplier> prepare(Request request, OutputStream out, OutputStream err) {
        Waiting waiting =
                request.terminal() ? new Waiting(text -> print(err, text), Terminal.PATIENCE) : Waiting.UNSEEN;
        Commands.Ready ready = Main.commands(new Caller(Map.of(), waiting, MOST))
                .ready(
                        request.words().toArray(String[]::new),
                        Main.plain(out, false),
                        Main.plain(err, true),
                        request.columns());
        return ready.needsCaller() ? Optional.empty() : Optional.of(ready.work());
    }

    private static void print(OutputStream out, String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
