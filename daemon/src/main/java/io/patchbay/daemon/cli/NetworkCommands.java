package io.patchbay.daemon.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.daemon.settings.SettingsHelp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code patchbay network create} and {@code rm}: networks by name, over networks and for a swarm, without the two
 * docker commands that takes.
 */
public final class NetworkCommands {
    private static final List<SettingsHelp.Flag> FLAGS = List.of(
            flag("subnet", "SUBNET", true, "The LAN's subnet; again for another family."),
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

    public static List<Commands.Command> all(ListCommand.Daemon daemon) {
        List<SettingsHelp.Flag> flags = new ArrayList<>(FLAGS);
        flags.addAll(SettingsHelp.clientFlags("control-socket", "config"));
        Map<String, String> switches = new HashMap<>(ControlCommand.JSON_SWITCH);
        switches.put("swarm", "For the services of a swarm: on a manager, with a config-only network on every host.");
        switches.put("internal", "No way out.");
        switches.put("ipv6", "IPv6 as well.");
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
                        invocation -> create(invocation, daemon)),
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

    private static int create(Commands.Invocation invocation, ListCommand.Daemon daemon) {
        ObjectNode body = ControlCommand.body().put("name", invocation.parameter("NAME"));
        for (String name : List.of("swarm", "internal", "ipv6", "attachable")) {
            body.put(name, invocation.has(name));
        }
        invocation.flag("over").ifPresent(over -> body.put("over", over));
        invocation.flag("range").ifPresent(range -> body.put("range", range));
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
        return ControlCommand.run(invocation, daemon, client -> client.post("/v1/network/create", body.toString()));
    }

    private static int remove(Commands.Invocation invocation, ListCommand.Daemon daemon) {
        ObjectNode body = ControlCommand.body().put("name", invocation.parameter("NAME"));
        return ControlCommand.run(invocation, daemon, client -> client.post("/v1/network/rm", body.toString()));
    }
}
