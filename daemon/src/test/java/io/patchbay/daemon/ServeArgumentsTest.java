package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.cli.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServeArgumentsTest {
    @Test
    void bothFormsOfAFlagAreRead() {
        assertThat(read("serve", "--bridge", "br1", "--http=off", "--auto-pool=a", "--auto-pool", "b"))
                .get()
                .extracting(Commands.Invocation::flags)
                .isEqualTo(Map.of("bridge", List.of("br1"), "http", List.of("off"), "auto-pool", List.of("a", "b")));
    }

    @Test
    void whatIsNoFlagAndAFlagWithoutValueAreMistakes() {
        assertThat(read("serve", "stray", "--wrong=1", "--socket"))
                .get()
                .extracting(Commands.Invocation::unknown)
                .isEqualTo(List.of("stray", "--wrong=1", "--socket without a value"));
    }

    @Test
    void helpAndOtherCommandsAreLeftToPicocli() {
        assertThat(read("serve", "--help")).isEmpty();
        assertThat(read("networks")).isEmpty();
        assertThat(read()).isEmpty();
    }

    private static Optional<Commands.Invocation> read(String... arguments) {
        return ServeArguments.read(arguments, new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    }
}
