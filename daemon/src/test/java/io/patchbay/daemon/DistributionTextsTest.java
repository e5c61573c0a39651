package io.patchbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTextsTest {
    private final Map<String, String> texts = DistributionTexts.all();

    @TempDir
    private Path folder;

    private String text(String place) {
        return java.util.Objects.requireNonNull(texts.get(place), place);
    }

    private static String typed(String words) {
        return words.replace("-", "\\-");
    }

    @Test
    void theManualHasEveryCommandAndFlag() {
        String command = text("share/man/man1/patchbay.1");
        String daemon = text("share/man/man8/patchbay-serve.8");
        for (Commands.Command each : Main.commands(Caller.here()).visible()) {
            String page = each.name().equals("serve") ? daemon : command;
            assertThat(page).contains(typed(each.name()));
            each.valueFlags().forEach(flag -> assertThat(page).contains(typed("--" + flag.name() + "=")));
            each.switches().keySet().forEach(name -> assertThat(page).contains(typed("--" + name)));
        }
    }

    @Test
    void theManualHasEverySetting() {
        String page = text("share/man/man5/patchbay.properties.5");
        SettingsHelp.entries()
                .forEach(entry -> assertThat(page)
                        .contains(".B \"" + typed(entry.key() + "=" + entry.placeholder()))
                        .contains(entry.variable()));
    }

    @Test
    void noLineOfTheManualIsTakenForARequest() {
        texts.forEach((place, page) -> {
            if (place.startsWith("share/man")) {
                assertThat(page.lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                        .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|PP|B|EX|EE|nh|ad)( .*)?"));
            }
        });
    }

    @Test
    void theSettingsFileIsAsWideAsATerminalAndHasEverySetting() {
        String file = text("conf/patchbay.properties");
        assertThat(file.lines()).allMatch(line -> line.length() <= 90 && (line.isEmpty() || line.startsWith("#")));
        SettingsHelp.entries().forEach(entry -> assertThat(file).contains("\n#" + entry.key() + "="));
    }

    @Test
    void aFlagWithAValueIsOneEverywhere() {
        Map<String, String> values = new HashMap<>();
        for (Commands.Command command : Main.commands(Caller.here()).visible()) {
            for (SettingsHelp.Flag flag : command.valueFlags()) {
                String kind = kind(flag.placeholder());
                assertThat(values.merge(flag.name(), kind, (old, now) -> old))
                        .as("--%s of patchbay %s", flag.name(), command.name())
                        .isEqualTo(kind);
            }
        }
        for (Commands.Command command : Main.commands(Caller.here()).visible()) {
            command.switches().keySet().forEach(name -> assertThat(values).doesNotContainKey(name));
        }
    }

    private static String kind(String placeholder) {
        return List.of("PATH", "FILE", "DIRECTORY").contains(placeholder)
                ? "file"
                : placeholder.matches("[a-z|]+") ? placeholder : "";
    }

    @Test
    void bashCompletesCommandsFlagsAndValues() throws Exception {
        String first = Main.commands(Caller.here()).visible().stream()
                .map(command -> command.name().split(" ", 2)[0])
                .distinct()
                .collect(Collectors.joining(" "));
        assertThat(completed("")).isEqualTo(first + " help");
        assertThat(completed("cl")).isEqualTo("claims");
        assertThat(completed("claims", "")).isEqualTo("why");
        assertThat(completed("claims", "--n")).isEqualTo("--no-trunc");
        assertThat(completed("claims", "why", "--se")).isEqualTo("--segment");
        assertThat(completed("claims", "why", "10.0.0.1", "")).isEmpty();
        assertThat(completed("pool", "")).isEqualTo("reserve unreserve");
        assertThat(completed("serve", "--probe", "")).isEqualTo("on off");
        assertThat(completed("serve", "--probe", "=")).isEqualTo("on off");
        assertThat(completed("serve", "--probe", "=", "of")).isEqualTo("off");
        assertThat(completed("serve", "--bridge", "")).isEmpty();
        assertThat(completed("help", "do")).isEqualTo("doctor");
        assertThat(completed("--v")).isEqualTo("--version");
    }

    @Test
    void bashCompletesFiles() throws Exception {
        Files.writeString(folder.resolve("book.json"), "");
        assertThat(completed("import", folder + "/b")).isEqualTo(folder + "/book.json");
        assertThat(completed("claims", "--config", folder + "/b")).isEqualTo(folder + "/book.json");
    }

    /** What bash offers for the last of the words. */
    private String completed(String... words) throws IOException, InterruptedException {
        String script = text("share/bash-completion/completions/patchbay")
                + "\nCOMP_WORDS=(patchbay \"$@\") COMP_CWORD=$#\n_patchbay\necho \"${COMPREPLY[*]}\"\n";
        List<String> command = Stream.concat(Stream.of("bash", "-c", script, "bash"), Stream.of(words))
                .toList();
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        bash.getOutputStream().close();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        return output.strip();
    }
}
