package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** {@code patchbay status}: the cluster on one screen, and whether something fails as exit code. */
public final class StatusCommand implements Commands.Reading {
    private static final List<Column> HOSTS = List.of(
            Column.of("host"),
            Column.of("status"),
            Column.of("LAST SEEN", "lastSeen"),
            Column.of("version"),
            Column.of("networks"),
            Column.of("endpoints"),
            Column.of("claims"));
    private static final List<Column> FINDINGS = List.of(
            Column.of("host"),
            Column.of("RESULT", "severity"),
            Column.of("check"),
            Column.of("subject"),
            Column.of("WHAT", "message"));

    private final ListCommand.Daemon daemon;

    private StatusCommand(ListCommand.Daemon daemon) {
        this.daemon = daemon;
    }

    /** The command. */
    public static Commands.Command command(ListCommand.Daemon daemon) {
        return new Commands.Command(
                "status",
                "Show the cluster on one screen: the store, hosts, how full ranges are, and what is not well on any"
                        + " host. Exit code 1 when something fails.",
                SettingsHelp.clientFlags("control-socket", "config"),
                ControlCommand.JSON_SWITCH,
                false,
                false,
                new StatusCommand(daemon));
    }

    @Override
    public int run(Commands.Invocation invocation) {
        Optional<JsonNode> answer = ControlCommand.ask(invocation, daemon, client -> client.get("/v1/status?now=true"));
        if (answer.isEmpty()) {
            return 1;
        }
        JsonNode status = answer.get();
        List<JsonNode> found = findings(status);
        invocation
                .out()
                .print(
                        invocation.has("json")
                                ? status.toPrettyString() + "\n"
                                : text(status, found, invocation.columns()));
        return status.path("ready").asBoolean() && count(found, "fail") == 0 ? 0 : 1;
    }

    /** What is not well, each with its host, worst first as each host's are. */
    private static List<JsonNode> findings(JsonNode status) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode host : status.path("findings")) {
            for (JsonNode finding : host.path("findings")) {
                if (!finding.path("severity").asText().equals("ok")) {
                    found.add(((ObjectNode) finding.deepCopy())
                            .put("host", host.path("host").asText()));
                }
            }
        }
        return found;
    }

    private static String text(JsonNode status, List<JsonNode> found, int wide) {
        StringBuilder text = new StringBuilder("Patchbay ")
                .append(status.path("version").asText())
                .append(" on host ")
                .append(status.path("host").asText())
                .append(", store ")
                .append(status.path("store").asText())
                .append(status.path("ready").asBoolean() ? ": ready\n" : ": not ready\n");
        for (JsonNode check : status.path("checks")) {
            if (!check.path("ready").asBoolean()) {
                text.append(check.path("check").asText())
                        .append(": ")
                        .append(check.path("message").asText())
                        .append('\n');
            }
        }
        addTable(text, HOSTS, list(status, "hosts"), wide);
        addTable(text, ListCommand.RANGE, list(status, "ranges"), wide);
        addTable(text, FINDINGS, found, wide);
        return text.append('\n').append(summary(found)).append('\n').toString();
    }

    private static List<JsonNode> list(JsonNode status, String field) {
        return StreamSupport.stream(status.path(field).spliterator(), false).toList();
    }

    private static void addTable(StringBuilder text, List<Column> columns, List<JsonNode> rows, int wide) {
        if (!rows.isEmpty()) {
            text.append('\n').append(TextTable.of(columns, rows, false, wide));
        }
    }

    private static String summary(List<JsonNode> found) {
        if (found.isEmpty()) {
            return "nothing is wrong on any host";
        }
        return "fail: " + count(found, "fail") + ", warn: " + count(found, "warn")
                + "; 'patchbay doctor --all' says what to do";
    }

    private static long count(List<JsonNode> found, String severity) {
        return found.stream()
                .filter(finding -> finding.path("severity").asText().equals(severity))
                .count();
    }
}
