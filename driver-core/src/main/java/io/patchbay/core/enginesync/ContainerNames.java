package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Learns which container an endpoint is of: one question for each network that has endpoints without a name, one transaction for many of them. */
final class ContainerNames {
    private static final int BATCH = 100;

    private final State state;
    private final String host;
    private final Engine engine;

    ContainerNames(State state, String host, Engine engine) {
        this.state = state;
        this.host = host;
        this.engine = engine;
    }

    /** A conflict, as with an endpoint that has just gone, leaves that batch for the next round. */
    void learn() {
        Set<String> networks = nameless().stream().map(e -> e.value().network()).collect(Collectors.toSet());
        if (networks.isEmpty()) {
            return;
        }
        Map<String, String> names = new HashMap<>();
        for (String network : networks) {
            for (Attachment attachment : engine.attachments(network)) {
                names.put(attachment.endpointId(), attachment.container());
            }
        }
        List<Versioned<EndpointRecord>> known = nameless().stream()
                .filter(e -> names.containsKey(e.value().id()))
                .toList();
        for (int from = 0; from < known.size(); from += BATCH) {
            write(known.subList(from, Math.min(from + BATCH, known.size())), names);
        }
    }

    private List<Versioned<EndpointRecord>> nameless() {
        return state.endpoints().list(Keys.endpoints(host)).stream()
                .filter(e -> e.value().container().isEmpty() && e.value().state() == EndpointRecord.State.JOINED)
                .toList();
    }

    private void write(List<Versioned<EndpointRecord>> batch, Map<String, String> names) {
        Transaction.Builder transaction = Transaction.builder();
        for (Versioned<EndpointRecord> endpoint : batch) {
            String id = endpoint.value().id();
            String key = Keys.endpoint(host, id);
            transaction
                    .ifRevision(key, endpoint.revision())
                    .put(key, state.endpoints().encode(endpoint.value().of(names.getOrDefault(id, ""))));
        }
        state.commit(transaction.build());
    }
}
