package io.patchbay.core.enginesync;

import java.time.Duration;

/**
 * What is set for this host's work with its engine.
 *
 * @param driverName what the engine calls this driver
 * @param globalScope the engine takes the driver's networks for the swarm's
 * @param replicate share networks with other hosts; names are learned and what is forgotten ends in any case
 * @param grace how long something has to look wrong before it is taken for left behind
 */
public record SyncSettings(String host, String driverName, boolean globalScope, boolean replicate, Duration grace) {}
