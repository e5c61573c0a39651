package io.patchbay.core.cluster;

import java.time.Duration;
import java.util.Optional;

/**
 * What a host says of itself to the others, and how it looks at them.
 *
 * @param machine tells this machine from another one that was given the same host name
 * @param boot the kernel's id of its boot
 * @param version of the daemon
 * @param lease after which a host that is not heard of counts as dead
 * @param deadHostAfter how long a host has to be dead before its addresses are freed if nothing answers for them; empty
 *     is never
 */
public record HostSettings(
        String machine, String boot, String version, Duration lease, Optional<Duration> deadHostAfter) {
    public static final Duration LEASE = Duration.ofSeconds(15);
}
