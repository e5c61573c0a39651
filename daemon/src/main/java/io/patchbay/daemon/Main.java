package io.patchbay.daemon;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.core.inspect.Doctor;
import io.patchbay.core.link.Links;
import io.patchbay.daemon.cli.BookCommands;
import io.patchbay.daemon.cli.ClusterCommands;
import io.patchbay.daemon.cli.Commands;
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
import io.patchbay.daemon.settings.SettingsHelp;
import io.patchbay.daemon.uplink.ClusterView;
import io.patchbay.daemon.uplink.UplinkCommands;
import io.patchbay.daemon.uplink.UplinkFindings;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The {@code patchbay} command. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = plain(System.out, false);
        PrintWriter err = plain(System.err, true);
        int code = ServeArguments.read(arguments, out, err)
                .map(Serve::run)
                .orElseGet(() -> commands(Caller.here()).run(arguments, out, err));
        out.flush();
        System.exit(code);
    }

    static PrintWriter plain(OutputStream stream, boolean flush) {
        return new PrintWriter(new PlainWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), flush);
    }

    static Commands commands(Caller caller) {
        List<Commands.Command> commands = new ArrayList<>();
        commands.add(new Commands.Command(
                "serve",
                "Run the daemon that dockerd calls.",
                SettingsHelp.flags(),
                Map.of(),
                false,
                true,
                Serve::run));
        commands.add(StatusCommand.command(caller::client));
        commands.addAll(ListCommand.all(caller::client));
        commands.add(EventsCommand.command(caller::client, Duration.ofMillis(500)));
        commands.add(HistoryCommand.command(caller::client, Clock.system(ZoneId.systemDefault())));
        commands.addAll(ClusterCommands.all(caller::client, Terminal::ask));
        commands.addAll(NetworkCommands.all(caller::longClient, Terminal::ask));
        commands.addAll(BookCommands.all(caller::client));
        commands.addAll(EtcdCommands.all(EtcdScript::run));
        commands.addAll(UplinkCommands.all(
                caller::settings,
                Terminal::ask,
                invocation -> new ClusterView(caller.client(invocation)),
                Main.class.getName(),
                Path.of("/")));
        commands.addAll(List.of(LogLevelCommand.command(caller::client), FsckCommand.command(caller::longClient)));
        commands.add(DoctorCommand.command(caller::settings, Main::examineHost, UplinkFindings::of, caller.waiting()));
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
