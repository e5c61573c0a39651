package io.patchbay.daemon.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A link as {@code ip -json -details link} tells it.
 *
 * @param kind what sort of virtual link; empty for a card
 * @param type its frames, {@code ether} for Ethernet
 * @param master the link whose port it is
 * @param lower the link it lies on
 * @param addressing how the kernel makes its IPv6 addresses; empty without IPv6
 */
record Nic(
        int index,
        String name,
        String kind,
        String type,
        String mac,
        int mtu,
        boolean up,
        boolean carrier,
        Optional<String> master,
        Optional<String> lower,
        String addressing) {
    static Nic of(JsonNode json) {
        String flags = json.path("flags").toString();
        return new Nic(
                json.path("ifindex").asInt(),
                json.path("ifname").asText(),
                json.path("linkinfo").path("info_kind").asText(""),
                json.path("link_type").asText(),
                json.path("address").asText(""),
                json.path("mtu").asInt(),
                flags.contains("\"UP\""),
                flags.contains("\"LOWER_UP\""),
                Optional.ofNullable(json.get("master")).map(JsonNode::asText),
                Optional.ofNullable(json.get("link")).map(JsonNode::asText),
                json.path("inet6_addr_gen_mode").asText(""));
    }
}
