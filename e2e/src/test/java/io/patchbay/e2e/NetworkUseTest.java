package io.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.InLab;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers on several networks, and networks that cannot be made or removed. */
@InLab
@Tag("core")
final class NetworkUseTest {
    private final Lab lab;
    private final Docker docker;

    NetworkUseTest(Lab lab) {
        this.lab = lab;
        this.docker = lab.docker();
    }

    @Test
    void defaultRouteGoesToTheGateway() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        assertThat(docker.exec("c1", "ip", "route")).contains("default via " + Lab.PRINTER + " dev eth0");
    }

    @Test
    void containerIsOnTwoNetworks() {
        docker.lan("lan");
        docker.ok(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--subnet",
                "10.78.0.0/24",
                "--gateway",
                "10.78.0.254",
                "other");
        docker.sleeper("c1", "lan");
        docker.ok("network", "connect", "other", "c1");
        assertThat(docker.exec("c1", "ls", "/sys/class/net").lines()).contains("eth0", "eth1");
        assertThat(docker.exec("c1", "ip", "route").lines().filter(l -> l.startsWith("default")))
                .hasSize(1);
        docker.sleeper("c2", "other");
        docker.exec("c1", "ping", "-c", "1", "-W", "3", docker.ip("c2", "other"));
        lab.assertReachable(docker.ip("c1", "lan"));
        new Leftovers(lab).assertAsEngineKnows();
        docker.ok("network", "disconnect", "lan", "c1");
        assertThat(docker.exec("c1", "ip", "route").lines().filter(l -> l.startsWith("default")))
                .hasSize(1);
    }

    @Test
    void missingBridgeIsNamedAndNothingIsLeft() {
        Command.Result create = docker.run(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--subnet",
                Lab.NET + ".0/24",
                "-o",
                "com.docker.network.bridge.name=br7",
                "lan");
        assertThat(create.exit()).isNotZero();
        assertThat(create.err()).contains("br7");
        new Leftovers(lab).assertNothing();
    }

    @Test
    void networkInUseIsNotRemovedAndAfterwardsAllIsFree() {
        docker.lan("lan");
        docker.sleeper("c1", "lan");
        assertThat(docker.run("network", "rm", "lan").exit()).isNotZero();
        lab.assertReachable(docker.ip("c1", "lan"));
        docker.ok("rm", "-f", "c1");
        docker.ok("network", "rm", "lan");
        new Leftovers(lab).assertNothing();
    }
}
