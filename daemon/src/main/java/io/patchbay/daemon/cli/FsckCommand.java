package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code patchbay fsck}: whether the store, the kernel, the engine and the LAN agree, and what is repaired where they
 * do not. Exit code 0 when they do, or everything wanted was repaired, 1 when they do not, 2 when it could not be
 * looked at.
 */
public final class FsckCommand implements Commands.Action {
    private static final int DISAGREES = 1;
    private static final int UNSEEN = 2;
    /** So that they fit a request. */
    private static final int AT_ONCE = 100;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Column> FOUND =
            List.of(Column.of("class"), Column.of("host"), Column.of("subject"), Column.of("WHAT", "evidence"));
    private static final List<Column> OUTCOMES = List.of(
            Column.of("class"), Column.of("host"), Column.of("subject"), Column.of("result"), Column.of("message"));

    private final ListCommand.Daemon daemon;

    private FsckCommand(ListCommand.Daemon daemon) {
        this.daemon = daemon;
    }

    /** The command. */
    public static Commands.Command command(ListCommand.Daemon daemon) {
        List<SettingsHelp.Flag> flags = new ArrayList<>();
        flags.add(new SettingsHelp.Flag("report", "FILE", false, "Write what was found to FILE, for --from."));
        flags.add(new SettingsHelp.Flag(
                "from", "FILE", false, "With --repair: only what FILE has, in which a person may have deleted some."));
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        return new Commands.Command(
                "fsck",
                "Compare the store with this host's kernel, its engine and the LAN, and say where they disagree."
                        + " Changes nothing without --repair. Exit code 1 when they disagree, 2 when something could"
                        + " not be looked at.",
                flags,
                Map.of(
                        "json", "Print JSON.",
                        "all-hosts", "Also what each other host has left in the store.",
                        "repair", "Look again, and repair here what is still so and needs no person."),
                false,
                false,
                new FsckCommand(daemon));
    }

    @Override
    public int run(Commands.Invocation invocation) {
        if (invocation.flag("from").isPresent()) {
            return repairFrom(invocation, Path.of(invocation.flag("from").get()));
        }
        ObjectNode body = ControlCommand.body().put("allHosts", invocation.has("all-hosts"));
        Optional<JsonNode> answer =
                ControlCommand.ask(invocation, daemon, client -> client.post("/v1/fsck", body.toString()));
        if (answer.isEmpty()) {
            return UNSEEN;
        }
        List<JsonNode> found = all(answer.get(), "found");
        List<JsonNode> unseen = all(answer.get(), "unseen");
        Optional<String> report = invocation.flag("report");
        if (report.isPresent() && !isWritten(invocation, Path.of(report.get()), answer.get())) {
            return UNSEEN;
        }
        boolean json = invocation.has("json");
        boolean repairs = invocation.has("repair") && !found.isEmpty();
        if (json && !repairs) {
            invocation.out().println(answer.get().toPrettyString());
        } else if (!json) {
            invocation.out().print(text(found, unseen, invocation.columns()));
        }
        if (repairs) {
            int code = repair(invocation, found);
            return code == 0 && !unseen.isEmpty() ? UNSEEN : code;
        }
        return !found.isEmpty() ? DISAGREES : unseen.isEmpty() ? 0 : UNSEEN;
    }

    /** A field of every host, all in one. */
    private static List<JsonNode> all(JsonNode answer, String field) {
        return answer.path("hosts")
                .valueStream()
                .flatMap(host -> host.path(field).valueStream())
                .toList();
    }

    private static boolean isWritten(Commands.Invocation invocation, Path file, JsonNode answer) {
        try {
            Files.writeString(file, answer.toPrettyString() + "\n");
            return true;
        } catch (IOException e) {
            int unused = ControlCommand.failed(invocation, "the report was not written to " + file + ": " + e);
            return false;
        }
    }

    private int repairFrom(Commands.Invocation invocation, Path file) {
        if (!invocation.has("repair")) {
            invocation.err().println("patchbay: --from FILE says what to repair, it goes with --repair");
            return UNSEEN;
        }
        List<JsonNode> found;
        try {
            found = all(JSON.readTree(Files.readString(file)), "found");
        } catch (IOException e) {
            invocation.err().println("patchbay: " + file + " is no report of patchbay fsck --report: " + e);
            return UNSEEN;
        }
        return repair(invocation, found);
    }

    private int repair(Commands.Invocation invocation, List<JsonNode> found) {
        List<JsonNode> outcomes = new ArrayList<>();
        for (int from = 0; from < found.size(); from += AT_ONCE) {
            ObjectNode body = ControlCommand.body();
            ArrayNode wanted = body.putArray("wanted");
            found.subList(from, Math.min(from + AT_ONCE, found.size()))
                    .forEach(d -> wanted.add(d.path("class").asText() + "\t"
                            + d.path("host").asText() + "\t" + d.path("subject").asText()));
            Optional<JsonNode> answer =
                    ControlCommand.ask(invocation, daemon, client -> client.post("/v1/fsck/repair", body.toString()));
            if (answer.isEmpty()) {
                return UNSEEN;
            }
            answer.get().path("outcomes").valueStream().forEach(outcomes::add);
        }
        if (invocation.has("json")) {
            ObjectNode all = ControlCommand.body();
            all.putArray("outcomes").addAll(outcomes);
            invocation.out().println(all.toPrettyString());
        } else if (!outcomes.isEmpty()) {
            invocation.out().print("\n" + TextTable.of(OUTCOMES, outcomes, false, invocation.columns()));
        }
        boolean done = outcomes.stream()
                .map(outcome -> outcome.path("result").asText())
                .allMatch(result -> result.equals("repaired") || result.equals("gone"));
        return done ? 0 : DISAGREES;
    }

    private static String text(List<JsonNode> found, List<JsonNode> unseen, int columns) {
        StringBuilder text = new StringBuilder();
        unseen.forEach(sentence ->
                text.append("not looked at: ").append(sentence.asText()).append('\n'));
        if (found.isEmpty()) {
            return text.append(unseen.isEmpty() ? "nothing disagrees\n" : "nothing else disagrees\n")
                    .toString();
        }
        text.append(TextTable.of(FOUND, found, false, columns)).append("\nWhat to do:\n");
        found.forEach(d -> text.append("  ")
                .append(d.path("class").asText())
                .append(' ')
                .append(d.path("subject").asText())
                .append(": ")
                .append(d.path("repair").asText())
                .append('\n'));
        return text.toString();
    }
}
