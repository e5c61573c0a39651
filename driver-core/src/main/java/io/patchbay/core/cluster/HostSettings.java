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
 * @param asksEngine it may ask its engine which containers there are
 */
public record HostSettings(
        String machine,
        String boot,
        String version,
        Duration lease,
        Optional<Duration> deadHostAfter,
        boolean asksEngine) {
    public static final Duration LEASE = Duration.ofSeconds(15);

    /** Whether that other id is this very machine's, in this network namespace and this boot. */
    boolean isSameBoot(String otherMachine, String otherBoot) {
        return machine.equals(otherMachine) && boot.equals(otherBoot) && !boot.isEmpty();
    }

    /** Whether that other id is this machine's, although the namespace, named last, may be that of another boot. */
    boolean isSameMachine(String otherMachine) {
        return withoutNamespace(machine).equals(withoutNamespace(otherMachine));
    }

    private static String withoutNamespace(String machine) {
        int namespace = machine.lastIndexOf(" net:");
        return namespace < 0 ? machine : machine.substring(0, namespace);
    }
}
