package io.patchbay.core.inspect;

import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;

/** What people call a network. */
final class NetworkNames {
    private NetworkNames() {}

    /** By its name, or by the beginning of its id until the name is learned from the engine. */
    static String of(NetworkRecord network) {
        return network.name().orElseGet(() -> ShortId.of(network.id()));
    }

    /** A host's network by its name, or by the beginning of its id until the name is learned from the engine. */
    static String of(State state, String host, String id) {
        return state.peek(Ref.network(host, id))
                .map(network -> of(network.value()))
                .orElseGet(() -> ShortId.of(id));
    }
}
