package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A command that shows one of the daemon's lists as a table. */
public final class ListCommand implements Commands.Reading {
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

    /** A list in each row, of which a second table is made. */
    private record Inner(String field, List<Column> columns) {}

    /** How full a range is. */
    static final List<Column> RANGE =
            Column.of("network", "range", "size", "used", "reserved", "held", "spare", "quarantined", "free");

    private static final Map<String, Inner> INNER = Map.of("pools", new Inner("rangeUse", RANGE));

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
                Column.of("LAST SEEN", "lastSeen"),
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
                Column.id("NETWORK", "id"),
                Column.of("name"),
                Column.of("host"),
                Column.of("bridge"),
                Column.of("subnets"),
                Column.of("RANGES", "ranges/range"),
                Column.of("SIZE", "ranges/size"),
                Column.of("USED", "ranges/used"),
                Column.of("FREE", "ranges/free"),
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
                Column.id("ENDPOINT", "id"),
                Column.of("NETWORK", "networkName"),
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
                Column.of("RESERVED RANGES", "reservedRanges"),
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
                Column.id("ENDPOINT", "endpoint"),
                Column.of("container"),
                Column.of("mac"),
                Column.of("since"));
    }

    private static final SettingsHelp.Flag HOST =
            new SettingsHelp.Flag("host", "NAME", false, "Only what is that host's, as --filter host=NAME.");

    static final List<SettingsHelp.Flag> FLAGS = List.of(
            HOST,
            new SettingsHelp.Flag(
                    "filter",
                    "COLUMN=VALUE",
                    true,
                    "Only rows that have it; * stands for any text. Given again, all must hold."),
            new SettingsHelp.Flag(
                    "format", "TEXT", false, "Print TEXT for each row, with {{.COLUMN}} replaced, as docker does."));

    private static Commands.Command command(String name, String help, Daemon daemon, Column... columns) {
        List<SettingsHelp.Flag> flags = new ArrayList<>(FLAGS);
        if (Stream.of(columns).noneMatch(column -> column.field().equals(HOST.name()))) {
            flags.remove(HOST);
        }
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        return new Commands.Command(
                name,
                help,
                flags,
                Map.of("json", "Print the daemon's JSON.", "no-trunc", "Show ids in full."),
                false,
                false,
                new ListCommand(name, List.of(columns), daemon));
    }

    @Override
    public int run(Commands.Invocation invocation) {
        RowFilter filter = new RowFilter(columns);
        Optional<Predicate<JsonNode>> shown = shown(invocation, filter);
        if (shown.isEmpty()) {
            return Commands.USAGE;
        }
        Optional<JsonNode> answer = ControlCommand.ask(invocation, daemon, client -> client.get("/v1/" + name));
        answer.ifPresent(body -> {
            List<JsonNode> rows =
                    body.path(name).valueStream().filter(shown.get()).toList();
            String more = plain(invocation) ? inner(rows, invocation) + reasons(rows) : "";
            invocation.out().print(text(invocation, columns, rows) + more);
        });
        return answer.isPresent() ? 0 : 1;
    }

    /** Which rows {@link #FLAGS} want; empty when they are wrong, and then the sentence has been printed. */
    static Optional<Predicate<JsonNode>> shown(Commands.Invocation invocation, RowFilter filter) {
        try {
            if (invocation.flag("format").isPresent() && invocation.has("json")) {
                throw new IllegalArgumentException("--json and --format are two forms of the same, give one");
            }
            filter.lines(invocation.flag("format").orElse(""), List.of(), false);
            List<String> wishes = new ArrayList<>(invocation.flags().getOrDefault("filter", List.of()));
            invocation.flag("host").ifPresent(host -> wishes.add("host=" + host));
            return Optional.of(filter.filter(wishes));
        } catch (IllegalArgumentException e) {
            ControlCommand.failed(invocation, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Whether it is a table that is wanted. */
    private static boolean plain(Commands.Invocation invocation) {
        return !invocation.has("json") && invocation.flag("format").isEmpty();
    }

    /** The rows in the form that the flags want: a table, JSON, or a line for each. */
    static String text(Commands.Invocation invocation, List<Column> columns, List<JsonNode> rows) {
        boolean whole = invocation.has("no-trunc");
        if (invocation.has("json")) {
            return JsonNodeFactory.instance.arrayNode().addAll(rows).toPrettyString() + "\n";
        }
        return invocation
                .flag("format")
                .map(format -> new RowFilter(columns).lines(format, rows, whole))
                .orElseGet(() -> TextTable.of(columns, rows, whole, invocation.columns()));
    }

    private String inner(List<JsonNode> list, Commands.Invocation invocation) {
        Inner inner = INNER.get(name);
        if (inner == null) {
            return "";
        }
        List<JsonNode> rows = new ArrayList<>();
        list.forEach(row -> row.path(inner.field()).forEach(rows::add));
        return rows.isEmpty()
                ? ""
                : "\n" + TextTable.of(inner.columns(), rows, invocation.has("no-trunc"), invocation.columns());
    }

    /** What does not fit a column: why a row is not as it should be. */
    private static String reasons(List<JsonNode> list) {
        StringBuilder reasons = new StringBuilder();
        list.forEach(row -> {
            String reason = row.path("reason").asText("");
            if (!reason.isEmpty() && !row.path("reason").isNull()) {
                reasons.append(reasons.isEmpty() ? "\n" : "").append(reason).append('\n');
            }
        });
        return reasons.toString();
    }
}
