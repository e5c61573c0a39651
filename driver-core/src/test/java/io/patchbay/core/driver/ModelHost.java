package io.patchbay.core.driver;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A host of {@link ClusterModelTest} with what runs on it, and the MAC addresses that were given by endpoint. */
final class ModelHost {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/27").withGateway("10.77.0.30");

    final World world;
    final Network network;
    final List<Container> running = new ArrayList<>();
    final Map<String, MacAddress> given = new HashMap<>();
    boolean on = true;

    ModelHost(World world) {
        this.world = world;
        this.network = world.createNetwork(LAN);
        world.background();
    }
}
