package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.daemon.settings.DaemonSettings;
import io.patchbay.daemon.settings.SettingsHelp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code patchbay doctor}: what is wrong on this host and what to do. Asks the daemon, which knows the networks;
 * without one it looks at the host alone.
 */
public final class DoctorCommand implements Commands.Action {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Function<Commands.Invocation, DaemonSettings> settings;
    private final Function<String, List<Finding>> host;

    private final Function<Path, List<Finding>> uplink;
    private final Waiting waiting;

    private DoctorCommand(
            Function<Commands.Invocation, DaemonSettings> settings,
            Function<String, List<Finding>> host,
            Function<Path, List<Finding>> uplink,
            Waiting waiting) {
        this.settings = settings;
        this.host = host;
        this.uplink = uplink;
        this.waiting = waiting;
    }

    /**
     * The command.
     *
     * @param settings of an invocation; {@link IllegalArgumentException} when they are wrong
     * @param host looks at the bridge of that name itself, when no daemon does
     * @param uplink looks in that state directory for bridges that the next boot takes away
     * @param waiting tells that it takes long
     */
    public static Commands.Command command(
            Function<Commands.Invocation, DaemonSettings> settings,
            Function<String, List<Finding>> host,
            Function<Path, List<Finding>> uplink,
            Waiting waiting) {
        List<SettingsHelp.Flag> flags = new ArrayList<>();
        flags.add(new SettingsHelp.Flag("host", "NAME", false, "As --all, of that host alone."));
        flags.addAll(SettingsHelp.clientFlags("control-socket", "socket", "bridge", "config"));
        return new Commands.Command(
                "doctor",
                "Look for what keeps containers off the LAN on this host, and say what to do. Exit code 1 when"
                        + " something fails.",
                flags,
                Map.of("json", "Print JSON.", "all", "Of all hosts: what each has left in the store."),
                false,
                false,
                new DoctorCommand(settings, host, uplink, waiting));
    }

    /** What a host's doctor says; the host is empty where only this one was asked. */
    private record Report(Host host, List<Finding> findings) {}

    /**
     * A host as the daemon tells it.
     *
     * @param age of what it found
     */
    private record Host(String name, String status, String age) {}

    private static final Host THIS = new Host("", "alive", "now");

    @Override
    public int run(Commands.Invocation invocation) {
        boolean all = invocation.has("all") || invocation.flag("host").isPresent();
        List<Report> reports;
        try {
            reports = reports(invocation, all);
        } catch (IllegalArgumentException e) {
            invocation.err().println("patchbay: " + e.getMessage());
            return 1;
        }
        if (invocation.has("json")) {
            invocation.out().println(json(reports, all));
        } else if (all) {
            printAll(invocation, reports);
        } else {
            print(invocation, reports.get(0).findings());
        }
        return reports.stream()
                        .flatMap(report -> report.findings().stream())
                        .anyMatch(f -> f.severity() == Severity.FAIL)
                ? 1
                : 0;
    }

    private List<Report> reports(Commands.Invocation invocation, boolean all) {
        List<Report> reports = examine(settings.apply(invocation), all);
        Optional<String> wanted = invocation.flag("host");
        // where the daemon could not be asked there is one without a name, which says why
        List<Report> shown = reports.stream()
                .filter(report -> report.host().name().isEmpty()
                        || wanted.map(report.host().name()::equals).orElse(true))
                .toList();
        if (shown.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no host " + wanted.orElse("") + "; 'patchbay hosts' shows them");
        }
        return shown;
    }

    private List<Report> examine(DaemonSettings known, boolean all) {
        ControlClient daemon = new ControlClient(known.controlSocket(), LIMIT).telling(waiting);
        if (daemon.isForbidden()) {
            // what else there is to see is seen by root only, and advice from half a look would be wrong
            return List.of(new Report(
                    THIS,
                    List.of(new Finding(
                            "daemon",
                            Severity.FAIL,
                            "patchbay",
                            "this user may not ask the daemon on " + known.controlSocket(),
                            "sudo patchbay doctor"))));
        }
        List<Finding> here = new ArrayList<>(new EngineChecks(Path.of("/proc"), known.socket()).run());
        here.addAll(uplink.apply(known.stateDirectory()));
        try {
            ControlClient.Answer answer = daemon.get(all ? "/v1/doctor?all=true" : "/v1/doctor");
            if (answer.status() != 200) {
                throw new ControlClient.Unreachable(
                        "the daemon answered " + answer.status() + ": " + answer.body(), null);
            }
            here.add(0, new Finding("daemon", Severity.OK, "patchbay", "the daemon answers", ""));
            JsonNode body = new ObjectMapper().readTree(answer.body());
            return all ? reports(body.path("hosts"), here) : List.of(new Report(THIS, joined(body, here)));
        } catch (ControlClient.Unreachable | JsonProcessingException e) {
            here.add(new Finding(
                    "daemon",
                    Severity.FAIL,
                    "patchbay",
                    String.valueOf(e.getMessage()),
                    "systemctl start patchbay; journalctl -u patchbay tells why it does not run"));
            here.addAll(host.apply(known.bridge()));
            here.sort(Comparator.comparing(Finding::severity));
            return List.of(new Report(THIS, here));
        }
    }

    private static List<Report> reports(JsonNode hosts, List<Finding> here) {
        return hosts.valueStream().map(host -> report(host, here)).toList();
    }

    private static Report report(JsonNode host, List<Finding> here) {
        Host told = new Host(
                host.path("host").asText(),
                host.path("status").asText(),
                host.path("age").asText());
        return new Report(told, joined(host, host.path("self").asBoolean() ? here : List.of()));
    }

    private static List<Finding> joined(JsonNode told, List<Finding> here) {
        List<Finding> findings = new ArrayList<>();
        told.path("findings").forEach(f -> findings.add(finding(f)));
        findings.addAll(here);
        findings.sort(Comparator.comparing(Finding::severity));
        return findings;
    }

    private static Finding finding(JsonNode json) {
        return new Finding(
                json.path("check").asText(),
                Severity.valueOf(json.path("severity").asText().toUpperCase(Locale.ROOT)),
                json.path("subject").asText(),
                json.path("message").asText(),
                json.path("advice").asText());
    }

    private static void print(Commands.Invocation invocation, List<Finding> findings) {
        boolean bad = findings.stream().anyMatch(f -> f.severity() != Severity.OK);
        TextTable table = new TextTable(List.of("RESULT", "CHECK", "SUBJECT", "WHAT"));
        for (Finding f : findings) {
            table.add(List.of(f.severity().name(), f.check(), f.subject(), f.message()));
        }
        invocation.out().print(table.render(invocation.columns()));
        if (bad) {
            invocation.out().println("\nWhat to do:");
            findings.stream()
                    .filter(f -> !f.advice().isEmpty())
                    .forEach(f -> invocation.out().println("  " + f.check() + " " + f.subject() + ": " + f.advice()));
        }
    }

    /** Only what is not well, host by host. */
    private static void printAll(Commands.Invocation invocation, List<Report> reports) {
        TextTable table = new TextTable(List.of("HOST", "STATUS", "AGE", "RESULT", "CHECK", "SUBJECT", "WHAT"));
        List<String> advice = new ArrayList<>();
        for (Report report : reports) {
            Host of = report.host();
            List<Finding> bad = report.findings().stream()
                    .filter(f -> f.severity() != Severity.OK)
                    .toList();
            if (bad.isEmpty()) {
                table.add(List.of(of.name(), of.status(), of.age(), "OK", "", "", "nothing was found"));
            }
            for (Finding f : bad) {
                table.add(List.of(
                        of.name(), of.status(), of.age(), f.severity().name(), f.check(), f.subject(), f.message()));
                advice.add("  " + of.name() + " " + f.check() + " " + f.subject() + ": " + f.advice());
            }
        }
        invocation.out().print(table.render(invocation.columns()));
        if (!advice.isEmpty()) {
            invocation.out().println("\nWhat to do:");
            advice.forEach(invocation.out()::println);
        }
    }

    private static String json(List<Report> reports, boolean all) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        if (!all) {
            put(root.putArray("findings"), reports.get(0).findings());
            return root.toPrettyString();
        }
        ArrayNode hosts = root.putArray("hosts");
        for (Report report : reports) {
            ObjectNode host = hosts.addObject()
                    .put("host", report.host().name())
                    .put("status", report.host().status())
                    .put("age", report.host().age());
            put(host.putArray("findings"), report.findings());
        }
        return root.toPrettyString();
    }

    private static void put(ArrayNode list, List<Finding> findings) {
        for (Finding f : findings) {
            list.addObject()
                    .put("check", f.check())
                    .put("severity", f.severity().name().toLowerCase(Locale.ROOT))
                    .put("subject", f.subject())
                    .put("message", f.message())
                    .put("advice", f.advice());
        }
    }
}
