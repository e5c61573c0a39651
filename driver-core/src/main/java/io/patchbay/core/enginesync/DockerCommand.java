package io.patchbay.core.enginesync;

import io.patchbay.core.record.NetworkPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The {@code docker network create} that makes a network, as a person would type it into a shell. */
final class DockerCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private final List<String> words = new ArrayList<>(List.of("docker", "network", "create"));

    private DockerCommand() {}

    static String of(NetworkPlan plan) {
        DockerCommand command = new DockerCommand();
        command.flag("-d", plan.driver());
        command.flag("--ipam-driver", plan.ipam().driver());
        command.scope(plan);
        plan.ipam().ranges().forEach(command::range);
        command.pairs("--ipam-opt", plan.ipam().options());
        command.pairs("-o", plan.options());
        command.pairs("--label", plan.labels());
        command.words.add(plan.name());
        return command.words.stream().map(DockerCommand::quoted).collect(Collectors.joining(" "));
    }

    private void scope(NetworkPlan plan) {
        if (!plan.isLocal()) {
            flag("--scope", plan.scope());
        }
        on("--internal", plan.traits().internal());
        on("--ipv6", plan.traits().ipv6());
        on("--attachable", plan.traits().attachable());
    }

    private void range(NetworkPlan.Range range) {
        flag("--subnet", range.subnet());
        range.range().ifPresent(r -> flag("--ip-range", r));
        range.gateway().ifPresent(g -> flag("--gateway", g));
        pairs("--aux-address", range.aux());
    }

    private void on(String flag, boolean set) {
        if (set) {
            words.add(flag);
        }
    }

    private void flag(String flag, String value) {
        words.add(flag);
        words.add(value);
    }

    private void pairs(String flag, Map<String, String> pairs) {
        new TreeMap<>(pairs).forEach((key, value) -> flag(flag, key + "=" + value));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
