package io.patchbay.api;

import io.patchbay.core.contract.IpamDriver;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The answers that make dockerd take us as a driver. They are constants of the process, for dockerd asks once per life
 * and gives up on a driver whose answer fails (moby: pkg/plugins runHandlers).
 *
 * <p>Scope global makes the leader of a swarm allocate for all its nodes, and serves nothing else. Scope local with
 * connectivity global is what works for single hosts, for compose and, through config-only networks, for swarm. No MAC
 * is required, so that we can derive it from the address; no replay, for the store remembers.
 */
final class Handshake {
    private final Map<String, byte[]> answers;

    Handshake(boolean global) {
        answers = Map.of(
                "/Plugin.Activate", bytes("{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}"),
                "/NetworkDriver.GetCapabilities",
                        bytes("{\"Scope\":\"" + (global ? "global" : "local")
                                + "\",\"ConnectivityScope\":\"global\",\"GwAllocChecker\":true}"),
                "/IpamDriver.GetCapabilities", bytes("{\"RequiresMACAddress\":false,\"RequiresRequestReplay\":false}"),
                "/IpamDriver.GetDefaultAddressSpaces",
                        bytes("{\"LocalDefaultAddressSpace\":\"" + IpamDriver.LOCAL_SPACE
                                + "\",\"GlobalDefaultAddressSpace\":\"" + IpamDriver.GLOBAL_SPACE + "\"}"));
    }

    /** The answers by path. */
    Map<String, byte[]> answers() {
        return answers;
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
