package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.daemon.settings.SettingsHelp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** {@code patchbay events}: what has happened in the cluster, and with {@code --follow} what happens from now on. */
public final class EventsCommand implements Commands.Reading {
    private static final List<Column> COLUMNS = List.of(
            Column.of("WHEN", "at"),
            Column.of("kind"),
            Column.of("host"),
            Column.of("subject"),
            Column.of("WHAT", "message"));
    private static final String LINE = "{{.when}}  {{.kind}}  {{.host}}  {{.subject}}  {{.what}}";

    private final ListCommand.Daemon daemon;
    private final Duration pause;

    private EventsCommand(ListCommand.Daemon daemon, Duration pause) {
        this.daemon = daemon;
        this.pause = pause;
    }

    /** The command; {@code pause} is how often it is asked what is new while it follows. */
    public static Commands.Command command(ListCommand.Daemon daemon, Duration pause) {
        List<SettingsHelp.Flag> flags = new ArrayList<>(ListCommand.FLAGS);
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        return new Commands.Command(
                "events",
                "Show what has happened since the daemon started: containers, networks and hosts of the whole cluster,"
                        + " repairs and conflicts of this host. The latest thousand.",
                flags,
                Map.of("json", "Print an object for each.", "follow", "Go on with what happens, until interrupted."),
                false,
                false,
                new EventsCommand(daemon, pause));
    }

    @Override
    public boolean needsCaller(Commands.Invocation invocation) {
        return invocation.has("follow");
    }

    @Override
    public int run(Commands.Invocation invocation) {
        RowFilter filter = new RowFilter(COLUMNS);
        Optional<Predicate<JsonNode>> shown = ListCommand.shown(invocation, filter);
        if (shown.isEmpty()) {
            return Commands.USAGE;
        }
        Optional<JsonNode> answer = ControlCommand.ask(invocation, daemon, client -> client.get("/v1/events"));
        if (answer.isEmpty()) {
            return 1;
        }
        long last = print(invocation, filter, shown.get(), answer.get(), 0);
        if (invocation.has("follow")) {
            follow(invocation, filter, shown.get(), last);
        }
        return 0;
    }

    /** Until nobody reads any more. A daemon that ends is waited for: its numbers go on where they were. */
    private void follow(Commands.Invocation invocation, RowFilter filter, Predicate<JsonNode> shown, long from) {
        long last = from;
        boolean answers = true;
        while (!invocation.out().checkError()) {
            LockSupport.parkNanos(pause.toNanos());
            try {
                ControlClient.Answer answer = daemon.client(invocation).get("/v1/events?after=" + last);
                if (answer.status() == 200) {
                    last = print(invocation, filter, shown, new ObjectMapper().readTree(answer.body()), last);
                    answers = true;
                }
            } catch (ControlClient.Unreachable | JsonProcessingException e) {
                if (answers) {
                    ControlCommand.failed(invocation, e.getMessage() + "; events go on when it answers again");
                    invocation.err().flush();
                }
                answers = false;
            }
        }
    }

    /** Prints those that are wanted, and answers the last one's number. */
    private static long print(
            Commands.Invocation invocation, RowFilter filter, Predicate<JsonNode> shown, JsonNode answer, long before) {
        List<JsonNode> all = answer.path("events").valueStream().toList();
        List<JsonNode> wanted = all.stream().filter(shown).toList();
        if (invocation.has("json")) {
            wanted.forEach(event -> invocation.out().println(event));
        } else {
            invocation.out().print(filter.lines(invocation.flag("format").orElse(LINE), wanted, false));
        }
        return all.isEmpty() ? before : all.get(all.size() - 1).path("number").asLong();
    }
}
