package io.patchbay.core.engine;

import io.patchbay.core.addr.IpAddress;

/**
 * An address that a container asks for by name ({@code docker run --ip}), running or not.
 *
 * @param network its id; the name where the container has not been started yet
 */
public record FixedAddress(String container, String network, IpAddress address) {}
