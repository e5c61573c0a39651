package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Learns which container an endpoint is of: one question for each network that has endpoints without a name, one
 * decision for many of them.
 */
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
        return state.peekAll(Refs.endpointsOf(host)).stream()
                .filter(e -> e.value().container().isEmpty() && e.value().state() == EndpointRecord.State.JOINED)
                .toList();
    }

    private void write(List<Versioned<EndpointRecord>> batch, Map<String, String> names) {
        boolean unused = state.attempt(d -> {
            for (Versioned<EndpointRecord> endpoint : batch) {
                d.expect(endpoint);
                d.put(endpoint.value().of(names.getOrDefault(endpoint.value().id(), "")));
            }
        });
    }
}
