package io.patchbay.daemon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Commands about one thing of the cluster: why an address is taken, which ranges are reserved, a host that is to be
 * forgotten or has another name.
 */
public final class ClusterCommands {
    private static final Duration FORGET_LIMIT = Duration.ofSeconds(70);
    private static final SettingsHelp.Flag SEGMENT = new SettingsHelp.Flag(
            "segment", "NAME", false, "The LAN, where several have the same subnet. Default: whichever has it.");
    private static final SettingsHelp.Flag NOTE =
            new SettingsHelp.Flag("note", "TEXT", false, "What the range is for, shown by 'patchbay pools'.");

    private final ListCommand.Daemon daemon;
    private final Question terminal;

    private ClusterCommands(ListCommand.Daemon daemon, Question terminal) {
        this.daemon = daemon;
        this.terminal = terminal;
    }

    /** How a person is asked. */
    public interface Question {
        /** What was answered; empty when nobody can be asked. */
        Optional<String> ask(String question);
    }

    /** The commands. */
    public static List<Commands.Command> all(ListCommand.Daemon daemon, Question terminal) {
        ClusterCommands commands = new ClusterCommands(daemon, terminal);
        return Stream.concat(commands.aboutAddresses().stream(), commands.aboutHosts().stream())
                .toList();
    }

    private List<Commands.Command> aboutAddresses() {
        return List.of(
                command(
                        "claims why",
                        "Tell who holds an address, since when and where, or why nobody does.",
                        List.of("ADDRESS"),
                        List.of(SEGMENT),
                        Map.of(),
                        (Commands.Reading) this::why),
                command(
                        "pool reserve",
                        "Keep a range from dynamic allocation, on every host. "
                                + "POOL is a pool's name, its subnet, or a network on it; "
                                + "RANGE is FIRST-LAST, an address or a prefix.",
                        List.of("POOL", "RANGE"),
                        List.of(NOTE, SEGMENT),
                        Map.of(),
                        invocation -> range(invocation, "/v1/pools/reserve")),
                command(
                        "pool unreserve",
                        "Give a reserved range back to dynamic allocation. RANGE must be as it was reserved.",
                        List.of("POOL", "RANGE"),
                        List.of(SEGMENT),
                        Map.of(),
                        invocation -> range(invocation, "/v1/pools/unreserve")));
    }

    private List<Commands.Command> aboutHosts() {
        return List.of(
                command(
                        "host forget",
                        "Free what a dead host held. It asks before, and refuses for a host that is alive.",
                        List.of("NAME"),
                        List.of(),
                        Map.of("yes", "Do not ask."),
                        this::forget),
                command(
                        "host rename",
                        "Take over what is kept under a name that this machine had before. "
                                + "NEW is the name it has now; OLD must be dead.",
                        List.of("OLD", "NEW"),
                        List.of(),
                        Map.of(),
                        this::rename));
    }

    private static Commands.Command command(
            String name,
            String help,
            List<String> parameters,
            List<SettingsHelp.Flag> own,
            Map<String, String> switches,
            Commands.Action action) {
        List<SettingsHelp.Flag> flags = new ArrayList<>(own);
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        Map<String, String> all = new HashMap<>(ControlCommand.JSON_SWITCH);
        all.putAll(switches);
        return new Commands.Command(name, help, parameters, flags, all, false, false, action);
    }

    private int why(Commands.Invocation invocation) {
        String query = "/v1/claims/why?address=" + encoded(invocation.parameter("ADDRESS"))
                + invocation.flag("segment").map(s -> "&segment=" + encoded(s)).orElse("");
        return ControlCommand.run(invocation, daemon, client -> client.get(query));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private int range(Commands.Invocation invocation, String path) {
        ObjectNode body = ControlCommand.body();
        body.put("pool", invocation.parameter("POOL"));
        body.put("range", invocation.parameter("RANGE"));
        invocation.flag("segment").ifPresent(segment -> body.put("segment", segment));
        invocation.flag("note").ifPresent(note -> body.put("note", note));
        return ControlCommand.run(invocation, daemon, client -> client.post(path, body.toString()));
    }

    private int forget(Commands.Invocation invocation) {
        String host = invocation.parameter("NAME");
        try {
            if (!invocation.has("yes")) {
                Optional<String> answer = terminal.ask(question(invocation, host));
                if (answer.isEmpty()) {
                    return ControlCommand.failed(
                            invocation,
                            "there is no terminal to ask on whether host \"" + host
                                    + "\" may be forgotten; give --yes to do it unasked");
                }
                if (!answer.get().strip().equalsIgnoreCase("yes")) {
                    return ControlCommand.failed(invocation, "nothing was done");
                }
            }
            String body = ControlCommand.body().put("host", host).toString();
            return ControlCommand.run(
                    invocation, daemon, client -> client.withLimit(FORGET_LIMIT).post("/v1/hosts/forget", body));
        } catch (ControlClient.Unreachable | JsonProcessingException | IllegalArgumentException e) {
            return ControlCommand.failed(invocation, String.valueOf(e.getMessage()));
        }
    }

    private int rename(Commands.Invocation invocation) {
        String body = ControlCommand.body()
                .put("host", invocation.parameter("OLD"))
                .put("name", invocation.parameter("NEW"))
                .toString();
        return ControlCommand.run(
                invocation, daemon, client -> client.withLimit(FORGET_LIMIT).post("/v1/hosts/rename", body));
    }

    private String question(Commands.Invocation invocation, String name)
            throws ControlClient.Unreachable, JsonProcessingException {
        String body = daemon.client(invocation).get("/v1/hosts").body();
        String known = "nothing is known of it";
        for (JsonNode host : new ObjectMapper().readTree(body).path("hosts")) {
            if (host.path("host").asText().equals(name)) {
                known = "it is " + host.path("status").asText() + ", last seen "
                        + host.path("lastSeen").asText() + ", and holds "
                        + host.path("claims").asText() + " addresses on "
                        + host.path("networks").asText() + " networks";
            }
        }
        return "Host " + name + ": " + known
                + ". If it still runs somewhere, others may get the addresses its containers use."
                + " Forget it? Type yes: ";
    }
}
