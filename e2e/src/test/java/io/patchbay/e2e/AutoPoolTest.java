package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Networks for which nobody names a subnet, with ranges for automatic pools configured. */
@InLab("LAB_PATCHBAY_ARGS=--auto-pool 10.210.0.0/22:24")
@Tag("core")
final class AutoPoolTest {
    private final Lab lab;
    private final Docker docker;

    AutoPoolTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void eachNetworkGetsAFreeOneUntilThereAreNoneAndTheEngineDoesNotAskForEver() {
        // what the host has a route to is taken already
        lab.inHostNetwork("ip", "addr", "add", "10.210.1.1/24", "dev", "br0").ok();
        try {
            List<String> subnets = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                docker.ok(Docker.creation(name, "-o", "io.patchbay.gateway=none"));
                subnets.add(docker.api("/networks/" + name)
                        .path("IPAM")
                        .path("Config")
                        .path(0)
                        .path("Subnet")
                        .asText());
            }
            assertThat(subnets).containsExactlyInAnyOrder("10.210.0.0/24", "10.210.2.0/24", "10.210.3.0/24");
            docker.refuses("no automatic IPv4 pool is left of", Docker.creation("four"));
            docker.sleeper("c1", "one");
            docker.sleeper("c2", "one");
            assertThat(docker.ip("c1", "one")).startsWith(subnets.get(0).replaceFirst("0/24", ""));
            docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "one"));
        } finally {
            lab.inHostNetwork("ip", "addr", "del", "10.210.1.1/24", "dev", "br0")
                    .ok();
        }
    }
}
