package io.patchbay.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what kernel and store have with what there should be: the endpoints of the containers that run, and nothing else. */
public final class Leftovers {
    private static final String PREFIX = "pb-";

    /** Links are deleted in the background; under load the kernel takes its time. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final Lab lab;

    public Leftovers(Lab lab) {
        this.lab = lab;
    }

    /** Networks, endpoints, links and claims are exactly those of the engine's running containers. */
    public void assertAsEngineKnows() {
        Await.untilAsserted(SETTLED, this::compare);
    }

    private void compare() {
        Map<String, Docker.Endpoint> wanted = lab.docker().endpoints();
        assertThat(ids("networks"))
                .as("networks in the store")
                .isEqualTo(new TreeSet<>(lab.docker().networkIds()));
        assertThat(ids("endpoints")).as("endpoints in the store").isEqualTo(wanted.keySet());
        Map<String, String> links = new TreeMap<>();
        for (JsonNode endpoint : lab.patchbay().list("endpoints")) {
            Docker.Endpoint known =
                    wanted.getOrDefault(endpoint.path("id").asText(), new Docker.Endpoint("", "", "", List.of()));
            assertThat(texts(endpoint.path("addresses")))
                    .as("addresses of %s", known)
                    .isEqualTo(sorted(known));
            assertThat(endpoint.path("mac").asText()).as("MAC of %s", known).isEqualTo(known.mac());
            assertThat(endpoint.path("state").asText()).as("state of %s", known).isEqualTo("joined");
            links.put(endpoint.path("link").asText(), endpoint.path("id").asText());
        }
        compareLinks(links.keySet());
        compareClaims(wanted);
    }

    private void compareLinks(Set<String> wanted) {
        Set<String> veths = new TreeSet<>();
        for (JsonNode link : links()) {
            if (!link.path("linkinfo").path("info_kind").asText().equals("bridge")) {
                veths.add(link.path("ifname").asText());
                assertThat(link.path("flags").toString())
                        .as("flags of %s", link.path("ifname"))
                        .contains("\"UP\"");
            }
        }
        assertThat(veths).as("links of ours in the host's kernel").isEqualTo(wanted);
    }

    private void compareClaims(Map<String, Docker.Endpoint> wanted) {
        Set<String> addresses = new TreeSet<>();
        wanted.values().forEach(e -> e.addresses().forEach(a -> addresses.add(withoutLength(a))));
        Set<String> bound = new TreeSet<>();
        List<String> underWay = new ArrayList<>();
        for (JsonNode claim : lab.patchbay().list("claims")) {
            if (!claim.path("kind").asText().equals("endpoint")) {
                continue;
            }
            switch (claim.path("state").asText()) {
                case "bound" -> bound.add(claim.path("address").asText());
                case "held" -> {
                    // given back; kept a minute for this host
                }
                default -> underWay.add(claim.toString());
            }
        }
        assertThat(bound).as("bound claims").isEqualTo(addresses);
        assertThat(underWay).as("claims neither bound nor given back").isEmpty();
    }

    /** Nothing at all, after every container and network was removed. */
    public void assertNothing() {
        Await.untilAsserted(SETTLED, () -> {
            for (String what : List.of("networks", "endpoints", "pools", "claims")) {
                assertThat(lab.patchbay().list(what))
                        .as("%s in the store", what)
                        .isEmpty();
            }
            assertThat(links()).as("links of ours in the host's kernel").isEmpty();
        });
    }

    /** The host's links that have our name, as ip(8) tells them. */
    public List<JsonNode> links() {
        List<JsonNode> links = new ArrayList<>();
        try {
            String json = lab.inHostNetwork("ip", "-d", "-j", "link").text();
            for (JsonNode link : new ObjectMapper().readTree(json)) {
                if (link.path("ifname").asText().startsWith(PREFIX)) {
                    links.add(link);
                }
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError("ip does not print JSON", e);
        }
        return links;
    }

    private Set<String> ids(String what) {
        Set<String> ids = new TreeSet<>();
        lab.patchbay().list(what).forEach(row -> ids.add(row.path("id").asText()));
        return ids;
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(t -> texts.add(t.asText()));
        return texts;
    }

    private static Set<String> sorted(Docker.Endpoint endpoint) {
        return new TreeSet<>(endpoint.addresses());
    }

    private static String withoutLength(String cidr) {
        return cidr.substring(0, cidr.indexOf('/'));
    }
}
