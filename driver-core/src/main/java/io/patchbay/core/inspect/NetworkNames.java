package io.patchbay.core.inspect;

import io.patchbay.core.record.ShortId;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;

/** What people call a network. */
final class NetworkNames {
    private NetworkNames() {}

    /** A host's network by its name, or by the beginning of its id until the name is learned from the engine. */
    static String of(State state, String host, String id) {
        return state.peek(Ref.network(host, id))
                .flatMap(network -> network.value().name())
                .orElseGet(() -> ShortId.of(id));
    }
}
