package io.patchbay.core.engine;

import java.util.List;

/**
 * A swarm service.
 *
 * @param endpointMode {@code vip} or {@code dnsrr}
 * @param networks ids of those it is to be on and of those it has a virtual address in
 */
public record EngineService(String id, String name, String endpointMode, List<String> networks) {
    public static final String VIP = "vip";

    public EngineService {
        networks = List.copyOf(networks);
    }

    /** Whether swarm gives it a virtual address in its networks. */
    public boolean isVirtual() {
        return endpointMode.equals(VIP);
    }
}
