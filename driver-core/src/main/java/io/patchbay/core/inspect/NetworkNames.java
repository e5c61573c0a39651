package io.patchbay.core.inspect;

import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;

/** What people call a network. */
final class NetworkNames {
    private static final int SHORT_ID = 12;

    private NetworkNames() {}

    /** A host's network by its name, or by the beginning of its id until the name is learned from the engine. */
    static String of(State state, String host, String id) {
        return state.peek(Ref.network(host, id))
                .flatMap(network -> network.value().name())
                .orElseGet(() -> beginning(id));
    }

    /** As much of an id as docker shows. */
    static String beginning(String id) {
        return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
    }
}
