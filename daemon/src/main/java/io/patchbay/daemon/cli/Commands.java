package io.patchbay.daemon.cli;

import io.patchbay.daemon.settings.SettingsHelp;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The command line: which commands and flags there are, and which of them was asked for.
 *
 * <p>Made through picocli's programmatic model, for the flags come from the table of settings, and reading annotations would cost start time.
 */
public final class Commands {
    /** The command line, or what the daemon was asked to do, could not be understood. */
    public static final int USAGE = 2;

    private final CommandLine root;

    private Commands(CommandLine root) {
        this.root = root;
    }

    /** What a command does: gets its flags' values by name, answers the exit code. */
    public interface Action {
        int run(Invocation invocation);
    }

    /** A command as it was given: flags that take a value, those that take none, and what is no flag at all. */
    public record Invocation(
            Map<String, List<String>> flags,
            List<String> switches,
            List<String> unknown,
            PrintWriter out,
            PrintWriter err) {
        public Invocation {
            flags = Map.copyOf(flags);
            switches = List.copyOf(switches);
            unknown = List.copyOf(unknown);
        }

        boolean has(String name) {
            return switches.contains(name);
        }
    }

    /** The commands, without {@code hidden} ones in help. */
    public static Commands of(String version, List<Command> commands) {
        CommandSpec spec = CommandSpec.create()
                .name("patchbay")
                .version("patchbay " + version)
                .mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("Puts Docker containers on the physical LAN.")
                .customSynopsis("patchbay COMMAND [FLAG...]");
        for (Command command : commands) {
            spec.addSubcommand(command.name(), commandSpec(command));
        }
        return new Commands(new CommandLine(spec));
    }

    /**
     * A command.
     *
     * @param valueFlags those that take a value
     * @param switches those that take none, with their help
     * @param collectsMistakes unknown flags reach the action instead of ending the command
     */
    public record Command(
            String name,
            String help,
            List<SettingsHelp.Flag> valueFlags,
            Map<String, String> switches,
            boolean hidden,
            boolean collectsMistakes,
            Action action) {
        public Command {
            valueFlags = List.copyOf(valueFlags);
            switches = Map.copyOf(switches);
        }
    }

    private static CommandSpec commandSpec(Command command) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command.action())
                .name(command.name())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        // an unknown flag of serve is a mistake among others, all are reported together
        spec.parser().unmatchedArgumentsAllowed(command.collectsMistakes());
        spec.usageMessage()
                .customSynopsis("patchbay " + command.name() + " [FLAG...]")
                .description(command.help())
                .hidden(command.hidden())
                .sortOptions(false)
                .width(110);
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
        return spec;
    }

    /** Runs what {@code arguments} ask for and answers the exit code. */
    public int run(String[] arguments, PrintWriter out, PrintWriter err) {
        root.setOut(out).setErr(err);
        for (CommandLine command : root.getSubcommands().values()) {
            command.setOut(out).setErr(err);
        }
        ParseResult parsed;
        try {
            parsed = root.parseArgs(arguments);
        } catch (CommandLine.ParameterException e) {
            err.println("patchbay: " + e.getMessage());
            err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help");
            err.flush();
            return USAGE;
        }
        if (CommandLine.printHelpIfRequested(parsed)) {
            return 0;
        }
        if (!parsed.hasSubcommand()) {
            root.usage(err);
            return USAGE;
        }
        ParseResult chosen = parsed.subcommand();
        int code = action(chosen).run(invocation(chosen, out, err));
        out.flush();
        err.flush();
        return code;
    }

    private static Action action(ParseResult chosen) {
        return (Action) chosen.commandSpec().userObject();
    }

    private static Invocation invocation(ParseResult parsed, PrintWriter out, PrintWriter err) {
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
        return new Invocation(flags, switches, parsed.unmatched(), out, err);
    }

    /** Help of one command as text, for the generated reference. */
    public String usage(String command) {
        return Objects.requireNonNull(root.getSubcommands().get(command), command)
                .getUsageMessage(CommandLine.Help.Ansi.OFF);
    }
}
