package io.patchbay.core.cluster;

import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.stream.Stream;

/** What is kept under a host's name in tables whose keys do not begin with it. */
final class HostHoldings {
    private HostHoldings() {}

    static Stream<Versioned<MacClaim>> macs(State state, String host) {
        return state.peekAll(Refs.macs()).stream()
                .filter(mac -> mac.value().host().equals(host));
    }

    static List<PoolUser> users(State state, String host) {
        return state.peekAll(Refs.users()).stream()
                .map(Versioned::value)
                .filter(user -> user.host().equals(host))
                .toList();
    }
}
