package io.patchbay.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.settings.Settings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    private static Settings settings(Path control) {
        try {
            return SettingsReader.read(
                            Map.of("control-socket", List.of(control.toString())), List.of(), Map.of(), () -> "h1")
                    .settings();
        } catch (SettingsException e) {
            throw new AssertionError(e);
        }
    }

    private int run(Path control) {
        Commands.Command doctor = DoctorCommand.command(invocation -> settings(control), bridge -> List.of());
        return Commands.of("1", List.of(doctor), Map.of())
                .run(new String[] {"doctor"}, new PrintWriter(out), new PrintWriter(out));
    }

    @Test
    void aDaemonThatIsNotThereIsToBeStarted() throws Exception {
        assertThat(run(Files.createDirectory(folder.resolve("run")).resolve("c.sock")))
                .isEqualTo(1);
        assertThat(out.toString()).contains("no Patchbay daemon is running").contains("systemctl start patchbay");
    }
}
