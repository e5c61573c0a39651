package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.api.CommandLine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Runs commands in this process, and those that the daemon does by the program that asks it, too: both print the same
 * and end the same.
 */
final class BothWays implements CommandLine {
    /** First words of what the daemon has done. */
    final List<String> done = new ArrayList<>();

    private final StringWriter out;
    private final StringWriter err;
    private final AskProgram program;
    private final Supplier<Commands> commands;

    /** What is printed in this process is found in {@code out} and {@code err}. */
    BothWays(Path home, Path socket, Supplier<Commands> commands, StringWriter out, StringWriter err)
            throws IOException {
        this.out = out;
        this.err = err;
        this.program = new AskProgram(home, socket);
        this.commands = commands;
    }

    int run(String... words) {
        AskProgram.Printed before = here(words);
        AskProgram.Printed asked = program.run(words);
        if (asked.code() == AskProgram.ALONE) {
            return before.code();
        }
        done.add(words[0]);
        // what is shown may have changed between the two
        assertThat(timeless(asked)).isIn(timeless(before), timeless(here(words)));
        return before.code();
    }

    /** In this process alone. */
    AskProgram.Printed here(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int code = commands.get().run(words, new PrintWriter(out), new PrintWriter(err));
        return new AskProgram.Printed(code, out.toString(), err.toString());
    }

    /** A moment lies between the two. */
    private static AskProgram.Printed timeless(AskProgram.Printed printed) {
        String out = printed.out().replaceAll("\\d+s ago", "Ns ago").replaceAll("(\"found\" : )\"[^\"]*\"", "$1now");
        return new AskProgram.Printed(printed.code(), out, printed.err());
    }

    @Override
    public String build() {
        return AskProgram.BUILD;
    }

    @Override
    public Optional<IntSupplier> prepare(Request request, OutputStream to, OutputStream toErr) {
        Commands.Ready ready = commands.get()
                .ready(request.words().toArray(String[]::new), writer(to), writer(toErr), request.columns());
        return ready.needsCaller() ? Optional.empty() : Optional.of(ready.work());
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
    }
}
