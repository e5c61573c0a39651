package io.patchbay.daemon.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The table of settings in words: for help, the example file and the configuration reference. */
public final class SettingsHelp {
    private static final int WIDTH = 90;

    private SettingsHelp() {}

    /** A flag as help shows it. */
    public record Flag(String name, String placeholder, boolean repeatable, String help) {}

    /** Names of all flags of {@code patchbay serve}, without dashes. */
    public static Set<String> names() {
        Set<String> names = new HashSet<>();
        SettingTable.ALL.forEach(setting -> names.add(setting.name()));
        names.add("config");
        return names;
    }

    /** Flags of {@code patchbay serve}, in the table's order, {@code config} last. */
    public static List<Flag> flags() {
        List<Flag> flags = new ArrayList<>();
        for (Setting<?> s : SettingTable.ALL) {
            flags.add(flag(s));
        }
        flags.add(new Flag(
                "config",
                "FILE",
                false,
                "File with settings. Default: " + SettingsReader.DEFAULT_FILE + ", which may be absent."));
        return List.copyOf(flags);
    }

    /** The named ones of {@link #flags}, for commands that need no others. */
    public static List<Flag> clientFlags(String... names) {
        return flags().stream().filter(f -> List.of(names).contains(f.name())).toList();
    }

    private static Flag flag(Setting<?> s) {
        return new Flag(s.name(), s.placeholder(), s.repeatable(), withDefault(s));
    }

    static String withDefault(Setting<?> s) {
        return s.help() + " Default: " + shownDefault(s) + ".";
    }

    private static String shownDefault(Setting<?> s) {
        if (!s.defaultText().isEmpty()) {
            return s.defaultText();
        }
        return switch (s.name()) {
            case "host" -> "the hostname";
            case "driver-name" -> "the file's name of the socket";
            default -> "none";
        };
    }

    /** The configuration reference in Markdown. */
    public static String markdown() {
        String rows = SettingTable.ALL.stream()
                .map(s -> "| `%s` | `%s` | `%s` | `%s` | %s | %s |"
                        .formatted(
                                s.flag(),
                                s.environment(),
                                s.name(),
                                s.placeholder().replace("|", "\\|"),
                                s.defaultText().isEmpty() ? shownDefault(s) : "`" + s.defaultText() + "`",
                                s.help() + (s.repeatable() ? " May be repeated; a comma divides elements." : "")))
                .collect(Collectors.joining("\n"));
        return """
                <!-- Made by GeneratedDocsTest from SettingTable; do not edit. -->
                # Settings of `patchbay serve`

                A flag is stronger than an environment variable, that is stronger than a key in the file,
                that than the default. The file is `%s` (`--config FILE` or `%s`
                name another); it may be absent. An unknown key in it is a mistake, an unknown `%s*` variable
                only a warning. An empty variable counts as not set. All mistakes are reported together.

                | flag | variable | key in the file | value | default | meaning |
                |---|---|---|---|---|---|
                %s
                """.formatted(
                        SettingsReader.DEFAULT_FILE, SettingsReader.FILE_VARIABLE, Setting.ENVIRONMENT_PREFIX, rows);
    }

    /** A setting as the manual and the settings file show it. */
    public record Entry(String key, String variable, String placeholder, String defaultText, String help) {}

    /** All settings, in the table's order. */
    public static List<Entry> entries() {
        return SettingTable.ALL.stream()
                .map(s -> new Entry(
                        s.name(),
                        s.environment(),
                        s.placeholder(),
                        shownDefault(s),
                        s.help() + (s.repeatable() ? " A comma divides several." : "")))
                .toList();
    }

    /** Where the daemon is, for who cannot read the table: control socket and settings file, a line each. */
    public static String places() {
        return SettingTable.CONTROL_SOCKET.defaultText() + "\n" + SettingsReader.DEFAULT_FILE + "\n";
    }

    /** A file with every setting at its default, commented out. */
    public static String exampleFile() {
        StringBuilder text = new StringBuilder("""
                # Settings of the Patchbay daemon. Take away the # of what you want to change, and then
                # systemctl restart patchbay. A flag is stronger than an environment variable
                # (PATCHBAY_...), that is stronger than a line here. See patchbay.properties(5).
                """);
        for (Setting<?> s : SettingTable.ALL) {
            text.append('\n').append(commented(s.help() + (s.repeatable() ? " A comma divides several." : "")));
            text.append("# Value: ").append(s.placeholder());
            text.append(s.defaultText().isEmpty() ? "; when not given: " + shownDefault(s) : "");
            text.append("\n#")
                    .append(s.name())
                    .append('=')
                    .append(s.defaultText())
                    .append('\n');
        }
        return text.toString();
    }

    /** Lines of comments, as wide as a terminal. */
    private static String commented(String sentences) {
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder("#");
        for (String word : sentences.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        return text.append(line).append('\n').toString();
    }
}
