package io.patchbay.daemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.record.NetworkPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network in the engine's JSON, as listed and as asked for. */
final class NetworkJson {
    private NetworkJson() {}

    static EngineNetwork read(JsonNode n) {
        NetworkPlan.Traits traits = new NetworkPlan.Traits(
                n.path("Internal").asBoolean(),
                n.path("EnableIPv4").asBoolean(true),
                n.path("EnableIPv6").asBoolean(),
                n.path("Attachable").asBoolean(),
                n.path("Ingress").asBoolean(),
                n.path("ConfigOnly").asBoolean());
        List<NetworkPlan.Range> ranges = new ArrayList<>();
        n.path("IPAM").path("Config").forEach(c -> ranges.add(range(c)));
        NetworkPlan.Ipam ipam = new NetworkPlan.Ipam(
                n.path("IPAM").path("Driver").asText("default"),
                texts(n.path("IPAM").path("Options")),
                ranges);
        NetworkPlan plan = new NetworkPlan(
                n.path("Name").asText(),
                n.path("Driver").asText(),
                n.path("Scope").asText(),
                traits,
                text(n.path("ConfigFrom"), "Network"),
                texts(n.path("Options")),
                ipam,
                texts(n.path("Labels")));
        return new EngineNetwork(n.path("Id").asText(), plan);
    }

    private static NetworkPlan.Range range(JsonNode c) {
        return new NetworkPlan.Range(
                c.path("Subnet").asText(), text(c, "IPRange"), text(c, "Gateway"), texts(c.path("AuxiliaryAddresses")));
    }

    private static Optional<String> text(JsonNode object, String field) {
        String text = object.path(field).asText();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
        return texts;
    }

    static String write(ObjectMapper json, NetworkPlan plan) {
        ObjectNode n = json.createObjectNode()
                .put("Name", plan.name())
                // engines before 1.44 of the API make a second one of the name without it
                .put("CheckDuplicate", true)
                .put("Driver", plan.driver())
                .put("Internal", plan.traits().internal())
                .put("EnableIPv6", plan.traits().ipv6())
                .put("Attachable", plan.traits().attachable())
                .put("ConfigOnly", plan.traits().configOnly());
        // a config-only one is local and may not say so (moby: network.validateConfiguration)
        if (!plan.traits().configOnly()) {
            n.put("Scope", plan.scope());
        }
        if (!plan.traits().ipv4()) {
            n.put("EnableIPv4", false);
        }
        plan.configFrom().ifPresent(from -> n.putObject("ConfigFrom").put("Network", from));
        put(n.putObject("Options"), plan.options());
        put(n.putObject("Labels"), plan.labels());
        ObjectNode ipam = n.putObject("IPAM").put("Driver", plan.ipam().driver());
        put(ipam.putObject("Options"), plan.ipam().options());
        var config = ipam.putArray("Config");
        for (NetworkPlan.Range range : plan.ipam().ranges()) {
            ObjectNode c = config.addObject().put("Subnet", range.subnet());
            range.range().ifPresent(r -> c.put("IPRange", r));
            range.gateway().ifPresent(g -> c.put("Gateway", g));
            if (!range.aux().isEmpty()) {
                put(c.putObject("AuxiliaryAddresses"), range.aux());
            }
        }
        return n.toString();
    }

    private static void put(ObjectNode object, Map<String, String> texts) {
        texts.forEach(object::put);
    }
}
