package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** {@code patchbay history}: who had which address, and when. */
public final class HistoryCommand implements Commands.Reading {
    private static final List<Column> COLUMNS = List.of(
            Column.of("ADDRESS", "addresses"),
            Column.of("container"),
            Column.of("mac"),
            Column.of("network"),
            Column.of("host"),
            Column.id("ENDPOINT", "endpoint"),
            Column.of("from"),
            Column.of("to"));

    private final ListCommand.Daemon daemon;
    private final Clock clock;

    private HistoryCommand(ListCommand.Daemon daemon, Clock clock) {
        this.daemon = daemon;
        this.clock = clock;
    }

    /** The command; {@code clock} is that of the person who types a time. */
    public static Commands.Command command(ListCommand.Daemon daemon, Clock clock) {
        List<SettingsHelp.Flag> flags = new ArrayList<>();
        flags.add(new SettingsHelp.Flag("at", "TIME", false, "Only who was there then. TIME is " + Moment.FORMS + "."));
        flags.addAll(ListCommand.FLAGS);
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        return new Commands.Command(
                "history",
                "Show who had an address and when, on any host; also what addresses a container or a MAC had."
                        + " SUBJECT is an address, a container's name, a MAC, or the beginning of an endpoint's id.",
                List.of("SUBJECT"),
                flags,
                Map.of("json", "Print the daemon's JSON.", "no-trunc", "Show ids in full."),
                false,
                false,
                new HistoryCommand(daemon, clock));
    }

    @Override
    public boolean needsCaller(Commands.Invocation invocation) {
        // the time is of the zone of who asks
        return invocation.flag("at").isPresent();
    }

    @Override
    public int run(Commands.Invocation invocation) {
        RowFilter filter = new RowFilter(COLUMNS);
        Optional<Predicate<JsonNode>> shown = ListCommand.shown(invocation, filter);
        if (shown.isEmpty()) {
            return Commands.USAGE;
        }
        String query;
        try {
            query = "?of=" + encoded(invocation.parameter("SUBJECT"))
                    + invocation
                            .flag("at")
                            .map(text ->
                                    "&at=" + encoded(Moment.parse(text, clock).toString()))
                            .orElse("");
        } catch (IllegalArgumentException e) {
            ControlCommand.failed(invocation, String.valueOf(e.getMessage()));
            return Commands.USAGE;
        }
        Optional<JsonNode> answer = ControlCommand.ask(invocation, daemon, client -> client.get("/v1/history" + query));
        if (answer.isEmpty()) {
            return 1;
        }
        List<JsonNode> rows = StreamSupport.stream(answer.get().path("history").spliterator(), false)
                .filter(shown.get())
                .toList();
        invocation.out().print(ListCommand.text(invocation, COLUMNS, rows));
        if (!answer.get().path("complete").asBoolean()) {
            invocation
                    .err()
                    .println("patchbay: the store cannot be reached; this is who is there now, as this host knows it");
        }
        return 0;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
