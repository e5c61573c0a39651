package io.patchbay.daemon.cli;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.daemon.settings.SettingsHelp;
import io.patchbay.daemon.settings.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code patchbay etcd ...}: members of an etcd cluster with TLS and a user of least rights. The words are looked at
 * here; a script of the distribution does the work, with the programs of Debian's packages.
 */
public final class EtcdCommands {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private static final SettingsHelp.Flag DATA_DIR = new SettingsHelp.Flag(
            "data-dir", "DIRECTORY", false, "Where etcd keeps its data. Default: /var/lib/etcd/patchbay.");

    private static final Map<String, String> WRITE =
            Map.of("write", "Write the lines into the daemon's settings, with a copy of what was there.");

    private final Script script;

    private EtcdCommands(Script script) {
        this.script = script;
    }

    /** The script that does it: gets command and flags, answers the exit code. */
    public interface Script {
        int run(List<String> words);
    }

    /** The commands, in the order in which they are needed. */
    public static List<Commands.Command> all(Script script) {
        EtcdCommands commands = new EtcdCommands(script);
        return List.of(
                commands.init(),
                commands.invite(),
                commands.command(
                        "join",
                        "Join a cluster with the file that 'patchbay etcd invite' made.",
                        List.of("FILE"),
                        List.of(DATA_DIR, config()),
                        WRITE),
                commands.command(
                        "status",
                        "Show the members, and when certificates end. Exit code 1 when something is not well.",
                        List.of(),
                        List.of(config()),
                        Map.of("write", "Name all members in the daemon's settings.")),
                commands.command(
                        "remove",
                        "Remove a member, of a host that is gone for good or is to have none. Refused where too few"
                                + " would be left to decide.",
                        List.of("MEMBER"),
                        List.of(config()),
                        Map.of("write", "Take it out of the daemon's settings, too.")),
                commands.command(
                        "renew",
                        "Make this host's certificates anew, on the host where the cluster began.",
                        List.of(),
                        List.of(),
                        Map.of()));
    }

    private Commands.Command init() {
        return command(
                "init",
                "Begin an etcd cluster on this host, by Debian's package, with TLS on every port and a certificate of"
                        + " least rights for the daemon.",
                List.of(),
                List.of(
                        address("This host's address at which the others reach it."),
                        name("The member's name. Default: the hostname."),
                        DATA_DIR,
                        config()),
                WRITE);
    }

    private Commands.Command invite() {
        return command(
                "invite",
                "Make a file with which another host joins: a secret, to be copied there and removed.",
                List.of(),
                List.of(
                        address("That host's address at which the others reach it."),
                        name("What its member is to be called. Default: its hostname."),
                        new SettingsHelp.Flag("out", "FILE", false, "The file. Default: patchbay-etcd-ADDRESS.tar.")),
                Map.of("client-only", "The host uses etcd, and gets no member."));
    }

    private static SettingsHelp.Flag address(String help) {
        return new SettingsHelp.Flag("address", "ADDRESS", false, help);
    }

    private static SettingsHelp.Flag name(String help) {
        return new SettingsHelp.Flag("name", "NAME", false, help);
    }

    private static SettingsHelp.Flag config() {
        return SettingsHelp.clientFlags("config").get(0);
    }

    private Commands.Command command(
            String word,
            String help,
            List<String> parameters,
            List<SettingsHelp.Flag> flags,
            Map<String, String> switches) {
        return new Commands.Command(
                "etcd " + word, help, parameters, flags, switches, false, false, invocation -> run(word, invocation));
    }

    private int run(String word, Commands.Invocation invocation) {
        try {
            List<String> words = new ArrayList<>(List.of(word));
            for (String flag : List.of("address", "name", "data-dir", "out")) {
                invocation.flag(flag).ifPresent(value -> words.addAll(List.of("--" + flag, checked(flag, value))));
            }
            if (word.equals("invite") && invocation.flag("address").isEmpty()) {
                throw new IllegalArgumentException("address: must be given, that of the host that is invited");
            }
            if (word.equals("join")) {
                words.addAll(List.of("--file", invocation.parameter("FILE")));
            }
            if (word.equals("remove")) {
                words.addAll(List.of("--member", checked("name", invocation.parameter("MEMBER"))));
            }
            words.addAll(List.of("--config", invocation.flag("config").orElse(SettingsReader.DEFAULT_FILE.toString())));
            Stream.of("write", "client-only").filter(invocation::has).forEach(name -> words.add("--" + name));
            return script.run(words);
        } catch (IllegalArgumentException e) {
            invocation.err().println("patchbay: " + e.getMessage());
            return Commands.USAGE;
        }
    }

    private static String checked(String flag, String value) {
        return switch (flag) {
            case "address" -> address(flag, value);
            case "name" ->
                rule(
                        flag,
                        value,
                        NAME.matcher(value).matches(),
                        "must be 1 to 63 letters, digits, dots,"
                                + " dashes or underscores, beginning with a letter or digit");
            case "data-dir" ->
                rule(
                        flag,
                        value,
                        value.matches("/[A-Za-z0-9._/-]*[A-Za-z0-9._-]"),
                        "must be an" + " absolute path of letters, digits, dots, dashes and underscores");
            default -> value;
        };
    }

    private static String address(String flag, String value) {
        IpAddress address;
        try {
            address = IpAddress.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(said(flag, value, "must be an IP address"), e);
        }
        boolean reachable = !address.toString().matches("127\\..*|0\\..*|::1?|2(2[4-9]|[345]\\d)\\..*|fe80:.*|ff.*");
        return rule(flag, address.toString(), reachable, "must be an address at which other hosts reach that host");
    }

    private static String rule(String flag, String value, boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException(said(flag, value, rule));
        }
        return value;
    }

    private static String said(String flag, String value, String rule) {
        return flag + " = \"" + value + "\": " + rule;
    }
}
