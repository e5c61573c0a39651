package io.patchbay.api;

import io.patchbay.core.ipam.IpamDriver;
import io.patchbay.core.network.NetworkDriver;

/** The two halves of the driver, there once the store is. */
public record Drivers(IpamDriver ipam, NetworkDriver network) {}
