package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.daemon.cli.ControlClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a daemon of this host knows, if one runs; without one it is nothing. */
public final class ClusterView {
    private final ControlClient client;

    public ClusterView(ControlClient client) {
        this.client = client;
    }

    private JsonNode list(String path, String field) {
        try {
            return new ObjectMapper().readTree(client.get(path).body()).path(field);
        } catch (ControlClient.Unreachable | JsonProcessingException e) {
            return new ObjectMapper().createArrayNode();
        }
    }

    /** Addresses of the cluster's other hosts that are alive. */
    List<IpAddress> hosts() {
        List<IpAddress> found = new ArrayList<>();
        for (JsonNode host : list("/v1/hosts", "hosts")) {
            if (host.path("status").asText().equals("alive")
                    && !host.path("self").asBoolean()) {
                host.path("addresses")
                        .forEach(address ->
                                found.add(Cidr.parse(address.asText()).address()));
            }
        }
        return found;
    }

    /** Containers by the name of their link. */
    Map<String, String> containers() {
        Map<String, String> found = new HashMap<>();
        for (JsonNode endpoint : list("/v1/endpoints", "endpoints")) {
            if (endpoint.path("container").isTextual() && endpoint.path("link").isTextual()) {
                found.put(
                        endpoint.path("link").asText(),
                        endpoint.path("container").asText());
            }
        }
        return found;
    }
}
