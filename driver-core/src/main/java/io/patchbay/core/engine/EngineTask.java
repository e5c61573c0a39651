package io.patchbay.core.engine;

import java.util.Map;

/**
 * A running container that is a task of a swarm's service.
 *
 * @param container its id, 64 hex digits
 * @param endpoints by the ids of the networks it is to be on; an endpoint's id is empty where it has none
 */
public record EngineTask(String container, String name, Map<String, String> endpoints) {
    public EngineTask {
        endpoints = Map.copyOf(endpoints);
    }

    /** Whether it is to be on networks and is on none of them. */
    public boolean isStranded() {
        return !endpoints.isEmpty() && endpoints.values().stream().allMatch(String::isEmpty);
    }
}
