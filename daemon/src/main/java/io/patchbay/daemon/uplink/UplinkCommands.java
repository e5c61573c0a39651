package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.daemon.cli.Commands;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsHelp;
import io.patchbay.daemon.uplink.persist.Persistent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code patchbay uplink}: a bridge of the host's NIC and back, without the host being lost by it. */
public final class UplinkCommands {
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
    private static final int CONFIRM_SECONDS = 60;

    private static final SettingsHelp.Flag WITHIN = new SettingsHelp.Flag(
            "within",
            "SECONDS",
            false,
            "How long it waits to be confirmed before it goes back. Default: " + CONFIRM_SECONDS + ".");
    private static final SettingsHelp.Flag STATE = new SettingsHelp.Flag(
            "state-dir",
            "DIRECTORY",
            false,
            "Where it stands how to undo it, in the folder uplink below. Default: /var/lib/patchbay.");
    private static final SettingsHelp.Flag SOCKET =
            SettingsHelp.clientFlags("control-socket").get(0);
    private static final Map<String, String> SWITCHES = Map.of(
            "yes", "Keep it without asking when those who answered before still do.",
            "dry-run", "Only show what would be done.");

    private final Function<Commands.Invocation, DaemonSettings> settings;
    private final Confirmation.Terminal terminal;
    private final Function<Commands.Invocation, ClusterView> daemon;
    private final String mainClass;
    private final Path root;

    private UplinkCommands(
            Function<Commands.Invocation, DaemonSettings> settings,
            Confirmation.Terminal terminal,
            Function<Commands.Invocation, ClusterView> daemon,
            String mainClass,
            Path root) {
        this.settings = settings;
        this.terminal = terminal;
        this.daemon = daemon;
        this.mainClass = mainClass;
        this.root = root;
    }

    /**
     * The commands.
     *
     * @param settings of an invocation; {@link IllegalArgumentException} when they are wrong
     * @param terminal asks the person; empty when there is none
     * @param daemon knows other hosts and containers, where one runs
     * @param mainClass the program's, for the watchdog
     * @param root before the host's network configuration
     */
    public static List<Commands.Command> all(
            Function<Commands.Invocation, DaemonSettings> settings,
            Confirmation.Terminal terminal,
            Function<Commands.Invocation, ClusterView> daemon,
            String mainClass,
            Path root) {
        UplinkCommands commands = new UplinkCommands(settings, terminal, daemon, mainClass, root);
        return List.of(
                commands.takeCommand(),
                command(
                        "confirm",
                        "Keep what 'take' or 'release' has done and is waiting for, in another terminal or after the"
                                + " connection broke.",
                        List.of(),
                        Map.of(),
                        commands::confirm),
                commands.releaseCommand(),
                command(
                        "status",
                        "Show this host's bridges, which NIC leads to the LAN, and what waits to be confirmed.",
                        List.of(),
                        Map.of("json", "Print JSON."),
                        commands::status),
                new Commands.Command(
                        "uplink watch",
                        "Used by 'uplink take' to undo it when nobody does.",
                        List.of(STATE),
                        Map.of(),
                        true,
                        false,
                        commands::watch));
    }

    private Commands.Command takeCommand() {
        return command(
                "take NIC",
                "Make a bridge with this NIC in it and move the host's addresses and routes there, with a way back:"
                        + " it shows what it does, does it, looks for 10 s whether gateway, etcd and other hosts still"
                        + " answer, and goes back by itself when one of them does not or when nobody confirms. Nothing"
                        + " of it outlives a reboot, but for --persist.",
                List.of(
                        new SettingsHelp.Flag(
                                "bridge",
                                "NAME",
                                false,
                                "The bridge to make; the daemon's own (bridge=) if not given."),
                        WITHIN,
                        SOCKET),
                Stream.concat(
                                SWITCHES.entrySet().stream(),
                                Map.of(
                                        "lease",
                                        "Move an address that is a DHCP lease for as long as it lasts; a client"
                                                + " on the bridge must renew it.",
                                        "persist",
                                        "When it is confirmed write it into the host's network configuration,"
                                                + " so that it outlives a reboot.")
                                        .entrySet()
                                        .stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                this::take);
    }

    private Commands.Command releaseCommand() {
        return command(
                "release [BRIDGE]",
                "Give the NIC back what the bridge carries, and remove the bridge, with the same way back as 'take'."
                        + " What still waits to be confirmed is undone instead.",
                List.of(WITHIN, SOCKET),
                Stream.concat(
                                SWITCHES.entrySet().stream(),
                                Map.of("force", "Also when containers are on the bridge: they lose the LAN.")
                                        .entrySet()
                                        .stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                this::release);
    }

    private static Commands.Command command(
            String words,
            String help,
            List<SettingsHelp.Flag> flags,
            Map<String, String> switches,
            Commands.Action action) {
        List<SettingsHelp.Flag> all = new ArrayList<>(flags);
        all.add(STATE);
        all.addAll(SettingsHelp.clientFlags("config"));
        List<String> parts = List.of(words.split(" ", -1));
        return new Commands.Command(
                "uplink " + parts.get(0),
                help,
                parts.subList(1, parts.size()),
                all,
                switches,
                false,
                false,
                invocation -> guarded(invocation, action));
    }

    private static int guarded(Commands.Invocation invocation, Commands.Action action) {
        try {
            return action.run(invocation);
        } catch (PatchbayException | IllegalArgumentException e) {
            return failed(invocation, String.valueOf(e.getMessage()));
        }
    }

    private static int failed(Commands.Invocation invocation, String sentence) {
        invocation.err().println("patchbay: " + sentence);
        return 1;
    }

    private Journal journal(Path stateDirectory) {
        return new Journal(stateDirectory.resolve("uplink"));
    }

    private Uplink uplink(Commands.Invocation invocation) {
        Journal journal = journal(settings.apply(invocation).stateDirectory());
        String path = System.getenv().getOrDefault("PATH", "");
        Uplink uplink = new Uplink(
                HostKernel.of(path),
                journal,
                Host.here(),
                new HostConfig(root, path),
                new DetachedWatchdog(journal, mainClass, path),
                sentence -> say(invocation, sentence));
        uplink.recover();
        return uplink;
    }

    private static void say(Commands.Invocation invocation, String sentence) {
        invocation.out().println(sentence);
        invocation.out().flush();
    }

    private static Duration within(Commands.Invocation invocation) {
        String text = invocation.flag("within").orElse(String.valueOf(CONFIRM_SECONDS));
        if (!text.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("--within " + text + " is no number of seconds from 1 to 9999");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private int take(Commands.Invocation invocation) {
        Uplink uplink = uplink(invocation);
        String nic = invocation.parameter("NIC");
        String bridge = invocation
                .flag("bridge")
                .orElseGet(() -> settings.apply(invocation).bridge());
        if (uplink.isTaken(nic, bridge)) {
            say(invocation, nic + " is in " + bridge + " already");
            return 0;
        }
        requireNoTrial(uplink);
        Refusals refusals = new Refusals(uplink.pictures().links(), Host.here());
        List<String> reasons = new ArrayList<>(refusals.of(nic, bridge));
        for (String name : List.of(nic, bridge)) {
            uplink.pictures().ofAnotherName(name).ifPresent(link -> reasons.add(name + " is another name of " + link));
        }
        Optional<Picture> picture = reasons.isEmpty() ? uplink.pictures().read(nic) : Optional.empty();
        picture.ifPresent(p -> reasons.addAll(refusals.of(p)));
        if (!reasons.isEmpty() || picture.isEmpty()) {
            return refused(invocation, reasons);
        }
        Persistent persistent =
                invocation.has("persist") ? uplink.config().plan(picture.get(), bridge) : Persistent.NOTHING;
        reasons.addAll(refusals.ofLeases(picture.get(), invocation.has("lease"), persistent.manager()));
        if (!reasons.isEmpty()) {
            return refused(invocation, reasons);
        }
        refusals.notes(picture.get(), persistent).forEach(note -> say(invocation, "note: " + note));
        List<Step> names = persistent.tells().isEmpty()
                ? Names.of(Host.here(), picture.get().nic(), bridge)
                : List.of();
        Plan plan = Plan.take(picture.get(), bridge).then(names);
        Trial trial = uplink.prepare(
                Trial.Kind.TAKE, plan, picture.get(), picture.get().nic().addressing());
        return attempt(invocation, uplink, trial.with(persistent), picture.get());
    }

    private static int refused(Commands.Invocation invocation, List<String> reasons) {
        reasons.forEach(reason -> failed(invocation, reason));
        return 1;
    }

    private static void requireNoTrial(Uplink uplink) {
        uplink.trial().ifPresent(trial -> {
            throw new PatchbayException(
                    PatchbayException.Kind.CONFLICT,
                    trial.bridge() + " is on trial for another "
                            + uplink.left(trial).toSeconds()
                            + " s: 'patchbay uplink confirm' keeps it, 'patchbay uplink release' undoes it");
        });
    }

    private int attempt(Commands.Invocation invocation, Uplink uplink, Trial trial, Picture before) {
        Duration within = within(invocation);
        trial.steps().forEach(step -> say(invocation, "  " + step.what()));
        trial.finish().forEach(line -> say(invocation, "  in the end: ip " + line));
        trial.persistent().lines().forEach(line -> say(invocation, "  when it is confirmed: " + line));
        if (invocation.has("dry-run")) {
            return 0;
        }
        List<Look.Target> targets = Targets.of(
                before,
                settings.apply(invocation).store(),
                daemon.apply(invocation).hosts());
        uplink.attempt(trial, uplink.look(LOOK_LIMIT), targets, within);
        say(invocation, trial.to() + " has it, and whoever answered before still does");
        return new Confirmation(uplink, terminal, sentence -> say(invocation, sentence))
                        .await(trial, invocation.has("yes"), within)
                ? 0
                : 1;
    }

    private int confirm(Commands.Invocation invocation) {
        Trial kept = uplink(invocation).keep();
        say(invocation, Confirmation.kept(kept));
        return 0;
    }

    private int release(Commands.Invocation invocation) {
        Uplink uplink = uplink(invocation);
        if (uplink.trial().isPresent()) {
            uplink.giveUp();
            return 0;
        }
        Taken taken = Release.chosen(
                uplink.taken(), Optional.ofNullable(invocation.parameters().get("[BRIDGE]")));
        Optional<Picture> picture = uplink.pictures().read(taken.bridge());
        if (picture.isEmpty()) {
            uplink.forget(taken);
            say(invocation, taken.bridge() + " is gone already");
            return 0;
        }
        List<String> reasons = Release.reasons(
                taken,
                uplink.pictures().links(),
                invocation.has("force"),
                daemon.apply(invocation).containers());
        if (!reasons.isEmpty()) {
            return refused(invocation, reasons);
        }
        Plan plan = Plan.release(picture.get(), taken.nic(), taken.addressing());
        Persistent back = unpersistent(invocation, uplink, taken.bridge());
        Trial trial = uplink.prepare(Trial.Kind.RELEASE, plan, picture.get(), taken.addressing());
        return attempt(invocation, uplink, trial.with(back), picture.get());
    }

    /** What was there before --persist; nothing where a person has changed it since, who is told. */
    private static Persistent unpersistent(Commands.Invocation invocation, Uplink uplink, String bridge) {
        Persistent persistent =
                uplink.persisted(bridge).map(Persisted::persistent).orElse(Persistent.NOTHING);
        List<String> foreign = uplink.config().foreign(persistent);
        if (foreign.isEmpty()) {
            return persistent.inverse();
        }
        foreign.forEach(file -> say(
                invocation,
                "note: " + file + " has been changed since, so what --persist wrote stays, for the next boot: what was"
                        + " there before is in " + uplink.copies(bridge)));
        return Persistent.NOTHING;
    }

    private int status(Commands.Invocation invocation) {
        Status status = new Status(uplink(invocation));
        if (invocation.has("json")) {
            ObjectNode json = status.json(new ObjectMapper());
            say(invocation, json.toPrettyString());
        } else {
            status.lines().forEach(line -> say(invocation, line));
        }
        return 0;
    }

    private int watch(Commands.Invocation invocation) {
        Journal journal = journal(Path.of(invocation.flag("state-dir").orElse("/var/lib/patchbay")));
        watchdog(journal, System.getenv().getOrDefault("PATH", ""), sentence -> say(invocation, sentence));
        return 0;
    }

    private void watchdog(Journal journal, String path, Consumer<String> said) {
        Host host = Host.here();
        new Watch(
                        journal,
                        host,
                        new Uplink(HostKernel.of(path), journal, host, new HostConfig(root, path), trial -> {}, said))
                .run();
    }
}
