package io.patchbay.core.engine;

import io.patchbay.core.record.NetworkPlan;

/** A network as the engine lists it; {@code id} is 64 hex digits, or 25 characters base 36 for a swarm network. */
public record EngineNetwork(String id, NetworkPlan plan) {
    public String name() {
        return plan.name();
    }
}
