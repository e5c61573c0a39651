package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.ManagedPlugin;
import io.patchbay.e2e.lab.Seen;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** One host whose engine has the plugin, for as long as the class lives. */
@Tag("plugin")
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(Seen.class)
abstract class PluginLab implements Seen.ByTests {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Lab lab;
    final Host host;
    final Docker docker;
    final ManagedPlugin plugin;

    PluginLab(Lab lab) {
        this.lab = lab;
        this.host = lab.host(1);
        this.docker = host.docker();
        this.plugin = new ManagedPlugin(host);
    }

    @BeforeAll
    void create() {
        plugin.create();
    }

    @AfterAll
    void down() {
        lab.close();
    }

    @Override
    public Lab lab() {
        return lab;
    }

    @Override
    public String seen() {
        return docker.endpoints() + "\n" + lab.engineLog();
    }

    Command.Result makeNetwork() {
        return docker.run(
                "network",
                "create",
                "-d",
                ManagedPlugin.NAME,
                "--ipam-driver",
                ManagedPlugin.NAME,
                "--subnet",
                Lab.SUBNET,
                "--ip-range",
                Lab.NET + ".128/25",
                "--gateway",
                Lab.PRINTER,
                "lan");
    }

    void assertNetworkIsRefused(String... sentences) {
        Command.Result result = makeNetwork();
        assertThat(result.exit()).as(result.toString()).isNotZero();
        assertThat(result.err()).contains(sentences);
    }

    void assertReachable(String container) {
        lab.assertReachable(docker.ip(container, "lan"));
    }

    /** The network goes, and no link of ours is left. */
    void assertNothingIsLeft() {
        docker.ok("network", "rm", "lan");
        assertThat(new Leftovers(lab).links()).isEmpty();
    }
}
