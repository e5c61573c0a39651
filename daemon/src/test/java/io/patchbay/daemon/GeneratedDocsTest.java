package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Documents made from the program are the same as the committed ones; {@code -Dpatchbay.write.docs=true} writes them
 * anew.
 */
class GeneratedDocsTest {
    private static final Path DOCS = Path.of("..", "docs", "generated");

    @Test
    void theConfigurationReferenceIsUpToDate() throws IOException {
        compare("configuration.md", SettingsHelp.markdown());
    }

    @Test
    void theCommandReferenceIsUpToDate() throws IOException {
        StringBuilder text = new StringBuilder(
                "<!-- Made by GeneratedDocsTest from the program's help; do not edit. -->\n# The `patchbay` command\n");
        for (Commands.Command command : Main.commands(Caller.here()).visible()) {
            text.append("\n## patchbay ").append(command.name()).append("\n\n```\n");
            text.append(Main.commands(Caller.here()).usage(command.name())).append("```\n");
        }
        compare("commands.md", text.toString());
    }

    private static void compare(String name, String text) throws IOException {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("patchbay.write.docs")) {
            Files.createDirectories(DOCS);
            Files.writeString(file, text);
        }
        assertThat(file).content().isEqualTo(text);
    }
}
