package io.patchbay.core.enginesync;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.Optional;

/** Learns what people call this host's networks; dockerd's calls say only ids. */
final class NetworkNames {
    private static final int BATCH = 100;

    private final State state;
    private final String host;

    NetworkNames(State state, String host) {
        this.state = state;
        this.host = host;
    }

    /** A conflict leaves the batch for the next round. */
    void learn(List<EngineNetwork> listed) {
        boolean unused = state.attempt(d -> {
            int count = 0;
            for (EngineNetwork network : listed) {
                Optional<Versioned<NetworkRecord>> record = d.peek(Ref.network(host, network.id()));
                if (record.isPresent() && record.get().value().name().isEmpty() && count < BATCH) {
                    count++;
                    d.expect(record.get());
                    d.put(record.get().value().named(network.name()));
                }
            }
        });
    }
}
