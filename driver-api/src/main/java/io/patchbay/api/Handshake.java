package io.patchbay.api;

import io.patchbay.core.ipam.IpamDriver;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers that make dockerd take us as a driver. They are constants, for dockerd asks once per life and gives up on a driver whose answer fails
 * (moby: pkg/plugins runHandlers).
 *
 * <p>Scope local with connectivity global is what works for single hosts, for compose and, through config-only networks, for swarm. No MAC is
 * required, so that we can derive it from the address; no replay, for the store remembers.
 */
final class Handshake {
    private static final Map<String, byte[]> ANSWERS = Map.of(
            "/Plugin.Activate", bytes("{\"Implements\":[\"NetworkDriver\",\"IpamDriver\"]}"),
            "/NetworkDriver.GetCapabilities",
                    bytes("{\"Scope\":\"local\",\"ConnectivityScope\":\"global\",\"GwAllocChecker\":true}"),
            "/IpamDriver.GetCapabilities", bytes("{\"RequiresMACAddress\":false,\"RequiresRequestReplay\":false}"),
            "/IpamDriver.GetDefaultAddressSpaces",
                    bytes("{\"LocalDefaultAddressSpace\":\"" + IpamDriver.LOCAL_SPACE
                            + "\",\"GlobalDefaultAddressSpace\":\"" + IpamDriver.GLOBAL_SPACE + "\"}"));

    private Handshake() {}

    static byte @Nullable [] answer(String path) {
        return ANSWERS.get(path);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
