package io.patchbay.core.link;

import io.patchbay.core.addr.MacAddress;
import java.util.OptionalInt;

/**
 * A veth pair as it should be.
 *
 * @param hostEnd name of the end that is the bridge's port, with {@link Links#PREFIX}
 * @param containerEnd name of the end that dockerd moves into the container, with {@link Links#PREFIX}
 * @param bridge name of the bridge
 * @param endpointId goes into the host end's alias behind {@link Links#ALIAS_PREFIX}
 * @param hostMac MAC of the host end, given so that nothing else (udev) sets one
 * @param containerMac MAC of the container end
 * @param mtu of the container end, bytes; empty means the bridge's
 * @param hostMtu of the host end, bytes; empty means the larger of the bridge's and the container end's
 */
public record VethSpec(
        String hostEnd,
        String containerEnd,
        String bridge,
        String endpointId,
        MacAddress hostMac,
        MacAddress containerMac,
        OptionalInt mtu,
        OptionalInt hostMtu) {}
