package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Await;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Http;
import io.patchbay.e2e.lab.ManagedPlugin;
import io.patchbay.e2e.lab.Pings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The plugin's life on an engine that uses one kind of iptables, in order: from {@link
 * #containerIsReachedThroughTheFirewall} on a container is there all the time.
 */
@TestMethodOrder(OrderAnnotation.class)
abstract class PluginTests extends PluginLab {
    /** dockerd waits 10 s for a process that does not end, and kills it then. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final String kind;

    /** The engine finds iptables of this kind, nft or legacy, in its PATH. */
    PluginTests(String kind) {
        super(ManagedPlugin.lab(1, "--brnf", "PATH=" + programs(kind) + ":" + System.getenv("PATH")));
        this.kind = kind;
    }

    private static Path programs(String kind) {
        try {
            Path folder = Files.createTempDirectory("patchbay-iptables");
            // what is marked last is deleted first
            folder.toFile().deleteOnExit();
            for (String name : List.of("iptables", "ip6tables")) {
                for (String suffix : List.of("", "-save", "-restore")) {
                    Path link = folder.resolve(name + suffix);
                    Files.createSymbolicLink(link, Path.of("/usr/sbin/xtables-" + kind + "-multi"));
                    link.toFile().deleteOnExit();
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(10)
    void enabledItSaysItsScopeAndItsHostsName() {
        plugin.enable();
        assertThat(plugin.isEnabled()).isTrue();
        assertThat(plugin.call("NetworkDriver.GetCapabilities")
                        .json()
                        .path("Scope")
                        .asText())
                .isEqualTo("local");
        // it listens there a moment later than on its socket
        Await.until(
                "it names its host as the machine is named",
                LIMIT,
                () -> version().contains("\"" + host.name() + "\""),
                this::version);
    }

    private String version() {
        return host.inNetwork("curl", "-sf", "--noproxy", "*", "http://127.0.0.1:9877/v1/version")
                .out();
    }

    /** A bridge that is not there is refused by name: so the setting has arrived. */
    @Test
    @Order(20)
    void settingIsRefusedWhileItIsEnabledAndTakesEffectOtherwise() {
        docker.refuses("active plugin", "plugin", "set", ManagedPlugin.NAME, "BRIDGE=br1");
        plugin.disable();
        plugin.set("BRIDGE=br7");
        plugin.enable();
        assertNetworkIsRefused("br7");
        plugin.disable();
        plugin.set("BRIDGE=");
    }

    @Test
    @Order(30)
    void settingsFileOfTheHostCounts() throws IOException {
        Path file = plugin.config().resolve("patchbay.properties");
        Files.writeString(file, "bridge=br8\n", StandardCharsets.UTF_8);
        plugin.enable();
        assertNetworkIsRefused("br8");
        Files.delete(file);
        plugin.disable();
        plugin.enable();
    }

    @Test
    @Order(40)
    void doctorFindsThePluginsSocket() {
        makeNetwork().ok();
        assertThat(lab.onHost("patchbay", "doctor").out()).contains("the plugin socket answers dockerd's handshake");
    }

    @Test
    @Order(50)
    void containerIsReachedThroughTheFirewall() {
        docker.sleeper("c1", "lan");
        assertReachable("c1");
    }

    @Test
    @Order(60)
    void ruleIsWhereTheEnginesAreAndOnlyThere() {
        Await.until("the rule is there", LIMIT, () -> rules(kind) == 1, () -> "rules: " + rules(kind));
        assertThat(rules(kind.equals("nft") ? "legacy" : "nft")).isZero();
    }

    private long rules(String of) {
        return lab.onHost("iptables-" + of, "-S", "DOCKER-USER")
                .out()
                .lines()
                .filter(rule -> rule.matches(".*-i br0 -o br0 .*physdev-is-bridged.* -j ACCEPT.*"))
                .count();
    }

    /** As process 1 of its namespace it gets no signal it has no handler for. */
    @Test
    @Order(70)
    void endsAtOnceAndTheContainerIsStillReached() {
        ProcessHandle process = plugin.process();
        long begin = System.nanoTime();
        plugin.disableByForce();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(process.isAlive()).isFalse();
        assertThat(took).isLessThan(AT_ONCE);
        assertReachable("c1");
        plugin.enable();
    }

    @Test
    @Order(80)
    void killedItComesBackByItselfAndTheNextDockerRunWorks() {
        plugin.kill();
        Await.until("it answers", LIMIT, this::answers, lab::engineLog);
        docker.ok(Docker.trial("lan"));
    }

    private boolean answers() {
        try {
            Http.Answer answer = plugin.call("NetworkDriver.GetCapabilities");
            return answer.status() == 200;
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    /** Containers notice nothing; a new one starts afterwards, and an old one ends as usual. */
    @Test
    @Order(90)
    void madeAnewWithAContainerRunning() {
        try (Pings pings = Pings.to(lab, docker.ip("c1", "lan"))) {
            plugin.removeByForce();
            plugin.create();
            plugin.enable();
            pings.awaitOneMore();
            assertThat(pings.lost()).as("replies lost").isZero();
        }
        docker.sleeper("c2", "lan");
        assertReachable("c2");
        docker.ok("rm", "-f", "c1", "c2");
    }

    @Test
    @Order(100)
    void nothingIsLeftAndItIsDisabled() {
        assertNothingIsLeft();
        plugin.disable();
        assertThat(plugin.isEnabled()).isFalse();
    }
}
