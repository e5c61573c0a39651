package io.patchbay.core.network;

import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Decision;

/**
 * Told of this host's networks and of the endpoints on them as they come and go, for work that goes on elsewhere.
 * Called by threads that answer dockerd, so it must be quick.
 */
public interface NetworkEvents {
    /** dockerd has just made this network, or is about to say that it could not. */
    void created(String networkId);

    /** A network goes by a person's hand; what ends with it ends in the decision that forgets it. */
    void ending(NetworkRecord network, Decision d);

    /** A leader of the swarm has just had a network allocated; services may follow. */
    void allocated();

    /** A container has joined a network. */
    void joined();

    /** An endpoint of this network has gone. */
    void left(String networkId);
}
