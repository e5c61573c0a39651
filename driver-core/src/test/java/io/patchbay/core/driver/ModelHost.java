package io.patchbay.core.driver;

import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.cluster.Operations;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.MemoryStore.Failure;
import io.patchbay.core.testkit.Dockerd.Container;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;
import io.patchbay.core.testkit.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A host of {@link ClusterModelTest} with what runs on it, and the MAC addresses that were given by endpoint. */
final class ModelHost {
    private static final NetworkPlan LAN = NetworkPlan.of("10.77.0.0/27").withGateway("10.77.0.30");

    final World world;
    final Network network;
    final List<Container> running = new ArrayList<>();
    final Map<String, MacAddress> given = new HashMap<>();
    boolean on = true;
    /** It was cut off for longer than its lease. */
    boolean slept;
    /** Somebody has had it forgotten as it came, and it may not know. */
    private boolean forgotten;

    private boolean waiting;

    ModelHost(World world) {
        this.world = world;
        this.network = world.createNetwork(LAN);
        world.background();
    }

    /** What happens in the background; who is with the store then has heard of everything. */
    void background() {
        world.background();
        forgotten &= world.isAway() || world.line().isCut();
        slept &= !isConnected();
    }

    /** Somebody has had it forgotten, or not. */
    void mayBeForgotten() {
        forgotten |= world.store().get("hosts/" + world.host()).isEmpty();
    }

    boolean isAlive() {
        return world.store().get("alive/" + world.host()).isPresent();
    }

    /** From now on that happens between each commit and its answer. */
    void meanwhile(Runnable what) {
        world.line().meanwhile(() -> {
            waiting = true;
            try {
                what.run();
            } finally {
                waiting = false;
            }
        });
    }

    /** Whether it waits for an answer, so that it can do nothing else. */
    boolean isWaiting() {
        return waiting;
    }

    /** Whether it runs, and knows what the store has. */
    boolean isConnected() {
        return on && !world.isAway() && !world.line().isCut();
    }

    /** From now on nothing fails. */
    void connect() {
        world.line().mend();
        world.line().loseAnswers(0);
        world.line().meanwhile(() -> {});
        failDiskWrites(0, 0);
    }

    void failDiskWrites(int after, int count) {
        world.disk().failCommits(after, count, Failure.BEFORE);
    }

    /** It comes (back) with what its disk remembers, and {@code meanwhile} happens as it does. */
    void start(Runnable meanwhile) {
        world.line().mend();
        world.duringStart(() -> {
            meanwhile.run();
            mayBeForgotten();
        });
        world.restartDaemon();
        on = true;
    }

    /** Its daemon is started anew with another name, or with the one that it had before. */
    void rename() {
        String name = world.host();
        world.restartDaemonAs(name.endsWith("n") ? name.substring(0, name.length() - 1) : name + "n");
    }

    /** What others, or an earlier time, have put back under a name that it had. Its doctor asks for it. */
    void takeOverFormerNames() {
        for (String name : world.driver().cluster().formerNames()) {
            Operations.Renamed unused = world.driver().cluster().rename(name, world.host());
        }
    }

    /** Nothing of it is left unsent. */
    boolean mayBeRenamed() {
        return isConnected() && world.disk().list("journal/").entries().isEmpty();
    }

    void losePower() {
        on = false;
        world.stopDaemon();
        running.forEach(container -> world.links.destroySandbox(container.hostEnd()));
        running.clear();
    }

    Container run(String wanted, Optional<MacAddress> mac) {
        Container container = world.run(network, wanted, mac);
        running.add(container);
        mac.ifPresent(m -> given.put(container.endpoint(), m));
        return container;
    }

    /**
     * dockerd ignores every failure of a stop and never repeats it. Without Leave, whose work in the background would
     * have to be waited for.
     */
    void stop(Container container) {
        unlessDiskFails(() -> world.driver().network().deleteEndpoint(network.id(), container.endpoint()));
        unlessDiskFails(() -> world.ipam().releaseAddress(network.poolId(), container.ip()));
        if (world.ourLinks().contains(container.hostEnd())) {
            world.links.destroySandbox(container.hostEnd());
        }
    }

    private static void unlessDiskFails(Runnable call) {
        try {
            call.run();
        } catch (PatchbayException e) {
            if (e.kind() != Kind.DISK) {
                throw e;
            }
        }
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
