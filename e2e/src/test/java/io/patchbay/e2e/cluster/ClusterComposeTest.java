package io.patchbay.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-compose 1.29 on two nodes, with one external network. */
@InLab(hosts = 3)
final class ClusterComposeTest {
    private final Lab lab;

    @TempDir
    private Path folder = Path.of("");

    ClusterComposeTest(Lab lab) {
        this.lab = lab;
    }

    private String compose(Host host, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("docker-compose", "-H", "unix://" + host.docker().socket(), "-p", "pbcluster"));
        command.addAll(List.of(arguments));
        return lab.run(folder, command.toArray(String[]::new)).text();
    }

    @Test
    void twoNodesUseOneExternalNetwork() throws IOException {
        Files.writeString(folder.resolve("docker-compose.yml"), """
                version: "2.4"
                services:
                  web:
                    image: busybox:lab
                    command: sleep 100000
                    stop_grace_period: 0s
                networks:
                  default:
                    external: true
                    name: lan
                """);
        lab.lanEverywhere("lan");
        List<Host> nodes = List.of(lab.host(1), lab.host(2));
        Together.all(List.of(
                () -> compose(nodes.get(0), "up", "-d", "--scale", "web=3"),
                () -> compose(nodes.get(1), "up", "-d", "--scale", "web=3")));
        nodes.forEach(node -> assertThat(node.docker().endpoints()).hasSize(3));
        lab.ports().assertAsEnginesKnow();
        Together.all(List.of(
                () -> compose(nodes.get(0), "restart", "-t", "0"), () -> compose(nodes.get(1), "restart", "-t", "0")));
        lab.ports().assertAsEnginesKnow();
        nodes.forEach(node -> compose(node, "down", "-t", "0"));
        new Leftovers(lab).assertAsEngineKnows();
    }
}
