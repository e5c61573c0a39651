package io.patchbay.daemon.manual;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Completion for bash: commands, their flags, and the values of flags that take files or one of a few words. */
public final class BashCompletion {
    private final Commands commands;
    private final CommandWords words;

    public BashCompletion(Commands commands) {
        this.commands = commands;
        this.words = new CommandWords(commands);
    }

    /** The script, which bash-completion loads when the command is completed for the first time. */
    public String script() {
        return """
                # bash completion for patchbay, made from its table of commands

                _patchbay() {
                	local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} i
                	local -a given=() found=()
                	# bash takes --flag=value for three words
                	if [[ $flag == '=' ]]; then
                		flag=${COMP_WORDS[COMP_CWORD - 2]}
                	elif [[ $word == '=' ]]; then
                		flag=${COMP_WORDS[COMP_CWORD - 1]} word=
                	fi
                	for ((i = 1; i < COMP_CWORD; i++)); do
                		[[ ${COMP_WORDS[i]} == [-=]* ]] || given+=("${COMP_WORDS[i]}")
                	done
                	COMPREPLY=()
                	case $flag in
                %s	esac
                	local flags='--help' more='' files=
                	case "${given[0]-} ${given[1]-}" in
                %s	esac
                	if [[ $word == -* ]]; then
                		mapfile -t found < <(compgen -W "$flags" -- "$word")
                	elif [[ -n $files ]]; then
                		compopt -o filenames 2>/dev/null
                		mapfile -t found < <(compgen -f -- "$word")
                	else
                		mapfile -t found < <(compgen -W "$more" -- "$word")
                	fi
                	COMPREPLY=("${found[@]}")
                }
                complete -F _patchbay patchbay
                """.formatted(values(), cases());
    }

    /** What stands behind a flag that takes a value, flags with the same in one case. */
    private String values() {
        Map<String, List<String>> flags = new LinkedHashMap<>();
        for (SettingsHelp.Flag flag : words.valueFlags().values()) {
            flags.computeIfAbsent(found(flag), found -> new ArrayList<>()).add("--" + flag.name());
        }
        StringBuilder text = new StringBuilder();
        flags.forEach((found, names) -> text.append('\t')
                .append(String.join(" | ", names))
                .append(")\n\t\t")
                .append(found)
                .append("return\n\t\t;;\n"));
        return text.toString();
    }

    private static String found(SettingsHelp.Flag flag) {
        List<String> choices = CommandWords.choices(flag);
        if (!choices.isEmpty()) {
            return "mapfile -t COMPREPLY < <(compgen -W '" + String.join(" ", choices) + "' -- \"$word\")\n\t\t";
        }
        if (CommandWords.isFile(flag.placeholder())) {
            return "compopt -o filenames 2>/dev/null\n\t\t" + "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n\t\t";
        }
        return "";
    }

    private String cases() {
        StringBuilder text = new StringBuilder();
        Map<Boolean, List<Commands.Command>> byWords = commands.visible().stream()
                .collect(Collectors.partitioningBy(command -> command.name().contains(" ")));
        for (Commands.Command command : byWords.getOrDefault(true, List.of())) {
            appendCase(text, "'" + command.name() + "'", String.join(" ", CommandWords.flags(command)), command);
        }
        for (Commands.Command command : byWords.getOrDefault(false, List.of())) {
            appendCase(text, "'" + command.name() + " '*", String.join(" ", CommandWords.flags(command)), command);
        }
        for (String group : commands.groups().keySet().stream().sorted().toList()) {
            text.append("\t'")
                    .append(group)
                    .append(" ')\n\t\tmore='")
                    .append(second(group))
                    .append("'\n\t\t;;\n");
        }
        String first = String.join(" ", words.first().keySet());
        text.append("\t'help ')\n\t\tmore='").append(first.replace(" help", "")).append("'\n\t\t;;\n");
        text.append("\t' ')\n\t\tmore='").append(first).append("'\n\t\tflags='--help --version'\n\t\t;;\n");
        return text.toString();
    }

    private void appendCase(StringBuilder text, String pattern, String flags, Commands.Command command) {
        text.append('\t').append(pattern).append(")\n\t\tflags='").append(flags).append("'\n");
        String more = second(command.name());
        if (!more.isEmpty()) {
            text.append("\t\t[[ -n ${given[1]-} ]] || more='").append(more).append("'\n");
        }
        if (command.parameters().stream().anyMatch(CommandWords::isFile)) {
            text.append("\t\tfiles=1\n");
        }
        text.append("\t\t;;\n");
    }

    private String second(String first) {
        return String.join(" ", words.second(first).keySet());
    }
}
