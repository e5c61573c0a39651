package io.patchbay.daemon;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Doctor;
import io.patchbay.core.link.Links;
import io.patchbay.daemon.cli.BookCommands;
import io.patchbay.daemon.cli.ClusterCommands;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.cli.ControlClient;
import io.patchbay.daemon.cli.DoctorCommand;
import io.patchbay.daemon.cli.EtcdCommands;
import io.patchbay.daemon.cli.EventsCommand;
import io.patchbay.daemon.cli.FsckCommand;
import io.patchbay.daemon.cli.HistoryCommand;
import io.patchbay.daemon.cli.ListCommand;
import io.patchbay.daemon.cli.LogLevelCommand;
import io.patchbay.daemon.cli.NetworkCommands;
import io.patchbay.daemon.cli.PlainWriter;
import io.patchbay.daemon.cli.StatusCommand;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsException;
import io.patchbay.daemon.settings.SettingsHelp;
import io.patchbay.daemon.settings.SettingsReader;
import io.patchbay.daemon.uplink.ClusterView;
import io.patchbay.daemon.uplink.UplinkCommands;
import io.patchbay.daemon.uplink.UplinkFindings;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The {@code patchbay} command. */
public final class Main {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = plain(System.out, false);
        PrintWriter err = plain(System.err, true);
        int code = ServeArguments.read(arguments, out, err)
                .map(Serve::run)
                .orElseGet(() -> commands().run(arguments, out, err));
        out.flush();
        System.exit(code);
    }

    private static PrintWriter plain(PrintStream stream, boolean flush) {
        return new PrintWriter(new PlainWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), flush);
    }

    static Commands commands() {
        List<Commands.Command> commands = new ArrayList<>();
        commands.add(new Commands.Command(
                "serve",
                "Run the daemon that dockerd calls.",
                SettingsHelp.flags(),
                Map.of(),
                false,
                true,
                Serve::run));
        commands.add(StatusCommand.command(Main::client));
        commands.addAll(ListCommand.all(Main::client));
        commands.add(EventsCommand.command(Main::client, Duration.ofMillis(500)));
        commands.add(HistoryCommand.command(Main::client, Clock.system(ZoneId.systemDefault())));
        commands.addAll(ClusterCommands.all(Main::client, Terminal::ask));
        commands.addAll(NetworkCommands.all(Main::longClient, Terminal::ask));
        commands.addAll(BookCommands.all(Main::client));
        commands.addAll(EtcdCommands.all(EtcdScript::run));
        commands.addAll(UplinkCommands.all(
                Main::settings,
                Terminal::ask,
                invocation -> new ClusterView(client(invocation)),
                Main.class.getName(),
                Path.of("/")));
        commands.addAll(List.of(LogLevelCommand.command(Main::client), FsckCommand.command(Main::longClient)));
        commands.add(DoctorCommand.command(Main::settings, Main::examineHost, UplinkFindings::of, Terminal.waiting()));
        commands.add(new Commands.Command(
                "version", "Show the version.", List.of(), Map.of("json", "Print JSON."), false, false, Main::version));
        commands.add(prepareCommand());
        commands.add(rehearseCommand());
        return Commands.of(
                Version.text(),
                commands,
                Map.of(
                        "pool", "Keep ranges of a pool from dynamic allocation.",
                        "host", "Have a dead host of the cluster forgotten.",
                        "network", "Make and remove networks.",
                        "etcd", "Set up etcd for several hosts, safe on a LAN with containers.",
                        "uplink", "Make a bridge of the host's NIC, and take it back."));
    }

    private static Commands.Command rehearseCommand() {
        return new Commands.Command(
                "rehearse",
                "Used by the launcher to make a class archive.",
                List.of(
                        new SettingsHelp.Flag("directory", "DIR", false, "Folder for the files it makes."),
                        new SettingsHelp.Flag("store", "KIND", false, "embedded or etcd.")),
                Map.of(),
                true,
                false,
                WarmUpCommand::run);
    }

    /** The launcher does it; here it is for help alone. */
    private static Commands.Command prepareCommand() {
        return new Commands.Command(
                "prepare",
                "Make the class archive that lets the daemon start fast: in FOLDER, else beside the program or, "
                        + "where that cannot be written, in the cache.",
                List.of("[FOLDER]"),
                List.of(),
                Map.of(),
                false,
                false,
                Main::prepare);
    }

    private static ControlClient client(Commands.Invocation invocation) {
        return client(invocation, ANSWER_LIMIT);
    }

    /** For what the engine does meanwhile. */
    private static ControlClient longClient(Commands.Invocation invocation) {
        return client(invocation, Duration.ofSeconds(70));
    }

    private static ControlClient client(Commands.Invocation invocation, Duration limit) {
        return new ControlClient(settings(invocation).controlSocket(), limit).telling(Terminal.waiting());
    }

    private static DaemonSettings settings(Commands.Invocation invocation) {
        try {
            Map<String, List<String>> flags = new HashMap<>(invocation.flags());
            // whom a command asks about is not what this host is called
            flags.remove("host");
            return SettingsReader.read(flags, List.of(), System.getenv(), SettingsReader::kernelHostname)
                    .settings();
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static List<Finding> examineHost(String bridge) {
        try {
            Links links = HostPorts.hostLinks();
            return new Doctor(links, HostPorts.hostForwarding(links))
                    .examine(Map.of(bridge, OptionalInt.empty()), Set.of());
        } catch (PatchbayException e) {
            return List.of(
                    new Finding("kernel", Severity.FAIL, bridge, String.valueOf(e.getMessage()), "run it as root"));
        }
    }

    private static int prepare(Commands.Invocation invocation) {
        invocation.err().println("patchbay: prepare is a command of the launcher, bin/patchbay");
        return Commands.USAGE;
    }

    private static int version(Commands.Invocation invocation) {
        String java = System.getProperty("java.version");
        invocation
                .out()
                .println(
                        invocation.switches().contains("json")
                                ? "{\"version\":\"" + Version.text() + "\",\"java\":\"" + java + "\"}"
                                : "patchbay " + Version.text() + " (Java " + java + ")");
        return 0;
    }
}
