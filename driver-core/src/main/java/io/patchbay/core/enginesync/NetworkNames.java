package io.patchbay.core.enginesync;

import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
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
        Transaction.Builder transaction = Transaction.builder();
        int count = 0;
        for (EngineNetwork network : listed) {
            String key = Keys.network(host, network.id());
            Optional<Versioned<NetworkRecord>> record = state.networks().get(key);
            if (record.isPresent() && record.get().value().name().isEmpty() && count < BATCH) {
                count++;
                transaction
                        .ifRevision(key, record.get().revision())
                        .put(key, state.networks().encode(record.get().value().named(network.name())));
            }
        }
        if (count > 0) {
            state.commit(transaction.build());
        }
    }
}
