package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.settings.SettingsHelp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Commands.Invocation> invocations = new ArrayList<>();

    @Test
    void flagsSwitchesAndTheRestReachTheAction() {
        assertThat(run("serve", "--bridge", "br1", "--bridge=br2", "--quick", "--wrong"))
                .isEqualTo(7);
        Commands.Invocation given = invocations.get(0);
        assertThat(given.flags()).isEqualTo(Map.of("bridge", List.of("br1", "br2")));
        assertThat(given.switches()).containsExactly("quick");
        assertThat(given.unknown()).containsExactly("--wrong");
    }

    @Test
    void anUnknownFlagEndsOtherCommands() {
        assertThat(run("list", "--wrong")).isEqualTo(Commands.USAGE);
        assertThat(err.toString())
                .contains("patchbay: Unknown option: '--wrong'")
                .contains("patchbay list --help");
        assertThat(invocations).isEmpty();
    }

    @Test
    void anUnknownCommandIsNamed() {
        assertThat(run("lists")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("lists").contains("Did you mean: patchbay list");
    }

    @Test
    void withoutCommandTheUsageIsShown() {
        assertThat(run()).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("Usage: patchbay COMMAND");
    }

    @Test
    void helpShowsEveryFlagButNoHiddenCommand() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("serve", "list").doesNotContain("secret");
        assertThat(run("serve", "--help")).isZero();
        SettingsHelp.flags().forEach(f -> assertThat(out.toString()).contains("--" + f.name()));
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run("help", "serve")).isZero();
        assertThat(out.toString()).contains("--bridge");
        assertThat(run("help")).isZero();
        assertThat(out.toString()).contains("Usage: patchbay COMMAND");
    }

    @Test
    void aCommandOfTwoWordsTakesItsParametersInOrder() {
        assertThat(run("list", "one", "a", "--bridge", "br1", "b")).isEqualTo(7);
        Commands.Invocation given = invocations.get(0);
        assertThat(given.parameters()).isEqualTo(Map.of("FIRST", "a", "SECOND", "b"));
        assertThat(given.flag("bridge")).contains("br1");
        assertThat(given.flag("host")).isEmpty();
    }

    @Test
    void aMissingParameterIsNamedAndOneTooManyIsRefused() {
        assertThat(run("list", "one", "a")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("SECOND").contains("patchbay list one --help");
        assertThat(run("list", "one", "a", "b", "c")).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).contains("'c'");
        assertThat(invocations).isEmpty();
    }

    @Test
    void aGroupAloneShowsItsCommands() {
        assertThat(run("group")).isEqualTo(Commands.USAGE);
        assertThat(err.toString())
                .contains("Usage: patchbay group COMMAND")
                .contains("A group.")
                .contains("two")
                .contains("Second.");
        assertThat(run("list", "one", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: patchbay list one FIRST SECOND [FLAG...]");
    }

    private int run(String... arguments) {
        return Commands.of(
                        "1",
                        List.of(
                                command("serve", true, false),
                                command("list", false, false),
                                command("secret", false, true),
                                twoWords("list one", "First.", "FIRST", "SECOND"),
                                twoWords("group two", "Second.")),
                        Map.of("group", "A group."))
                .run(arguments, new PrintWriter(out), new PrintWriter(err));
    }

    private Commands.Command command(String name, boolean collects, boolean hidden) {
        return new Commands.Command(
                name, "Help.", SettingsHelp.flags(), Map.of("quick", "Be quick."), hidden, collects, invocation -> {
                    invocations.add(invocation);
                    return 7;
                });
    }

    private Commands.Command twoWords(String name, String help, String... parameters) {
        return new Commands.Command(
                name, help, List.of(parameters), SettingsHelp.flags(), Map.of(), false, false, invocation -> {
                    invocations.add(invocation);
                    return 7;
                });
    }
}
