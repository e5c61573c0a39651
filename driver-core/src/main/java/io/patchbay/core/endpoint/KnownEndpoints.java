package io.patchbay.core.endpoint;

import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Unreadable;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which endpoints a host has, also those whose record cannot be read: their ids stand in the keys. */
public final class KnownEndpoints {
    private KnownEndpoints() {}

    public static Set<String> ids(State state, String host) {
        return Stream.concat(
                        state.peekAll(Refs.endpointsOf(host)).stream()
                                .map(e -> e.value().id()),
                        state.unreadable(Refs.endpointsOf(host)).stream().map(Unreadable::name))
                .collect(Collectors.toSet());
    }

    /** The host ends that they have, or may have. */
    public static Set<String> links(State state, String host) {
        return ids(state, host).stream()
                .filter(LinkName::isEndpointId)
                .map(id -> LinkName.of(id).hostEnd())
                .collect(Collectors.toSet());
    }
}
