package io.patchbay.e2e.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchbay.e2e.lab.Host;
import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.ManagedPlugin;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scope local: the node that runs a task gives it its address. */
@Tag("local")
final class SwarmLocalTest extends SwarmTests {
    @Override
    String scope() {
        return "local";
    }

    @Override
    void makeNetwork(String name, String range) {
        patchbay(
                "network",
                "create",
                name,
                "--swarm",
                "--subnet",
                Lab.SUBNET,
                "--gateway",
                Lab.PRINTER,
                "--range",
                range);
    }

    @Override
    void makeNetworkOverLan(String name, String range) {
        patchbay("network", "create", name, "--swarm", "--over", "lan", "--range", range);
    }

    @Override
    void removeNetwork(String name) {
        patchbay("network", "rm", name);
        lab.hosts().stream()
                .filter(host -> !state.isGone(host))
                .forEach(host -> swarm.await(
                        "the configuration of " + name + " is gone from " + host,
                        () -> !hasNetwork(host, name + "-config") || isToldToStay(host, name + "-config")));
    }

    static boolean hasNetwork(Host host, String name) {
        return host.docker().api("/networks").findValuesAsText("Name").contains(name);
    }

    /**
     * An engine that was killed while tasks ran counts a configuration as used for ever (moby/libnetwork, pull
     * request 2295): there it stays, and Patchbay says so.
     */
    private boolean isToldToStay(Host host, String network) {
        return killed.contains(host)
                && patchbay("networks")
                        .lines()
                        .anyMatch(line -> line.contains("network " + network + " stays on host " + host.name() + " ")
                                && line.contains("is in use"));
    }

    @Override
    void assertServiceInVipModeIsAsTheScopeHasIt() {
        assertThat(swarm.docker()
                        .api("/services/vip")
                        .path("Endpoint")
                        .path("VirtualIPs")
                        .findValuesAsText("Addr"))
                .as("virtual addresses, of which swarm has none to give")
                .allMatch(String::isEmpty);
        awaitResolves("vip", addressesOf("vip"));
    }

    /** dockerd forgets --ip on a swarm's network; one of the single hosts, on the same pool, has it. */
    @Override
    String networkForFixedAddresses() {
        return "single";
    }

    @Override
    void makeNetworkForFixedAddresses() {
        second.docker()
                .ok(creation(
                        "single",
                        "--ipam-driver",
                        ManagedPlugin.NAME,
                        "--subnet",
                        Lab.SUBNET,
                        "--gateway",
                        Lab.PRINTER));
        swarm.await("the network is on " + third, () -> hasNetwork(third, "single"));
    }

    @Override
    void removeNetworkForFixedAddresses() {
        second.docker().ok("network", "rm", "single");
    }

    @Override
    String refusalOfAddress() {
        return FIXED + " of pool";
    }

    @Test
    @Order(120)
    @Tag("main")
    void networkByDockersOwnCommands() {
        String range = "io.patchbay.range=" + Lab.NET + ".70-" + Lab.NET + ".79";
        swarm.onEach(host -> host.docker()
                .ok(
                        "network",
                        "create",
                        "--config-only",
                        "--ipam-driver",
                        ManagedPlugin.NAME,
                        "--subnet",
                        Lab.SUBNET,
                        "--gateway",
                        Lab.PRINTER,
                        "--ipam-opt",
                        range,
                        "plain-config"));
        swarm.docker().ok(creation("plain", "--scope", "swarm", "--attachable", "--config-from", "plain-config"));
        swarm.service("plain", 2, "plain");
        state.assertSound();
        swarm.remove("plain");
        state.awaitSettled();
        swarm.docker().ok("network", "rm", "plain");
        swarm.onEach(host -> host.docker().ok("network", "rm", "plain-config"));
    }
}
