package io.patchbay.core.link;

import io.patchbay.core.addr.MacAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A bridge as it should be made when it is absent.
 *
 * @param mac fixed, or the bridge takes the lowest of its ports and the host's own address moves when a veth comes and
 *     goes
 */
public record BridgeSpec(String name, MacAddress mac, OptionalInt mtu, Optional<String> alias) {}
