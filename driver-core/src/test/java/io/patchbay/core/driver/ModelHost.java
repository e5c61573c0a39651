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
    /** Somebody has had it forgotten as it came, and it may not know. */
    private boolean forgotten;

    ModelHost(World world) {
        this.world = world;
        this.network = world.createNetwork(LAN);
        world.background();
    }

    /** What happens in the background; who is with the store then has heard of everything. */
    void background() {
        world.background();
        forgotten &= world.isAway() || world.line().isCut();
    }

    /** It comes (back) with what its disk remembers, and {@code meanwhile} happens as it does. */
    void start(Runnable meanwhile) {
        world.line().mend();
        world.duringStart(() -> {
            meanwhile.run();
            forgotten |= world.store().get("hosts/" + world.host()).isEmpty();
        });
        world.restartDaemon();
        on = true;
    }

    /** Whether its disk tells it what is not so any more, and the store cannot be asked. */
    boolean isMisled() {
        return forgotten && world.line().isCut();
    }

    /** False while what somebody has deleted is not put back yet. */
    boolean isNetworkRecorded() {
        return world.store()
                .get("networks/" + world.host() + "/" + network.id())
                .isPresent();
    }
}
