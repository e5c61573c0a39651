package io.patchbay.store.etcd;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param attempt one attempt at one member
 * @param call a call, all attempts and pauses together
 * @param connect a TCP and TLS handshake
 * @param probe how often a member is asked for a sign of life when nothing else was asked, and how long it has to give
 *     it
 * @param patience how long the cluster may be away until calls no longer wait for it to come back, but fail at once
 * @param start how long after the opening a call waits for a first connection that is being made; longer than
 *     {@code call}, for the first second of a program on a busy machine is not the network's
 * @param roster how often the cluster is asked for its members
 */
public record EtcdLimits(
        Duration attempt,
        Duration call,
        Duration connect,
        Duration probe,
        Duration patience,
        Duration start,
        Duration roster) {
    public static final EtcdLimits DEFAULT = new EtcdLimits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofMillis(1500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));
}
