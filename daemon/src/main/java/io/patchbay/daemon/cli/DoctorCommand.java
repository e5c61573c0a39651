package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.finding.Severity;
import io.patchbay.daemon.settings.Settings;
import io.patchbay.daemon.settings.SettingsHelp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code patchbay doctor}: what is wrong on this host and what to do. Asks the daemon, which knows the networks;
 * without one it looks at the host alone.
 */
public final class DoctorCommand implements Commands.Action {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Function<Commands.Invocation, Settings> settings;
    private final Function<String, List<Finding>> host;

    private DoctorCommand(Function<Commands.Invocation, Settings> settings, Function<String, List<Finding>> host) {
        this.settings = settings;
        this.host = host;
    }

    /**
     * The command.
     *
     * @param settings of an invocation; {@link IllegalArgumentException} when they are wrong
     * @param host looks at the bridge of that name itself, when no daemon does
     */
    public static Commands.Command command(
            Function<Commands.Invocation, Settings> settings, Function<String, List<Finding>> host) {
        return new Commands.Command(
                "doctor",
                "Look for what keeps containers off the LAN on this host, and say what to do. Exit code 1 when"
                        + " something fails.",
                SettingsHelp.clientFlags("control-socket", "socket", "bridge", "config"),
                Map.of("json", "Print JSON."),
                false,
                false,
                new DoctorCommand(settings, host));
    }

    @Override
    public int run(Commands.Invocation invocation) {
        List<Finding> findings;
        try {
            findings = examine(settings.apply(invocation));
        } catch (IllegalArgumentException e) {
            invocation.err().println("patchbay: " + e.getMessage());
            return 1;
        }
        if (invocation.has("json")) {
            invocation.out().println(json(findings));
        } else {
            print(invocation, findings);
        }
        return findings.stream().anyMatch(f -> f.severity() == Severity.FAIL) ? 1 : 0;
    }

    private List<Finding> examine(Settings known) {
        List<Finding> findings = new ArrayList<>();
        ControlClient daemon = new ControlClient(known.controlSocket(), LIMIT);
        if (daemon.isForbidden()) {
            // what else there is to see is seen by root only, and advice from half a look would be wrong
            return List.of(new Finding(
                    "daemon",
                    Severity.FAIL,
                    "patchbay",
                    "this user may not ask the daemon on " + known.controlSocket(),
                    "sudo patchbay doctor"));
        }
        try {
            ControlClient.Answer answer = daemon.get("/v1/doctor");
            if (answer.status() != 200) {
                throw new ControlClient.Unreachable(
                        "the daemon answered " + answer.status() + ": " + answer.body(), null);
            }
            new ObjectMapper().readTree(answer.body()).path("findings").forEach(f -> findings.add(finding(f)));
            findings.add(new Finding("daemon", Severity.OK, "patchbay", "the daemon answers", ""));
        } catch (ControlClient.Unreachable | JsonProcessingException e) {
            findings.add(new Finding(
                    "daemon",
                    Severity.FAIL,
                    "patchbay",
                    String.valueOf(e.getMessage()),
                    "systemctl start patchbay; journalctl -u patchbay tells why it does not run"));
            findings.addAll(host.apply(known.bridge()));
        }
        findings.addAll(new EngineChecks(Path.of("/proc"), known.socket()).run());
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
        invocation.out().print(table.render());
        if (bad) {
            invocation.out().println("\nWhat to do:");
            findings.stream()
                    .filter(f -> !f.advice().isEmpty())
                    .forEach(f -> invocation.out().println("  " + f.check() + " " + f.subject() + ": " + f.advice()));
        }
    }

    private static String json(List<Finding> findings) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        ArrayNode list = root.putArray("findings");
        for (Finding f : findings) {
            list.addObject()
                    .put("check", f.check())
                    .put("severity", f.severity().name().toLowerCase(Locale.ROOT))
                    .put("subject", f.subject())
                    .put("message", f.message())
                    .put("advice", f.advice());
        }
        return root.toPrettyString();
    }
}
