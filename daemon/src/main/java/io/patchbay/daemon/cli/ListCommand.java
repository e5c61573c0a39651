package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A command that shows one of the daemon's lists as a table. */
public final class ListCommand implements Commands.Action {
    private static final int SHORT_ID = 12;

    private final String name;
    private final List<Column> columns;
    private final Daemon daemon;

    private ListCommand(String name, List<Column> columns, Daemon daemon) {
        this.name = name;
        this.columns = List.copyOf(columns);
        this.daemon = daemon;
    }

    /** How the running daemon is found from a command's flags. */
    public interface Daemon {
        /**
         * A client for it; settings that contradict themselves are an {@code IllegalArgumentException} with one
         * sentence.
         */
        ControlClient client(Commands.Invocation invocation);
    }

    /**
     * A column: heading, field of the daemon's JSON, and whether it is an id of which the beginning is enough. Field
     * {@code list/field} is that of each element.
     */
    private record Column(String heading, String field, boolean id) {
        static Column of(String field) {
            return new Column(field.toUpperCase(java.util.Locale.ROOT), field, false);
        }

        static Column id(String field) {
            return new Column(field.toUpperCase(java.util.Locale.ROOT), field, true);
        }

        String cell(JsonNode row, boolean whole) {
            int slash = field.indexOf('/');
            String text = slash < 0
                    ? text(row.path(field))
                    : StreamSupport.stream(row.path(field.substring(0, slash)).spliterator(), false)
                            .map(element -> text(element.path(field.substring(slash + 1))))
                            .collect(Collectors.joining(","));
            return id && !whole && text.length() > SHORT_ID ? text.substring(0, SHORT_ID) : text;
        }
    }

    /** A list in each row, of which a second table is made. */
    private record Inner(String field, List<Column> columns) {}

    private static final Map<String, Inner> INNER = Map.of(
            "pools",
            new Inner(
                    "rangeUse",
                    Stream.of("network", "range", "size", "used", "reserved", "held", "spare", "quarantined", "free")
                            .map(Column::of)
                            .toList()));

    /** The lists. */
    public static List<Commands.Command> all(Daemon daemon) {
        return List.of(hosts(daemon), networks(daemon), endpoints(daemon), pools(daemon), claims(daemon));
    }

    private static Commands.Command hosts(Daemon daemon) {
        return command(
                "hosts",
                "Show the hosts of the cluster: who is alive, and what they hold.",
                daemon,
                Column.of("host"),
                Column.of("status"),
                new Column("LAST SEEN", "lastSeen", false),
                Column.of("version"),
                Column.of("bridges"),
                Column.of("uplinks"),
                Column.of("addresses"),
                Column.of("networks"),
                Column.of("endpoints"),
                Column.of("claims"),
                Column.of("answering"));
    }

    private static Commands.Command networks(Daemon daemon) {
        return command(
                "networks",
                "Show networks, of every host on the store.",
                daemon,
                new Column("NETWORK", "id", true),
                Column.of("name"),
                Column.of("host"),
                Column.of("bridge"),
                Column.of("subnets"),
                new Column("RANGES", "ranges/range", false),
                new Column("SIZE", "ranges/size", false),
                new Column("USED", "ranges/used", false),
                new Column("FREE", "ranges/free", false),
                Column.of("gateways"),
                Column.of("internal"),
                Column.of("mtu"),
                Column.of("endpoints"),
                Column.of("replication"),
                Column.of("since"));
    }

    private static Commands.Command endpoints(Daemon daemon) {
        return command(
                "endpoints",
                "Show the containers' ends: addresses, MAC, link, state.",
                daemon,
                new Column("ENDPOINT", "id", true),
                Column.id("network"),
                Column.of("container"),
                Column.of("host"),
                Column.of("addresses"),
                Column.of("mac"),
                Column.of("link"),
                Column.of("state"),
                Column.of("since"));
    }

    private static Commands.Command pools(Daemon daemon) {
        return command(
                "pools",
                "Show the address pools and how full they are.",
                daemon,
                Column.of("pool"),
                Column.of("subnet"),
                Column.of("segment"),
                Column.of("ranges"),
                Column.of("gateways"),
                Column.of("users"),
                new Column("RESERVED RANGES", "reservedRanges", false),
                Column.of("size"),
                Column.of("used"),
                Column.of("reserved"),
                Column.of("held"),
                Column.of("spare"),
                Column.of("quarantined"),
                Column.of("free"));
    }

    private static Commands.Command claims(Daemon daemon) {
        return command(
                "claims",
                "Show every address that is taken, and by whom.",
                daemon,
                Column.of("address"),
                Column.of("pool"),
                Column.of("kind"),
                Column.of("state"),
                Column.of("host"),
                Column.id("endpoint"),
                Column.of("container"),
                Column.of("mac"),
                Column.of("since"));
    }

    private static Commands.Command command(String name, String help, Daemon daemon, Column... columns) {
        return new Commands.Command(
                name,
                help,
                SettingsHelp.clientFlags("control-socket", "config"),
                Map.of("json", "Print the daemon's JSON.", "no-trunc", "Show ids in full."),
                false,
                false,
                new ListCommand(name, List.of(columns), daemon));
    }

    @Override
    public int run(Commands.Invocation invocation) {
        try {
            ControlClient.Answer answer = daemon.client(invocation).get("/v1/" + name);
            if (answer.status() != 200) {
                return failed(
                        invocation,
                        "the daemon answered /v1/" + name + " with " + answer.status() + ": " + answer.body());
            }
            ObjectMapper json = new ObjectMapper();
            JsonNode list = json.readTree(answer.body()).path(name);
            invocation
                    .out()
                    .print(
                            invocation.has("json")
                                    ? json.writerWithDefaultPrettyPrinter().writeValueAsString(list) + "\n"
                                    : table(list, invocation.has("no-trunc")));
            return 0;
        } catch (ControlClient.Unreachable | JsonProcessingException | IllegalArgumentException e) {
            return failed(invocation, String.valueOf(e.getMessage()));
        }
    }

    private static int failed(Commands.Invocation invocation, String sentence) {
        invocation.err().println("patchbay: " + sentence);
        return 1;
    }

    private String table(JsonNode list, boolean whole) {
        return table(columns, list, whole) + inner(list, whole) + reasons(list);
    }

    private static String table(List<Column> columns, Iterable<JsonNode> rows, boolean whole) {
        TextTable table = new TextTable(columns.stream().map(Column::heading).toList());
        for (JsonNode row : rows) {
            table.add(columns.stream().map(column -> column.cell(row, whole)).toList());
        }
        return table.render();
    }

    private String inner(JsonNode list, boolean whole) {
        Inner inner = INNER.get(name);
        if (inner == null) {
            return "";
        }
        List<JsonNode> rows = new ArrayList<>();
        list.forEach(row -> row.path(inner.field()).forEach(rows::add));
        return rows.isEmpty() ? "" : "\n" + table(inner.columns(), rows, whole);
    }

    /** What does not fit a column: why a row is not as it should be. */
    private static String reasons(JsonNode list) {
        StringBuilder reasons = new StringBuilder();
        list.forEach(row -> {
            String reason = row.path("reason").asText("");
            if (!reason.isEmpty() && !row.path("reason").isNull()) {
                reasons.append(reasons.isEmpty() ? "\n" : "").append(reason).append('\n');
            }
        });
        return reasons.toString();
    }

    /** A reserved range with its note. */
    private static String range(JsonNode value) {
        String note = value.path("note").asText();
        return value.path("range").asText() + (note.isEmpty() ? "" : " (" + note + ")");
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(v -> parts.add(v.isObject() ? range(v) : v.asText()));
            return String.join(",", parts);
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }
}
