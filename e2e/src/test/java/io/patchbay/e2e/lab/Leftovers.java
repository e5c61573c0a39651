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
import java.util.regex.Pattern;

/**
 * Compares what kernels and store have with what there should be: the endpoints of the containers that run, and nothing
 * else.
 */
public final class Leftovers {
    private static final String PREFIX = "pb-";

    /** What a cluster has without any network: its layout, its history, its hosts, and who had which address. */
    private static final Pattern STAYS = Pattern.compile(
            "schema|history(/.*)?|rebuild/[^/]+/(hosts/.*|closed)|(hosts|alive|segments|definitions|stays)/.*");

    /** Links are deleted in the background; under load the kernel takes its time. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final Lab lab;

    public Leftovers(Lab lab) {
        this.lab = lab;
    }

    /**
     * Networks, endpoints, links and claims are exactly those of the engines' running containers, whichever daemon is
     * asked.
     */
    public void assertAsEngineKnows() {
        Await.untilAsserted(SETTLED, this::compare);
    }

    /** The engines' endpoints and networks, by what their daemons call them. */
    private record Wanted(Map<String, Docker.Endpoint> endpoints, Set<String> networks) {
        static Wanted of(Lab lab) {
            Wanted wanted = new Wanted(new TreeMap<>(), new TreeSet<>());
            for (Host host : lab.hosts()) {
                host.docker().endpoints().forEach((id, e) -> wanted.endpoints.put(host.name() + "/" + id, e));
                host.docker().networkIds().forEach(id -> wanted.networks.add(host.name() + "/" + id));
            }
            return wanted;
        }
    }

    private void compare() {
        Wanted wanted = Wanted.of(lab);
        for (Host host : lab.hosts()) {
            compareRecords(host, wanted);
            compareClaims(host, wanted.endpoints());
            compareLinks(host);
        }
        if (lab.hosts().size() > 1) {
            Set<String> keys = lab.etcd().keys();
            assertThat(below(keys, "endpoints/"))
                    .as("endpoints in etcd")
                    .isEqualTo(wanted.endpoints().keySet());
            assertThat(below(keys, "networks/")).as("networks in etcd").isEqualTo(wanted.networks());
        }
    }

    private void compareRecords(Host host, Wanted wanted) {
        assertThat(ids(host, "networks")).as("networks that %s knows", host).isEqualTo(wanted.networks());
        assertThat(ids(host, "endpoints"))
                .as("endpoints that %s knows", host)
                .isEqualTo(wanted.endpoints().keySet());
        for (JsonNode endpoint : host.patchbay().list("endpoints")) {
            Docker.Endpoint known =
                    wanted.endpoints().getOrDefault(id(endpoint), new Docker.Endpoint("", "", "", List.of()));
            assertThat(texts(endpoint.path("addresses")))
                    .as("addresses of %s", known)
                    .isEqualTo(sorted(known));
            assertThat(endpoint.path("mac").asText()).as("MAC of %s", known).isEqualTo(known.mac());
            assertThat(endpoint.path("state").asText()).as("state of %s", known).isEqualTo("joined");
        }
    }

    private void compareLinks(Host host) {
        Set<String> wanted = new TreeSet<>();
        for (JsonNode endpoint : host.patchbay().list("endpoints")) {
            if (endpoint.path("host").asText().equals(host.name())) {
                wanted.add(endpoint.path("link").asText());
            }
        }
        Set<String> veths = new TreeSet<>();
        for (JsonNode link : links(host)) {
            if (!link.path("linkinfo").path("info_kind").asText().equals("bridge")) {
                veths.add(link.path("ifname").asText());
                assertThat(link.path("flags").toString())
                        .as("flags of %s", link.path("ifname"))
                        .contains("\"UP\"");
            }
        }
        assertThat(veths).as("links of ours in the kernel of %s", host).isEqualTo(wanted);
    }

    private static void compareClaims(Host host, Map<String, Docker.Endpoint> wanted) {
        Set<String> addresses = new TreeSet<>();
        wanted.values().forEach(e -> e.addresses().forEach(a -> addresses.add(withoutLength(a))));
        Set<String> bound = new TreeSet<>();
        List<String> underWay = new ArrayList<>();
        for (JsonNode claim : host.patchbay().list("claims")) {
            if (!claim.path("kind").asText().equals("endpoint")) {
                continue;
            }
            switch (claim.path("state").asText()) {
                case "bound" -> bound.add(claim.path("address").asText());
                case "spare" -> {
                    // the reserve stays as long as its network
                }
                case "held" -> {
                    // given back; kept a minute for its host
                }
                default -> underWay.add(claim.toString());
            }
        }
        assertThat(bound).as("bound claims that %s knows", host).isEqualTo(addresses);
        assertThat(underWay).as("claims neither bound nor given back").isEmpty();
    }

    /** Nothing at all, after every container and network was removed. */
    public void assertNothing() {
        Await.untilAsserted(SETTLED, () -> {
            for (Host host : lab.hosts()) {
                for (String what : List.of("networks", "endpoints", "pools", "claims")) {
                    assertThat(host.patchbay().list(what))
                            .as("%s that %s knows", what, host)
                            .isEmpty();
                }
                assertThat(links(host))
                        .as("links of ours in the kernel of %s", host)
                        .isEmpty();
            }
            if (lab.hosts().size() > 1) {
                assertThat(lab.etcd().keys().stream()
                                .filter(key -> !STAYS.matcher(key).matches()))
                        .as("keys in etcd")
                        .isEmpty();
                below(lab.etcd().keys(), "segments/")
                        .forEach(segment -> assertThat(
                                        lab.etcd().get("segments/" + segment).path("subnets"))
                                .as("subnets of segment %s in etcd", segment)
                                .isEmpty());
                // that a network was removed is kept for a minute after the last one has gone
                below(lab.etcd().keys(), "definitions/")
                        .forEach(name -> assertThat(lab.etcd()
                                        .get("definitions/" + name)
                                        .path("state")
                                        .asText("removed"))
                                .as("state of definition %s in etcd", name)
                                .isEqualToIgnoringCase("removed"));
                assertThat(lab.etcd().foreignKeys())
                        .as("keys elsewhere in etcd")
                        .isEmpty();
            }
        });
    }

    /** Host 1's links that have our name, as ip(8) tells them. */
    public List<JsonNode> links() {
        return links(lab.host(1));
    }

    /** A host's links that have our name, as ip(8) tells them. */
    public List<JsonNode> links(Host host) {
        List<JsonNode> links = new ArrayList<>();
        try {
            String json = host.inNetwork("ip", "-d", "-j", "link").text();
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

    private static Set<String> ids(Host host, String what) {
        Set<String> ids = new TreeSet<>();
        host.patchbay().list(what).forEach(row -> ids.add(id(row)));
        return ids;
    }

    private static String id(JsonNode row) {
        return row.path("host").asText() + "/" + row.path("id").asText();
    }

    private static Set<String> below(Set<String> keys, String prefix) {
        Set<String> below = new TreeSet<>();
        keys.stream().filter(key -> key.startsWith(prefix)).forEach(key -> below.add(key.substring(prefix.length())));
        return below;
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
