package io.patchbay.daemon.uplink.persist;

import java.util.Optional;

/** A program that configures links at a boot. */
interface Manager {
    String name();

    /** How it is to make the bridge; empty where it does not have this NIC. What it does not understand it refuses. */
    Optional<Persistent> plan(Wanted wanted);
}
