package io.patchbay.daemon.cli;

import io.patchbay.daemon.settings.SettingsHelp;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The command line: which commands and flags there are, and which of them was asked for.
 *
 * <p>Made through picocli's programmatic model, for the flags come from the table of settings, and reading annotations
 * would cost start time.
 */
public final class Commands {
    /** The command line, or what the daemon was asked to do, could not be understood. */
    public static final int USAGE = 2;

    /** As wide as the terminal, where the launcher found one. */
    private static final int COLUMNS = columns(System.getenv().getOrDefault("PATCHBAY_COLUMNS", ""));

    private final CommandLine root;
    private final List<Command> commands;
    private final Map<String, String> groups;

    private Commands(CommandLine root, List<Command> commands, Map<String, String> groups) {
        this.root = root;
        this.commands = List.copyOf(commands);
        this.groups = Map.copyOf(groups);
    }

    /** The commands that help shows, in the table's order. */
    public List<Command> visible() {
        return commands.stream().filter(command -> !command.hidden()).toList();
    }

    /** First words that do nothing themselves, with their help. */
    public Map<String, String> groups() {
        return groups;
    }

    /** What a command does: gets its flags' values by name, answers the exit code. */
    public interface Action {
        int run(Invocation invocation);
    }

    /** One that asks the daemon and shows the answer, so that the daemon may do all of it. */
    public interface Reading extends Action {
        /** Whether the process must do it that was given the command, with flags like these. */
        default boolean needsCaller(Invocation invocation) {
            return false;
        }
    }

    /**
     * A command that was understood, or what is told in place of one.
     *
     * @param needsCaller whether only the process that was given the command can do it
     * @param work does it and answers the exit code
     */
    public record Ready(boolean needsCaller, IntSupplier work) {}

    /**
     * A command as it was given: flags that take a value, those that take none, what is no flag at all, and the
     * parameters by name; and how wide its tables may be, where 0 is no limit.
     */
    public record Invocation(
            Map<String, List<String>> flags,
            List<String> switches,
            List<String> unknown,
            Map<String, String> parameters,
            PrintWriter out,
            PrintWriter err,
            int columns) {
        public Invocation {
            flags = Map.copyOf(flags);
            switches = List.copyOf(switches);
            unknown = List.copyOf(unknown);
            parameters = Map.copyOf(parameters);
        }

        public boolean has(String name) {
            return switches.contains(name);
        }

        /** A parameter, which is always there: a command without one of its parameters is refused before. */
        public String parameter(String name) {
            return Objects.requireNonNull(parameters.get(name), name);
        }

        /** A flag's value; given twice the last one counts. */
        public Optional<String> flag(String name) {
            List<String> values = flags.getOrDefault(name, List.of());
            return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
        }
    }

    /**
     * The commands, without {@code hidden} ones in help; {@code groups} has the help of first words that do nothing.
     */
    public static Commands of(String version, List<Command> commands, Map<String, String> groups) {
        CommandSpec spec = CommandSpec.create()
                .name("patchbay")
                .version("patchbay " + version)
                .mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Puts Docker containers on the physical LAN.")
                .customSynopsis("patchbay COMMAND [FLAG...]");
        for (Command command : commands) {
            List<String> words = List.of(command.name().split(" ", -1));
            CommandSpec parent = words.size() == 1 ? spec : group(spec, words.get(0), groups);
            parent.addSubcommand(words.get(words.size() - 1), commandSpec(command));
        }
        return new Commands(new CommandLine(spec), commands, groups);
    }

    /** The command that has subcommands; one that does nothing itself is made when its first one comes. */
    private static CommandSpec group(CommandSpec spec, String name, Map<String, String> groups) {
        CommandLine known = spec.subcommands().get(name);
        if (known != null) {
            return known.getCommandSpec();
        }
        CommandSpec group = CommandSpec.create().name(name).addOption(helpOption());
        group.usageMessage()
                .customSynopsis("patchbay " + name + " COMMAND [FLAG...]")
                .description(groups.getOrDefault(name, ""));
        spec.addSubcommand(name, group);
        return group;
    }

    private static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build();
    }

    /**
     * A command.
     *
     * @param name one word, or two of which the first is a command too, or only a group of commands
     * @param parameters what must stand behind it, in this order: names in capitals; the last may be left out when it
     *     is in brackets
     * @param valueFlags those that take a value
     * @param switches those that take none, with their help
     * @param collectsMistakes unknown flags reach the action instead of ending the command
     */
    public record Command(
            String name,
            String help,
            List<String> parameters,
            List<SettingsHelp.Flag> valueFlags,
            Map<String, String> switches,
            boolean hidden,
            boolean collectsMistakes,
            Action action) {
        public Command {
            parameters = List.copyOf(parameters);
            valueFlags = List.copyOf(valueFlags);
            switches = Map.copyOf(switches);
        }

        /** One without parameters. */
        public Command(
                String name,
                String help,
                List<SettingsHelp.Flag> valueFlags,
                Map<String, String> switches,
                boolean hidden,
                boolean collectsMistakes,
                Action action) {
            this(name, help, List.of(), valueFlags, switches, hidden, collectsMistakes, action);
        }

        /** How it is typed. */
        public String synopsis() {
            String behind = parameters.isEmpty() ? "" : String.join(" ", parameters) + " ";
            return "patchbay " + name + " " + behind + "[FLAG...]";
        }

        private String lastWord() {
            return name.substring(name.indexOf(' ') + 1);
        }
    }

    private static CommandSpec commandSpec(Command command) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command.action())
                .name(command.lastWord())
                .addOption(helpOption());
        for (int i = 0; i < command.parameters().size(); i++) {
            String name = command.parameters().get(i);
            boolean optional = name.startsWith("[");
            spec.addPositional(PositionalParamSpec.builder()
                    .index(String.valueOf(i))
                    .arity(optional ? "0..1" : "1")
                    .required(!optional)
                    .type(String.class)
                    .paramLabel(name)
                    .hidden(true)
                    .build());
        }
        // an unknown flag of serve is a mistake among others, all are reported together
        spec.parser().unmatchedArgumentsAllowed(command.collectsMistakes());
        spec.usageMessage()
                .customSynopsis(command.synopsis())
                .description(command.help())
                .hidden(command.hidden())
                .sortOptions(false)
                .width(110);
        addFlags(spec, command);
        return spec;
    }

    private static void addFlags(CommandSpec spec, Command command) {
        for (SettingsHelp.Flag flag : command.valueFlags()) {
            // every flag may be repeated here, so that the reader of settings reports it beside all other mistakes
            spec.addOption(OptionSpec.builder("--" + flag.name())
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .arity("1")
                    .paramLabel(flag.placeholder())
                    .description(flag.help().replace("%", "%%"))
                    .build());
        }
        command.switches().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> spec.addOption(OptionSpec.builder("--" + e.getKey())
                        .type(boolean.class)
                        .arity("0")
                        .description(e.getValue())
                        .build()));
    }

    /** Runs what {@code arguments} ask for and answers the exit code. */
    public int run(String[] arguments, PrintWriter out, PrintWriter err) {
        return ready(arguments, out, err, COLUMNS).work().getAsInt();
    }

    /** What {@code arguments} ask for, once for each of these; {@code columns} is how wide tables may be. */
    public Ready ready(String[] arguments, PrintWriter out, PrintWriter err, int columns) {
        root.setOut(out).setErr(err);
        try {
            ParseResult parsed = root.parseArgs(withoutHelpWord(arguments));
            ParseResult chosen = parsed;
            while (chosen.hasSubcommand()) {
                chosen = chosen.subcommand();
            }
            boolean isHelp = parsed.asCommandLineList().stream()
                    .anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
            if (!isHelp && chosen.commandSpec().userObject() instanceof Action action) {
                Invocation invocation = invocation(chosen, out, err, columns);
                boolean needsCaller = !(action instanceof Reading reading) || reading.needsCaller(invocation);
                return new Ready(needsCaller, () -> flushed(action.run(invocation), out, err));
            }
            CommandLine incomplete = chosen.commandSpec().commandLine();
            return new Ready(false, () -> flushed(help(parsed, incomplete), out, err));
        } catch (CommandLine.ParameterException e) {
            return new Ready(false, () -> flushed(mistake(e), out, err));
        }
    }

    private static int help(ParseResult parsed, CommandLine incomplete) {
        if (CommandLine.printHelpIfRequested(parsed)) {
            return 0;
        }
        incomplete.usage(incomplete.getErr());
        return USAGE;
    }

    private static int mistake(CommandLine.ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("patchbay: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help");
        return USAGE;
    }

    private static int flushed(int code, PrintWriter out, PrintWriter err) {
        out.flush();
        err.flush();
        return code;
    }

    private static int columns(String text) {
        return text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : 0;
    }

    /** {@code help COMMAND} is {@code COMMAND --help}. */
    private static String[] withoutHelpWord(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        return Stream.concat(Stream.of(arguments).skip(1), Stream.of("--help")).toArray(String[]::new);
    }

    private static Invocation invocation(ParseResult parsed, PrintWriter out, PrintWriter err, int columns) {
        Map<String, List<String>> flags = new HashMap<>();
        List<String> switches = new ArrayList<>();
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName().substring(2);
            if (option.arity().max() == 0) {
                switches.add(name);
            } else {
                flags.put(name, List.copyOf(option.<List<String>>getValue()));
            }
        }
        Map<String, String> parameters = new HashMap<>();
        for (PositionalParamSpec parameter : parsed.matchedPositionals()) {
            parameters.put(parameter.paramLabel(), parameter.getValue());
        }
        return new Invocation(flags, switches, parsed.unmatched(), parameters, out, err, columns);
    }

    /** Help of one command as text, for the generated reference. */
    public String usage(String command) {
        CommandLine found = root;
        for (String word : command.split(" ", -1)) {
            found = Objects.requireNonNull(found.getSubcommands().get(word), command);
        }
        return found.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }
}
