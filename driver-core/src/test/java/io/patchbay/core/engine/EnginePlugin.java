package io.patchbay.core.engine;

import io.patchbay.core.record.NetworkPlan;

/** What an engine calls while it makes and removes networks; the driver under test stands behind it. */
public interface EnginePlugin {
    /** What the engine remembers of a network for the plugin. */
    Object create(String id, NetworkPlan plan);

    void delete(String id, Object made);
}
