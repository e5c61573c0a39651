package io.patchbay.daemon.manual;

import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The manual pages: patchbay(1), patchbay-serve(8) and patchbay.properties(5). */
public final class ManPages {
    private static final String SERVE = "serve";
    private static final String FILE = "/etc/patchbay/patchbay.properties";

    /** What nearly every command takes is said once. */
    private static final List<SettingsHelp.Flag> COMMON = SettingsHelp.clientFlags("control-socket", "config");

    private final Commands commands;
    private final String version;

    public ManPages(Commands commands, String version) {
        this.commands = commands;
        this.version = version;
    }

    /** All of them, by the file's place below a folder {@code man}. */
    public Map<String, String> all() {
        return Map.of(
                "man1/patchbay.1", command(),
                "man8/patchbay-serve.8", daemon(),
                "man5/patchbay.properties.5", settings());
    }

    private String command() {
        Roff page = new Roff("patchbay", 1, version)
                .name("patchbay", "Docker containers on the LAN")
                .section("SYNOPSIS")
                .typed("patchbay COMMAND [FLAG...]")
                .section("DESCRIPTION")
                .paragraphs("""
                        Patchbay is a network and IPAM driver for Docker. Each container gets an address of the
                        network that its host lives on, and no address is given out twice, by one host or by many that
                        share an etcd.

                        This program is both the daemon, see patchbay-serve(8), and what asks it. Nearly all commands
                        need root, and a daemon that runs.
                        """)
                .section("COMMANDS");
        commands.visible().stream()
                .filter(command -> !command.name().equals(SERVE))
                .forEach(command -> describe(page, command));
        page.section("FLAGS OF ALL COMMANDS");
        page.term("-h, --help", "Show a command's help, or without a command which ones there are.");
        page.term("-V, --version", "Without a command: show the version.");
        COMMON.forEach(flag -> page.term("--" + flag.name() + "=" + flag.placeholder(), flag.help()));
        return page.section("EXIT STATUS")
                .term("0", "Done.")
                .term(
                        "1",
                        "The daemon could not be asked or refused; for doctor, something fails; for fsck,"
                                + " something disagrees.")
                .term(
                        String.valueOf(Commands.USAGE),
                        "The command line could not be understood; for fsck, something could not be looked at.")
                .section("ENVIRONMENT")
                .term("JAVA_HOME", "The JVM to use, 17 or newer; else java in the PATH.")
                .term("PATCHBAY_JAVA_OPTS", "More flags for the JVM, divided by spaces.")
                .section("SEE ALSO")
                .paragraphs("patchbay-serve(8), patchbay.properties(5), docker-network(1)")
                .toString();
    }

    private static void describe(Roff page, Commands.Command command) {
        Set<String> common = COMMON.stream().map(SettingsHelp.Flag::name).collect(Collectors.toSet());
        page.subsection(command.synopsis()).paragraphs(command.help());
        for (SettingsHelp.Flag flag : command.valueFlags()) {
            if (!common.contains(flag.name())) {
                page.term(
                        "--" + flag.name() + "=" + flag.placeholder(),
                        flag.help() + (flag.repeatable() ? " May be repeated." : ""));
            }
        }
        command.switches().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(s -> page.term("--" + s.getKey(), s.getValue()));
    }

    private String daemon() {
        Roff page = new Roff("patchbay-serve", 8, version)
                .name("patchbay-serve", "the daemon that dockerd calls to put containers on the LAN")
                .section("SYNOPSIS")
                .typed("patchbay serve [FLAG...]")
                .section("DESCRIPTION")
                .paragraphs("""
                        Answers dockerd on a socket in the folder of Docker's plugins, makes the containers' links on a
                        bridge that has the NIC as a port, and keeps the book of addresses. The unit patchbay.service
                        runs it, before docker.service and with little of root's power.

                        Containers that run notice nothing when the daemon ends, is killed or is restarted.
                        """)
                .section("FLAGS")
                .paragraphs("""
                        A flag is stronger than an environment variable, that is stronger than a line of the file with
                        settings. All mistakes are reported together.
                        """);
        SettingsHelp.flags().forEach(flag -> page.term("--" + flag.name() + "=" + flag.placeholder(), flag.help()));
        return page.section("SIGNALS")
                .term("SIGTERM, SIGINT", "End in order.")
                .term(
                        "SIGHUP",
                        "Read the settings again: log-level, and endpoints, user and certificates of etcd are as"
                                + " set then. What needs a restart is told in the log.")
                .section("EXIT STATUS")
                .term("0", "Ended by a signal.")
                .term("1", "It could not start, or went down; the log says why.")
                .term("78", "Settings or flags are wrong; every mistake is on standard error.")
                .section("FILES")
                .term(FILE, "Settings; may be absent.")
                .term("/run/docker/plugins/patchbay.sock", "dockerd's way in.")
                .term("/run/patchbay/patchbay.sock", "The way in of the other commands.")
                .term("/var/lib/patchbay", "The store of a host by itself, or what one with etcd must remember.")
                .section("SEE ALSO")
                .paragraphs("patchbay(1), patchbay.properties(5), systemctl(1), dockerd(8)")
                .toString();
    }

    private String settings() {
        Roff page = new Roff("patchbay.properties", 5, version)
                .name("patchbay.properties", "settings of the Patchbay daemon")
                .section("SYNOPSIS")
                .typed(FILE)
                .section("DESCRIPTION")
                .paragraphs("""
                        Lines NAME=VALUE; those that begin with # are comments. A name that is not known is a mistake.
                        No setting is required where the bridge is called br0. The daemon reads the file when it starts:
                        systemctl restart patchbay.

                        An environment variable is stronger than a line here, and a flag of patchbay-serve(8) is
                        stronger than both.
                        """)
                .section("SETTINGS");
        for (SettingsHelp.Entry entry : SettingsHelp.entries()) {
            page.term(
                    entry.key() + "=" + entry.placeholder(),
                    entry.help() + " Default: " + entry.defaultText() + ". Variable: " + entry.variable() + ".");
        }
        return page.section("EXAMPLE")
                .paragraphs("One of several hosts, whose bridge is called lan0:")
                .example("""
                        bridge=lan0
                        store=etcd:https://192.168.1.10:2379,https://192.168.1.11:2379,https://192.168.1.12:2379
                        etcd-ca=/etc/patchbay/etcd-ca.pem
                        """)
                .section("SEE ALSO")
                .paragraphs("patchbay-serve(8), patchbay(1)")
                .toString();
    }
}
