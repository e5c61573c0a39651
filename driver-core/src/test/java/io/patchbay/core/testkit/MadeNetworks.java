package io.patchbay.core.testkit;

import io.patchbay.core.engine.EnginePlugin;
import io.patchbay.core.testkit.Dockerd.Network;
import io.patchbay.core.testkit.Dockerd.NetworkPlan;

/** What dockerd makes of a network of ours, as the plugin sees it. */
final class MadeNetworks implements EnginePlugin {
    private final Dockerd dockerd;

    MadeNetworks(Dockerd dockerd) {
        this.dockerd = dockerd;
    }

    @Override
    public Object create(String id, io.patchbay.core.record.NetworkPlan plan) {
        var range = plan.ipam().ranges().get(0);
        return dockerd.createNetwork(
                id,
                new NetworkPlan(
                        range.subnet(),
                        range.range(),
                        range.gateway(),
                        range.aux(),
                        plan.traits().internal(),
                        plan.options(),
                        plan.ipam().options()));
    }

    @Override
    public void delete(String id, Object made) {
        dockerd.removeNetwork((Network) made);
    }
}
