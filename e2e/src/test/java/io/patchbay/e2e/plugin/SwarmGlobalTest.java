package io.patchbay.e2e.plugin;

import io.patchbay.e2e.lab.Lab;
import io.patchbay.e2e.lab.ManagedPlugin;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scope global: the leader gives each task its address. */
@Tag("global")
final class SwarmGlobalTest extends SwarmTests {
    private static final Pattern NOBODY_ANSWERS =
            Pattern.compile("(?m)^patchbay_services_without_answering_vip\\{.*service=\"vip\".*} 1\\.0");

    @Override
    String scope() {
        return "global";
    }

    @Override
    void makeNetwork(String name, String range) {
        swarm.docker()
                .ok(creation(
                        name,
                        "--ipam-driver",
                        ManagedPlugin.NAME,
                        "--attachable",
                        "--subnet",
                        Lab.SUBNET,
                        "--gateway",
                        Lab.PRINTER,
                        "--ipam-opt",
                        "io.patchbay.range=" + range));
    }

    @Override
    void makeNetworkOverLan(String name, String range) {
        makeNetwork(name, range);
    }

    @Override
    void removeNetwork(String name) {
        swarm.docker().ok("network", "rm", name);
    }

    /** Nobody answers the virtual address, and that is said; the managers look for it every 15 s. */
    @Override
    void assertServiceInVipModeIsAsTheScopeHasIt() {
        swarm.await(
                "doctor and metrics tell of the virtual address",
                () -> first.on("patchbay", "doctor").out().contains("service vip is in VIP mode")
                        && NOBODY_ANSWERS.matcher(metrics()).find());
    }

    private String metrics() {
        return first.inNetwork("curl", "-sf", "--noproxy", "*", "http://127.0.0.1:9877/metrics")
                .out();
    }

    @Override
    String networkForFixedAddresses() {
        return "lan";
    }

    @Override
    void makeNetworkForFixedAddresses() {
        // it is there
    }

    @Override
    void removeNetworkForFixedAddresses() {
        // it has gone
    }

    /** The engine gives up waiting for its leader, and says only that. */
    @Override
    String refusalOfAddress() {
        return "";
    }

    @Test
    @Order(120)
    @Tag("main")
    void stackWithNetworkOfItsOwn(@TempDir Path folder) {
        deploy(
                folder,
                "own: {driver: '%1$s', ipam: {driver: '%1$s', config: [{subnet: %2$s}]}}"
                        .formatted(ManagedPlugin.NAME, Lab.SUBNET));
    }
}
