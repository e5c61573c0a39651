package io.patchbay.daemon;

import io.patchbay.daemon.cli.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The person in front of the command, if there is one. */
final class Terminal {
    /** What takes longer is told of. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private Terminal() {}

    /**
     * What was typed, a line; empty when the input is no terminal or ends. {@code System.console} does not tell any
     * more from Java 22 on.
     */
    static Optional<String> ask(String question) {
        if (!isTerminal(0)) {
            return Optional.empty();
        }
        System.err.print(question);
        System.err.flush();
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return Optional.ofNullable(reader.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Tells on standard error that something takes long, where that is a terminal. */
    static Waiting waiting() {
        return isTerminal(2) ? new Waiting(Terminal::write, PATIENCE) : Waiting.UNSEEN;
    }

    private static void write(String text) {
        System.err.print(text);
        System.err.flush();
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String input = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty") || input.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
