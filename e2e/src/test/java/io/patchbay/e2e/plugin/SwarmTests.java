package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Command;
import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.Leftovers;
import io.patchbay.e2e.lab.Swarm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A swarm with either scope. In order: from {@link #dockerRunOnWorker} on two containers of their own stay beside
 * the tasks and live through what happens to plugins, engines and leaders; the last tests take the swarm apart.
 * Those with the tag {@code main} are for every engine; the others hardly depend on it.
 */
@TestMethodOrder(OrderAnnotation.class)
abstract class SwarmTests extends SwarmLab {
    static final String FIXED = Lab.NET + ".60";

    private static final Pattern STORE_IS_AWAY = Pattern.compile("(?i)etcd|store|did not answer");
    private static final Pattern LEADER_WAITS = Pattern.compile("failed.*alloc.*etcd|etcd.*answer");

    /** What a leader says that asks for something its predecessor had and is refused. */
    private static final Pattern REFUSED = Pattern.compile("already in use|failed to allocate");

    private static final Pattern REFUSED_RIGHTLY = Pattern.compile("no address left|etcd|" + Pattern.quote(FIXED));

    /** dockerd gives up by itself after 20 s, which is what one would wait for a plugin that is not there. */
    private static final Duration ATTACHED = Duration.ofSeconds(20);

    private static final List<String> THREE = List.of(Lab.NET + ".50", Lab.NET + ".51", Lab.NET + ".52");

    /** Begun some tests before its end is looked at: with scope global the engine waits 20 s for its leader. */
    private CompletableFuture<Command.Result> again =
            CompletableFuture.failedFuture(new IllegalStateException("it was not tried"));

    @Test
    @Order(10)
    @Tag("main")
    void sixTasksRunAndTheirNamesResolveAcrossNodes() {
        awaitResolves("tasks.web", addressesOf("web"));
    }

    @Test
    @Order(20)
    @Tag("main")
    void serviceInVipMode() {
        swarm.serviceInUsualMode("vip", 2, "lan");
        assertServiceInVipModeIsAsTheScopeHasIt();
        swarm.remove("vip");
    }

    @Test
    @Order(30)
    @Tag("main")
    void serviceIsScaledUpAndDown() {
        swarm.scale("web", 2 * TASKS);
        state.assertSound();
        swarm.scale("web", TASKS);
    }

    @Test
    @Order(40)
    @Tag("main")
    void rollingUpdate() {
        swarm.replace("web", TASKS / 2);
    }

    /** The last task that leaves a node and the next one there come together. */
    @Test
    @Order(50)
    @Tag("main")
    void allTasksAreReplacedAtOnce() {
        swarm.replace("web", TASKS);
    }

    @Test
    @Order(60)
    @Tag("main")
    void nodeIsDrainedAndUsedAgain() {
        swarm.docker().ok("node", "update", "--availability", "drain", third.name());
        swarm.await("nothing runs on " + third, () -> isIdle(third));
        state.assertSound();
        swarm.docker().ok("node", "update", "--availability", "active", third.name());
        swarm.scale("web", TASKS + 3);
        swarm.await("tasks run on " + third, () -> !isIdle(third));
        swarm.scale("web", TASKS);
    }

    static boolean isIdle(Host host) {
        return host.docker().api("/containers/json").isEmpty();
    }

    @Test
    @Order(70)
    void workersDockerdRestarts() {
        second.restart("dockerd", false);
        swarm.awaitPluginKnown();
    }

    @Test
    @Order(80)
    void workersDockerdIsKilled() {
        second.restart("dockerd", true);
        killed.add(second);
        swarm.awaitPluginKnown();
    }

    @Test
    @Order(90)
    @Tag("main")
    void dockerRunOnWorker() {
        long begin = System.nanoTime();
        third.docker().sleeper("solo", "lan");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ATTACHED);
        state.expect("solo");
    }

    @Test
    @Order(100)
    @Tag("main")
    void dockerRunWithFixedAddress() {
        makeNetworkForFixedAddresses();
        String network = networkForFixedAddresses();
        second.docker().sleeper("fixed", network, "--ip", FIXED);
        state.expect("fixed");
        assertThat(state.addresses()).contains(FIXED);
        again = CompletableFuture.supplyAsync(() -> third.docker()
                .run(
                        "run",
                        "-d",
                        "--name",
                        "again",
                        "--network",
                        network,
                        "--ip",
                        FIXED,
                        Docker.IMAGE,
                        "sleep",
                        "100"));
    }

    @Test
    @Order(101)
    @Tag("main")
    void serviceHasItsFixedAddressesAlsoAfterUpdate() {
        makeNetworkOverLan("three", THREE.get(0) + "-" + THREE.get(2));
        swarm.service("three", 3, "three");
        swarm.await("they have the addresses", () -> addressesOf("three").equals(THREE));
        // the last one gets the only address that is free, and was just given back
        swarm.replace("three", 2);
        swarm.await("they have the addresses again", () -> addressesOf("three").equals(THREE));
    }

    @Test
    @Order(102)
    @Tag("main")
    void taskInExcessOfAddressesWaitsAndSaysWhy() {
        swarm.order("three", 4);
        swarm.await(
                "it says why it waits",
                () -> swarm.errors("three").toString().contains("no address left")
                        || lab.engineLogs().anyMatch(line -> line.contains("no address left in pool")));
        swarm.awaitRunning("three", 3);
        swarm.remove("three");
        state.awaitSettled();
        removeNetwork("three");
    }

    @Test
    @Order(103)
    @Tag("main")
    void sameFixedAddressIsRefusedTheSecondTime() {
        Command.Result refused = again.join();
        assertThat(refused.exit()).as(refused.toString()).isNotZero();
        assertThat(refused.err()).contains(refusalOfAddress());
        third.docker().run("rm", "-f", "again");
    }

    @Test
    @Order(110)
    @Tag("main")
    void stack(@TempDir Path folder) {
        deploy(folder, "lan: {external: true}");
    }

    /** A stack of one service with two tasks on a network, and away again. */
    void deploy(Path folder, String network) {
        String name = network.replaceFirst(":.*", "");
        Path file = folder.resolve("stack.yml");
        try {
            Files.writeString(file, """
                    version: '3.7'
                    services:
                      one:
                        image: '%s'
                        command: sleep 100000
                        stop_signal: KILL
                        networks: [%s]
                        deploy: {replicas: 2, endpoint_mode: dnsrr}
                    networks:
                      %s
                    """.formatted(Docker.IMAGE, name, network));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        swarm.docker().ok("stack", "deploy", "--resolve-image", "never", "-c", file.toString(), "st");
        swarm.awaitRunning("st_one", 2);
        state.assertSound();
        swarm.docker().ok("stack", "rm", "st");
        swarm.awaitGone("st_one");
    }

    @Test
    @Order(200)
    void pluginIsDisabledByForceAndEnabled() {
        swarm.plugin(2).disableByForce();
        try {
            state.assertReached();
        } finally {
            swarm.plugin(2).enable();
        }
        swarm.scale("web", 9);
        swarm.scale("web", TASKS);
    }

    @Test
    @Order(210)
    void pluginIsMadeAnewOnWorker() {
        swarm.plugin(3).removeByForce();
        swarm.install(third);
        state.assertSound();
        swarm.awaitPluginKnown();
        swarm.scale("web", 9);
        swarm.scale("web", TASKS);
    }

    @Test
    @Order(220)
    void jvmIsKilled() {
        swarm.plugin(2).kill();
        swarm.await(
                "the plugin is back", () -> !second.patchbay().list("networks").isEmpty());
        swarm.replace("web", TASKS);
    }

    /** More tasks than the hosts have addresses in reserve. */
    @Test
    @Order(230)
    void etcdIsAwayWhileServiceGrows() {
        lab.etcd().signal("STOP");
        try {
            swarm.order("web", 24);
            swarm.await("a task or the leader says that etcd is away", this::isEtcdMissed);
        } finally {
            lab.etcd().signal("CONT");
        }
        swarm.awaitRunning("web", 24);
        state.assertSound();
        swarm.scale("web", TASKS);
    }

    private boolean isEtcdMissed() {
        return swarm.errors("web").stream().anyMatch(STORE_IS_AWAY.asPredicate())
                || (scope().equals("global") && lab.engineLogs().anyMatch(LEADER_WAITS.asPredicate()));
    }

    @Test
    @Order(240)
    void leaderIsKilled() {
        swarm.docker().ok("node", "promote", second.name(), third.name());
        swarm.awaitAllManage();
        assertThat(swarm.leader()).isEqualTo(first);
        first.end("dockerd", true);
        killed.add(first);
        swarm.ask(second);
        try {
            swarm.awaitOrder("web", TASKS + 1);
            swarm.await("one more task runs", () -> swarm.running("web") > TASKS);
        } finally {
            first.start("dockerd");
        }
        swarm.await("the old leader is a manager again", () -> Swarm.isManager(first));
        swarm.await(
                "it is a node again",
                () -> swarm.node(first).path("Status").path("State").asText().equals("ready"));
        swarm.awaitOrder("web", TASKS);
        swarm.awaitRunning("web", TASKS);
        swarm.ask(first);
    }

    @Test
    @Order(250)
    void leaderIsDemoted() {
        Host leader = swarm.leader();
        Host other = leader.equals(first) ? second : first;
        swarm.ask(other);
        swarm.docker().ok("node", "demote", leader.name());
        swarm.awaitOrder("web", TASKS + 1);
        swarm.awaitRunning("web", TASKS + 1);
        swarm.awaitOrder("web", TASKS);
        swarm.awaitRunning("web", TASKS);
        swarm.docker().ok("node", "promote", leader.name());
        swarm.ask(first);
        swarm.awaitAllManage();
    }

    @Test
    @Order(260)
    void noLeaderWasRefusedWhatItsPredecessorHad() {
        assertThat(lab.engineLogs()
                        .filter(REFUSED.asPredicate())
                        .filter(REFUSED_RIGHTLY.asPredicate().negate()))
                .isEmpty();
    }

    @Test
    @Order(300)
    @Tag("main")
    void nodeIsRemovedByForce() {
        swarm.demote(third);
        third.crash();
        state.expectNoMore("solo");
        state.expectGone(third);
        swarm.await(
                "the node is down",
                () -> swarm.node(third).path("Status").path("State").asText().equals("down"));
        swarm.docker().ok("node", "rm", "--force", third.name());
        swarm.awaitRunning("web", TASKS);
    }

    @Test
    @Order(310)
    @Tag("main")
    void nodeLeavesByForce() {
        second.docker().ok("rm", "-f", "fixed");
        state.expectNoMore("fixed");
        swarm.demote(second);
        second.docker().ok("swarm", "leave", "--force");
        swarm.await("nothing runs on " + second, () -> isIdle(second));
        swarm.awaitRunning("web", TASKS);
    }

    /** The last one: after it there is nothing to look at. */
    @Test
    @Order(320)
    @Tag("main")
    void everythingGoesAndNothingIsLeft() {
        swarm.remove("web");
        removeNetwork("lan");
        removeNetworkForFixedAddresses();
        swarm.await(
                "no link is left",
                () -> List.of(first, second).stream()
                        .allMatch(host -> new Leftovers(lab).links(host).isEmpty()));
        swarm.await(
                "the host that crashed is dead to the others",
                () -> first.patchbay().list("hosts").stream()
                        .anyMatch(row -> row.path("host").asText().equals(third.name())
                                && row.path("status").asText().equals("dead")));
        patchbay("host", "forget", "--yes", third.name());
        swarm.await(
                "no claim, pool and endpoint is known",
                () -> List.of("claims", "pools", "endpoints").stream()
                        .noneMatch(
                                what -> first.patchbay().list(what).toString().contains(Lab.NET)));
        isOver = true;
    }
}
