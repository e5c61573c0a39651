package io.patchbay.api;

import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;

/** The two halves of the driver, there once the store is. */
public record Drivers(IpamDriver ipam, NetworkDriver network) {}
