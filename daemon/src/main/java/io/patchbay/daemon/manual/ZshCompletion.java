package io.patchbay.daemon.manual;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.Map;
import java.util.stream.Collectors;

/** Completion for zsh, with each command's and flag's help beside it. */
public final class ZshCompletion {
    private static final String HELP = "'(- *)'{-h,--help}'[Show this help]'";

    private final Commands commands;
    private final CommandWords words;

    public ZshCompletion(Commands commands) {
        this.commands = commands;
        this.words = new CommandWords(commands);
    }

    /** The function, a file {@code _patchbay} in a folder of zsh's {@code fpath}. */
    public String script() {
        return """
                #compdef patchbay
                # zsh completion for patchbay, made from its table of commands

                _patchbay() {
                	local curcontext=$curcontext state
                	local -a line
                	local -A opt_args
                	_arguments -C %s \\
                		'(- *)'{-V,--version}'[Show the version]' \\
                		'1:command:((%s))' \\
                		'*::argument:->rest'
                	[[ $state == rest ]] || return
                	# words begin with the command now; a second word of it is taken off too
                	local command=$line[1]
                	if (( CURRENT > 2 )) && [[ " %s " == *" $command $words[2] "* ]]; then
                		command+=" $words[2]"
                		shift words
                		(( CURRENT-- ))
                	fi
                	case $command in
                %s	esac
                }

                _patchbay "$@"
                """.formatted(HELP, list(words.first()), pairs(), cases());
    }

    private String pairs() {
        return commands.visible().stream()
                .map(Commands.Command::name)
                .filter(name -> name.contains(" "))
                .collect(Collectors.joining("  "));
    }

    private String cases() {
        StringBuilder text = new StringBuilder();
        for (Commands.Command command : commands.visible()) {
            text.append("\t'")
                    .append(command.name())
                    .append("')\n\t\t_arguments ")
                    .append(HELP);
            appendFlags(text, command);
            Map<String, String> second = words.second(command.name());
            if (!second.isEmpty()) {
                text.append(" \\\n\t\t\t'1:command:((").append(list(second)).append("))'");
            }
            for (String parameter : command.parameters()) {
                text.append(" \\\n\t\t\t':").append(quoted(parameter)).append(':');
                text.append(CommandWords.isFile(parameter) ? "_files" : " ").append('\'');
            }
            text.append("\n\t\t;;\n");
        }
        for (String group : commands.groups().keySet().stream().sorted().toList()) {
            text.append("\t'").append(group).append("')\n\t\t_arguments ").append(HELP);
            text.append(" '1:command:((").append(list(words.second(group))).append("))'\n\t\t;;\n");
        }
        text.append("\thelp)\n\t\t_arguments '1:command:((").append(list(words.first()));
        return text.append("))'\n\t\t;;\n").toString();
    }

    private static void appendFlags(StringBuilder text, Commands.Command command) {
        for (SettingsHelp.Flag flag : command.valueFlags()) {
            text.append(" \\\n\t\t\t'").append(flag.repeatable() ? "*" : "");
            text.append("--").append(flag.name()).append("=[").append(quoted(CommandWords.brief(flag.help())));
            text.append("]:")
                    .append(quoted(flag.placeholder()))
                    .append(':')
                    .append(value(flag))
                    .append('\'');
        }
        command.switches().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(s -> {
                    text.append(" \\\n\t\t\t'--").append(s.getKey());
                    text.append('[')
                            .append(quoted(CommandWords.brief(s.getValue())))
                            .append("]'");
                });
    }

    private static String value(SettingsHelp.Flag flag) {
        if (CommandWords.isFile(flag.placeholder())) {
            return "_files";
        }
        return CommandWords.choices(flag).isEmpty() ? " " : "(" + String.join(" ", CommandWords.choices(flag)) + ")";
    }

    /** Words with their help, as _arguments wants them within double brackets. */
    private static String list(Map<String, String> words) {
        return words.entrySet().stream()
                .map(e -> e.getKey() + "\\:\"" + quoted(CommandWords.brief(e.getValue())) + "\"")
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:")
                .replace("'", "'\\''")
                .replace("\"", "")
                .replace("`", "");
    }
}
