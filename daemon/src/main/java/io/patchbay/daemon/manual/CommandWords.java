package io.patchbay.daemon.manual;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The commands as the shells' completion needs them. */
final class CommandWords {
    private final Commands commands;

    CommandWords(Commands commands) {
        this.commands = commands;
    }

    /** First words with their help, each once, and {@code help}. */
    Map<String, String> first() {
        Map<String, String> words = new LinkedHashMap<>();
        for (Commands.Command command : commands.visible()) {
            String word = command.name().split(" ", 2)[0];
            if (command.name().equals(word)) {
                words.put(word, command.help());
            } else {
                words.putIfAbsent(word, commands.groups().getOrDefault(word, command.help()));
            }
        }
        words.put("help", "Show a command's help.");
        return words;
    }

    /** What may stand behind a first word, with its help. */
    Map<String, String> second(String first) {
        Map<String, String> words = new LinkedHashMap<>();
        for (Commands.Command command : commands.visible()) {
            if (command.name().startsWith(first + " ")) {
                words.put(command.name().substring(first.length() + 1), command.help());
            }
        }
        return words;
    }

    /** Flags that take one of a few words. */
    static List<String> choices(SettingsHelp.Flag flag) {
        return flag.placeholder().matches("[a-z]+(\\|[a-z]+)+")
                ? List.of(flag.placeholder().split("\\|", -1))
                : List.of();
    }

    static boolean isFile(String placeholder) {
        return List.of("PATH", "FILE", "DIRECTORY", "FOLDER").contains(placeholder.replaceAll("[\\[\\]]", ""));
    }

    /** All flags that take a value, by name; a name means the same in all commands. */
    Map<String, SettingsHelp.Flag> valueFlags() {
        Map<String, SettingsHelp.Flag> flags = new TreeMap<>();
        commands.visible()
                .forEach(command -> command.valueFlags().forEach(flag -> flags.putIfAbsent(flag.name(), flag)));
        return flags;
    }

    /** All flags of a command as they are typed. */
    static List<String> flags(Commands.Command command) {
        List<String> flags = new ArrayList<>();
        command.valueFlags().forEach(flag -> flags.add("--" + flag.name()));
        command.switches().keySet().stream().sorted().forEach(name -> flags.add("--" + name));
        flags.add("--help");
        return flags;
    }

    /** The first sentence of a help, without its full stop. */
    static String brief(String help) {
        int end = help.indexOf(". ");
        String sentence = end < 0 ? help : help.substring(0, end);
        return sentence.replaceAll("\\.$", "").replaceAll("\\s+", " ").trim();
    }
}
