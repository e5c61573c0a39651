package io.patchbay.core.ipam;

/** Says whether an endpoint of this host still lives, as the kernel sees it, and ends one that does not. */
public interface EndpointLiveness {
    /**
     * True when the endpoint was stale: its links and its record are gone then and its claims unbound; or when nothing
     * is known of it and no container is behind its link. False when it lives; nothing is changed then.
     */
    boolean endIfStale(String endpoint);
}
