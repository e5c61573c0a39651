package io.patchbay.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A fault of engines before 28.1, with every driver: they keep a number of endpoints beside the endpoints.
 * On a busy machine, after many starts at once, it can stay above zero for good, and then the network cannot be removed
 * (moby: libnetwork/endpoint_cnt.go; seen with the built-in bridge driver of 20.10, {@code docs/troubleshooting.md}).
 * The engine counts anew when it starts.
 */
final class EndpointCount {
    static final String WORDS = "has active endpoints";

    private final Host host;

    EndpointCount(Host host) {
        this.host = host;
    }

    /**
     * Does for a network that cannot be removed what the documents tell a person to do, and fails where the engine has
     * a container, or Patchbay an endpoint: then the number is right.
     */
    void startAnew(String network, String refusal) {
        assertThat(countsApart()).as("the engine counts apart: " + refusal).isTrue();
        assertThat(host.docker().api("/networks/" + network).path("Containers"))
                .as("containers of the network in the engine's book: " + refusal)
                .isEmpty();
        assertThat(host.docker().api("/containers/json?all=1"))
                .as("containers: " + refusal)
                .isEmpty();
        assertThat(host.patchbay().list("endpoints").stream()
                        .filter(e -> e.path("host").asText().equals(host.name())))
                .as("endpoints of Patchbay: " + refusal)
                .isEmpty();
        System.out.println("The engine of " + host + " counts endpoints that it has not; it starts anew. " + refusal);
        host.restart("dockerd", false);
        host.docker().ok("network", "rm", network);
    }

    private boolean countsApart() {
        JsonNode version = host.docker().api("/version");
        return version.path("Version").asText().matches("(2[0-7]|28\\.0)\\..*");
    }
}
