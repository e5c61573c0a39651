package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-compose 1.29, as Debian 12 has it. */
@InLab
final class ComposeTest {
    private final Lab lab;
    private final Docker docker;

    @TempDir
    private Path folder = Path.of("");

    ComposeTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    private void file(String text) {
        try {
            Files.writeString(folder.resolve("docker-compose.yml"), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void compose(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "docker-compose", "-H", "unix://" + lab.folder().resolve("run/docker.sock"), "-p", "pbcompose"));
        command.addAll(List.of(arguments));
        lab.run(folder, command.toArray(String[]::new)).ok();
    }

    private List<String> addresses() {
        return docker.endpoints().values().stream()
                .flatMap(e -> e.addresses().stream())
                .map(a -> a.substring(0, a.indexOf('/')))
                .toList();
    }

    @Test
    void anExternalNetworkIsUsedScaledAndLeft() {
        docker.lan("lan");
        file("""
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
        compose("up", "-d");
        compose("up", "-d", "--scale", "web=3");
        assertThat(docker.endpoints()).hasSize(3);
        lab.ports().assertNoDuplicates(addresses());
        compose("restart", "-t", "0");
        new Leftovers(lab).assertAsEngineKnows();
        compose("down", "-t", "0");
        assertThat(docker.endpoints()).isEmpty();
        new Leftovers(lab).assertAsEngineKnows();
    }

    @Test
    void aNetworkOfItsOwnComesAndGoesWithTheProject() {
        file("""
                version: "2.4"
                services:
                  fixed:
                    image: busybox:lab
                    command: sleep 100000
                    stop_grace_period: 0s
                    networks:
                      own:
                        ipv4_address: 10.77.0.50
                  any:
                    image: busybox:lab
                    command: sleep 100000
                    stop_grace_period: 0s
                    networks: [own]
                networks:
                  own:
                    driver: patchbay
                    driver_opts:
                      com.docker.network.bridge.name: br0
                    ipam:
                      driver: patchbay
                      config:
                        - subnet: 10.77.0.0/24
                          ip_range: 10.77.0.128/25
                          gateway: 10.77.0.254
                """);
        compose("up", "-d");
        List<String> addresses = addresses();
        assertThat(addresses).hasSize(2).contains("10.77.0.50");
        lab.ports().assertNoDuplicates(addresses);
        compose("down", "-t", "0");
        new Leftovers(lab).assertNothing();
    }
}
