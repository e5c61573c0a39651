package io.patchbay.daemon.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.engine.Attachment;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.engine.EngineService;
import io.patchbay.core.engine.EngineTask;
import io.patchbay.core.engine.FixedAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkPlan;
import io.patchbay.daemon.http.UnixHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine by its HTTP API on a unix socket. Paths are without a version, so each engine answers in its own; what is
 * read is the same from 1.41 (20.10) to 1.51 (28.5).
 */
public final class DockerEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);

    private static final Duration READ_LIMIT = Duration.ofSeconds(10);
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(60);

    /** The minor version of its API. */
    private static final int API_OF_28 = 48;

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int NO_MANAGER = 503;

    private final Path socket;
    private final UnixHttp http;
    private final ObjectMapper json = new ObjectMapper();

    /** Asks nothing yet. */
    public DockerEngine(Path socket) {
        this.socket = socket;
        this.http = new UnixHttp(socket);
    }

    @Override
    public List<EngineNetwork> networks() {
        List<EngineNetwork> networks = new ArrayList<>();
        list(get("/networks"), "list its networks").forEach(n -> networks.add(NetworkJson.read(n)));
        return networks;
    }

    @Override
    public List<Attachment> attachments(String networkId) {
        Reply reply = get("/networks/" + encoded(networkId));
        if (reply.status() == NOT_FOUND) {
            return List.of();
        }
        List<Attachment> attachments = new ArrayList<>();
        object(reply, "show network " + networkId).path("Containers").forEach(c -> {
            String endpoint = c.path("EndpointID").asText();
            String name = c.path("Name").asText();
            if (!endpoint.isEmpty() && !name.isEmpty()) {
                attachments.add(new Attachment(endpoint, name));
            }
        });
        return attachments;
    }

    @Override
    public List<String> containersOf(String networkId) {
        String filter = "{\"network\":[\"" + networkId + "\"]}";
        List<String> names = new ArrayList<>();
        list(get("/containers/json?all=1&filters=" + encoded(filter)), "list containers")
                .forEach(c -> names.add(withoutSlash(c.path("Names").path(0).asText())));
        return names;
    }

    @Override
    public List<FixedAddress> fixedAddresses() {
        Reply reply = get("/containers/json?all=1");
        List<FixedAddress> fixed = new ArrayList<>();
        for (JsonNode c : list(reply, "list containers")) {
            JsonNode networks = c.path("NetworkSettings").path("Networks");
            // proxies of the socket leave fields out, and an address that is not told looks like one that nobody has
            if (!networks.isObject()) {
                throw unreadable(reply, "tell what addresses containers ask for", "a list with their networks");
            }
            String name = withoutSlash(c.path("Names").path(0).asText());
            networks.properties().forEach(n -> addFixed(fixed, name, n.getKey(), n.getValue()));
        }
        return fixed;
    }

    private static void addFixed(List<FixedAddress> fixed, String container, String network, JsonNode settings) {
        String id = settings.path("NetworkID").asText();
        for (String family : List.of("IPv4Address", "IPv6Address")) {
            String address = settings.path("IPAMConfig").path(family).asText();
            try {
                if (!address.isEmpty()) {
                    fixed.add(new FixedAddress(container, id.isEmpty() ? network : id, IpAddress.parse(address)));
                }
            } catch (IllegalArgumentException e) {
                LOG.debug("no address container={} {}={}", container, family, address);
            }
        }
    }

    /** The engine writes container names with a slash in front. */
    private static String withoutSlash(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    @Override
    public String create(NetworkPlan plan) {
        Reply reply = ask("POST", "/networks/create", NetworkJson.write(json, plan), CHANGE_LIMIT);
        return object(reply, "make network " + plan.name()).path("Id").asText();
    }

    @Override
    public void remove(String networkId) {
        Reply reply = ask("DELETE", "/networks/" + encoded(networkId), "", CHANGE_LIMIT);
        if (reply.status() != NOT_FOUND) {
            succeeded(reply, "remove network " + networkId);
        }
    }

    @Override
    public boolean takesNoGateway() {
        String version =
                object(get("/version"), "say its version").path("ApiVersion").asText();
        int dot = version.indexOf('.');
        try {
            return dot < 0
                    || Integer.parseInt(version.substring(0, dot)) > 1
                    || Integer.parseInt(version.substring(dot + 1)) >= API_OF_28;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    @Override
    public Optional<List<EngineService>> services() {
        Reply reply = get("/services");
        if (reply.status() == NO_MANAGER) {
            return Optional.empty();
        }
        List<EngineService> services = new ArrayList<>();
        list(reply, "list services").forEach(s -> services.add(service(s)));
        return Optional.of(services);
    }

    private static EngineService service(JsonNode s) {
        JsonNode spec = s.path("Spec");
        Set<String> networks = new LinkedHashSet<>();
        spec.path("TaskTemplate")
                .path("Networks")
                .forEach(n -> networks.add(n.path("Target").asText()));
        // before 1.25 of the API they stood beside the template, and are still taken there
        spec.path("Networks").forEach(n -> networks.add(n.path("Target").asText()));
        s.path("Endpoint")
                .path("VirtualIPs")
                .forEach(v -> networks.add(v.path("NetworkID").asText()));
        // who names no mode gets swarm's default
        String mode = spec.path("EndpointSpec").path("Mode").asText();
        return new EngineService(
                s.path("ID").asText(),
                spec.path("Name").asText(),
                mode.isEmpty() ? EngineService.VIP : mode,
                List.copyOf(networks));
    }

    @Override
    public List<EngineTask> tasks() {
        String filter = "{\"status\":[\"running\"],\"label\":[\"com.docker.swarm.task.id\"]}";
        List<EngineTask> tasks = new ArrayList<>();
        list(get("/containers/json?filters=" + encoded(filter)), "list tasks").forEach(c -> tasks.add(task(c)));
        return tasks;
    }

    private static EngineTask task(JsonNode c) {
        Map<String, String> endpoints = new HashMap<>();
        c.path("NetworkSettings").path("Networks").forEach(n -> {
            // one that is not told, as proxies of the socket leave fields out, is not one that is missing
            if (n.hasNonNull("EndpointID")) {
                endpoints.put(n.path("NetworkID").asText(), n.path("EndpointID").asText());
            }
        });
        return new EngineTask(
                c.path("Id").asText(), withoutSlash(c.path("Names").path(0).asText()), endpoints);
    }

    @Override
    public void kill(String containerId) {
        Reply reply = ask("POST", "/containers/" + encoded(containerId) + "/kill", "", CHANGE_LIMIT);
        // which does not run
        if (reply.status() != NOT_FOUND && reply.status() != CONFLICT) {
            succeeded(reply, "kill container " + containerId);
        }
    }

    private record Reply(int status, JsonNode body, String text) {}

    private Reply get(String path) {
        return ask("GET", path, "", READ_LIMIT);
    }

    private Reply ask(String method, String path, String body, Duration limit) {
        try {
            UnixHttp.Answer answer = http.exchange(method, path, body, limit);
            return new Reply(answer.status(), parsed(answer.body()), answer.body());
        } catch (UnixHttp.TooSlow e) {
            throw new PatchbayException(Kind.TIMEOUT, description() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PatchbayException(Kind.UNAVAILABLE, description() + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private JsonNode parsed(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            return json.missingNode();
        }
    }

    private JsonNode succeeded(Reply reply, String what) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return reply.body();
        }
        String said = reply.body().path("message").asText(reply.text()).strip();
        Kind kind = status == CONFLICT || status == FORBIDDEN
                ? Kind.CONFLICT
                : status == NOT_FOUND ? Kind.NOT_FOUND : status < 500 ? Kind.INVALID : Kind.UNAVAILABLE;
        throw new PatchbayException(kind, description() + " did not " + what + ": " + said);
    }

    /** What an answer lists. Anything else is no answer: what is not in a list that was cut off is not gone. */
    private JsonNode list(Reply reply, String what) {
        JsonNode body = succeeded(reply, what);
        if (!body.isArray()) {
            throw unreadable(reply, what, "a list");
        }
        return body;
    }

    private JsonNode object(Reply reply, String what) {
        JsonNode body = succeeded(reply, what);
        if (!body.isObject()) {
            throw unreadable(reply, what, "an object");
        }
        return body;
    }

    private PatchbayException unreadable(Reply reply, String what, String wanted) {
        String text = reply.text();
        return new PatchbayException(
                Kind.UNAVAILABLE,
                description() + " did not " + what + ": its answer, with status " + reply.status() + ", is not "
                        + wanted + " in JSON or was cut off; it begins with '"
                        + text.substring(0, Math.min(text.length(), 60)).replaceAll("\\p{Cntrl}", " ") + "'");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String description() {
        return "the engine at " + socket;
    }
}
