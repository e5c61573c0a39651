package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code patchbay network create} and {@code rm}: networks by name, over networks and for a swarm, without the two
 * docker commands that takes.
 */
public final class NetworkCommands {
    private static final List<SettingsHelp.Flag> FLAGS = List.of(
            flag(
                    "subnet",
                    "SUBNET",
                    true,
                    "The LAN's subnet; again for another family. Without it one is found out, with gateway and range,"
                            + " and told before the network is made."),
            flag("bridge", "NAME", false, "The bridge the containers are plugged into; the daemon's own if not given."),
            flag("ip-range", "SUBNET", true, "The part of it this network gives out."),
            flag("range", "FIRST-LAST", false, "The same as any range of addresses."),
            flag("gateway", "ADDRESS", true, "The LAN's router."),
            flag("aux-address", "NAME=ADDRESS", true, "An address of another machine, never given out."),
            flag("ipam-opt", "KEY=VALUE", true, "An IPAM option."),
            flag("opt", "KEY=VALUE", true, "A network option, as docker's -o."),
            flag("label", "KEY=VALUE", true, "A label of the network."),
            flag("over", "NETWORK", false, "Share this network's subnet, gateway and segment; needs a range."));

    private static final Map<String, String> FIELDS =
            Map.of("subnet", "subnets", "ip-range", "ranges", "gateway", "gateways");

    private static final Map<String, String> PAIRS =
            Map.of("aux-address", "aux", "ipam-opt", "ipamOptions", "opt", "options", "label", "labels");

    private NetworkCommands() {}

    private static SettingsHelp.Flag flag(String name, String placeholder, boolean repeatable, String help) {
        return new SettingsHelp.Flag(name, placeholder, repeatable, help);
    }

    /** {@code terminal} is asked whether what was found out is to be made. */
    public static List<Commands.Command> all(ListCommand.Daemon daemon, ClusterCommands.Question terminal) {
        List<SettingsHelp.Flag> flags = new ArrayList<>(FLAGS);
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        Map<String, String> switches = new HashMap<>(ControlCommand.JSON_SWITCH);
        switches.put("swarm", "For the services of a swarm: on a manager, with a config-only network on every host.");
        switches.put("internal", "No way out.");
        switches.put("ipv6", "IPv6 as well.");
        switches.put("yes", "Make what was found out without asking.");
        switches.put("no-dhcp", "Do not ask the LAN's DHCP servers what they would offer.");
        switches.put("attachable", "Containers outside services may join too; always so with --swarm.");
        return List.of(
                new Commands.Command(
                        "network create",
                        "Make a network on this host and, where networks are shared, on all.",
                        List.of("NAME"),
                        flags,
                        switches,
                        false,
                        false,
                        invocation -> create(invocation, daemon, terminal)),
                new Commands.Command(
                        "network rm",
                        "Remove a network, where networks are shared on all hosts; "
                                + "one made with --swarm with its config-only network.",
                        List.of("NAME"),
                        SettingsHelp.clientFlags("control-socket", "config"),
                        ControlCommand.JSON_SWITCH,
                        false,
                        false,
                        invocation -> remove(invocation, daemon)));
    }

    private static int create(
            Commands.Invocation invocation, ListCommand.Daemon daemon, ClusterCommands.Question terminal) {
        ObjectNode body = ControlCommand.body().put("name", invocation.parameter("NAME"));
        for (String name : List.of("swarm", "internal", "ipv6", "attachable")) {
            body.put(name, invocation.has(name));
        }
        for (String name : List.of("over", "range", "bridge")) {
            invocation.flag(name).ifPresent(value -> body.put(name, value));
        }
        FIELDS.forEach((flag, field) -> {
            ArrayNode array = body.putArray(field);
            invocation.flags().getOrDefault(flag, List.of()).forEach(array::add);
        });
        for (Map.Entry<String, String> pair : PAIRS.entrySet()) {
            ObjectNode object = body.putObject(pair.getValue());
            for (String text : invocation.flags().getOrDefault(pair.getKey(), List.of())) {
                int equals = text.indexOf('=');
                if (equals < 1) {
                    return ControlCommand.failed(
                            invocation, "--" + pair.getKey() + " " + text + " must be of the form KEY=VALUE");
                }
                object.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        return body.path("subnets").isEmpty() && !body.has("over")
                ? propose(invocation, daemon, terminal, body)
                : make(invocation, daemon, body);
    }

    private static int make(Commands.Invocation invocation, ListCommand.Daemon daemon, ObjectNode body) {
        return ControlCommand.run(invocation, daemon, client -> client.post("/v1/network/create", body.toString()));
    }

    /** Tells what the network would be, and makes it after a yes. */
    private static int propose(
            Commands.Invocation invocation,
            ListCommand.Daemon daemon,
            ClusterCommands.Question terminal,
            ObjectNode body) {
        if (invocation.has("internal")) {
            return ControlCommand.failed(
                    invocation, "an --internal network is on no LAN, so nothing can be found out for it; say --subnet");
        }
        body.put("noDhcp", invocation.has("no-dhcp"));
        invocation.err().println("looking at the LAN, some seconds");
        Optional<JsonNode> found =
                ControlCommand.ask(invocation, daemon, client -> client.post("/v1/network/propose", body.toString()));
        if (found.isEmpty()) {
            return 1;
        }
        // with --json there is one document, that of what was made
        (invocation.has("json") ? invocation.err() : invocation.out())
                .print(ControlCommand.sentences(found.get().path("message")));
        if (!invocation.has("yes")) {
            invocation.out().flush();
            Optional<String> answer = terminal.ask("Make network " + invocation.parameter("NAME") + "? Type yes: ");
            if (answer.isEmpty()) {
                return ControlCommand.failed(
                        invocation, "nothing was made, for there is no terminal to ask on; give --yes to make it");
            }
            if (!answer.get().strip().equalsIgnoreCase("yes")) {
                return ControlCommand.failed(invocation, "nothing was made");
            }
        }
        for (String field : List.of("subnets", "ranges", "gateways", "options")) {
            body.set(field, found.get().path(field));
        }
        body.remove(List.of("bridge", "noDhcp"));
        return make(invocation, daemon, body);
    }

    private static int remove(Commands.Invocation invocation, ListCommand.Daemon daemon) {
        ObjectNode body = ControlCommand.body().put("name", invocation.parameter("NAME"));
        return ControlCommand.run(invocation, daemon, client -> client.post("/v1/network/rm", body.toString()));
    }
}
