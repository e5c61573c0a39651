package io.patchbay.api;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The {@code patchbay} command, done by the daemon for who asks on the control socket, since a JVM of its own takes
 * half a second to start.
 */
public interface CommandLine {
    /**
     * A command as it was typed.
     *
     * @param columns how wide tables may be; 0 is no limit
     * @param terminal whether a person looks at what goes to {@code err}
     */
    record Request(List<String> words, int columns, boolean terminal) {}

    /** Which build of the program this is; another one's commands may differ. */
    String build();

    /**
     * What does the command and answers its exit code; it prints nothing before. Empty for a command that only the
     * process of who asks can do. A failure of what is answered leaves the command to that process too, if nothing has
     * been printed.
     */
    Optional<IntSupplier> prepare(Request request, OutputStream out, OutputStream err);
}
