package io.patchbay.e2e.plugin;

import io.patchbay.e2e.lab.Docker;
import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.ManagedPlugin;
import io.patchbay.e2e.lab.Seen;
import io.patchbay.e2e.lab.Swarm;
import io.patchbay.e2e.lab.SwarmState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A swarm of three nodes that lives as long as the class: network {@code lan}, and on it service {@code web} with 6
 * tasks, which each test leaves as it found them. After each test no address is there twice, and claims, links and
 * what the LAN answers are those of the containers.
 */
@Tag("plugin")
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(Seen.class)
abstract class SwarmLab implements Seen.ByTests {
    static final int TASKS = 6;

    final Lab lab = ManagedPlugin.lab(3, "--etcd", "3");
    final Host first = lab.host(1);
    final Host second = lab.host(2);
    final Host third = lab.host(3);
    final Swarm swarm = new Swarm(lab, scope());
    final SwarmState state = new SwarmState(swarm);

    /** Hosts whose engine was killed while tasks ran. */
    final Set<Host> killed = new TreeSet<>(Comparator.comparing(Host::number));

    /** True when the swarm has been taken apart. */
    boolean isOver;

    /** The plugins' scope: local or global. */
    abstract String scope();

    /** A network of the LAN on all nodes, as it is made with this scope. */
    abstract void makeNetwork(String name, String range);

    /** A network over the subnet of {@code lan}. */
    abstract void makeNetworkOverLan(String name, String range);

    abstract void removeNetwork(String name);

    abstract void assertServiceInVipModeIsAsTheScopeHasIt();

    /** The network on which dockerd takes {@code --ip}. */
    abstract String networkForFixedAddresses();

    abstract void makeNetworkForFixedAddresses();

    abstract void removeNetworkForFixedAddresses();

    /** What is said of an address that another container has. */
    abstract String refusalOfAddress();

    @BeforeAll
    void threeNodesWithSixTasks() {
        swarm.installEverywhere();
        swarm.form();
        makeNetwork("lan", Lab.NET + ".128-" + Lab.NET + ".220");
        swarm.service("web", TASKS, "lan");
    }

    @AfterEach
    void noAddressIsThereTwiceAndNothingIsLeftOver() {
        if (!isOver) {
            state.assertSound();
        }
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
        return state.seen();
    }

    /** The words that make a network by docker's own command. */
    static String[] creation(String name, String... more) {
        List<String> command = new ArrayList<>(List.of("network", "create", "-d", ManagedPlugin.NAME));
        command.addAll(List.of(more));
        command.add(name);
        return command.toArray(String[]::new);
    }

    /** The patchbay command on a manager. */
    String patchbay(String... arguments) {
        List<String> command = new ArrayList<>(List.of("patchbay"));
        command.addAll(List.of(arguments));
        return first.on(command.toArray(String[]::new)).text();
    }

    /** Waits until a name leads to addresses, as a container of the third node sees it. */
    void awaitResolves(String name, List<String> addresses) {
        Docker docker = third.docker();
        String container = docker.api("/containers/json").path(0).path("Id").asText();
        swarm.await(
                name + " leads to " + addresses,
                () -> docker.run("exec", container, "nslookup", name, "127.0.0.11")
                        .out()
                        .lines()
                        .map(line -> line.replaceFirst(".*[: ](?=\\d+\\.\\d+\\.\\d+\\.\\d+$)", ""))
                        .toList()
                        .containsAll(addresses));
    }

    /** The addresses of a service's tasks on the LAN. */
    List<String> addressesOf(String service) {
        String prefix = "/" + service + ".";
        return state.byHost().values().stream()
                .flatMap(List::stream)
                .filter(endpoint -> endpoint.container().startsWith(prefix))
                .map(endpoint -> endpoint.addresses().get(0).replaceFirst("/.*", ""))
                .sorted()
                .toList();
    }
}
