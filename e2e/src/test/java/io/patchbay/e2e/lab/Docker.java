package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The host's engine: its client, and what it knows. */
public final class Docker {
    public static final String IMAGE = "busybox:lab";

    private final Lab lab;

    Docker(Lab lab) {
        this.lab = lab;
    }

    /** The client that belongs to the engine, with its output whatever it is. */
    public Command.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "1"));
        command.addAll(List.of(arguments));
        return lab.lab(command.toArray(String[]::new));
    }

    /** The client, which must succeed; what it printed. */
    public String ok(String... arguments) {
        return run(arguments).text();
    }

    /** A network of the LAN: 10.77.0.0/24, containers from .128 on, the printer as gateway; {@code more} stands before the name. */
    public String lan(String name, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "network",
                "create",
                "-d",
                "patchbay",
                "--ipam-driver",
                "patchbay",
                "--subnet",
                Lab.NET + ".0/24",
                "--gateway",
                Lab.PRINTER));
        if (!List.of(more).contains("--ip-range")) {
            command.addAll(List.of("--ip-range", Lab.NET + ".128/25"));
        }
        command.addAll(List.of(more));
        command.add(name);
        return ok(command.toArray(String[]::new));
    }

    /** A container that stays, on a network; {@code more} stands before the image. */
    public String sleeper(String name, String network, String... more) {
        List<String> command =
                new ArrayList<>(List.of("run", "-d", "--name", name, "--network", network, "--stop-timeout", "1"));
        command.addAll(List.of(more));
        command.addAll(List.of(IMAGE, "sleep", "100000"));
        return ok(command.toArray(String[]::new));
    }

    /** Runs something in a container. */
    public String exec(String container, String... command) {
        List<String> all = new ArrayList<>(List.of("exec", container));
        all.addAll(List.of(command));
        return ok(all.toArray(String[]::new));
    }

    /** The engine's API. */
    public JsonNode api(String path) {
        Http.Answer answer = Http.get(socket(), path);
        if (answer.status() != 200) {
            throw new AssertionError("the engine answered " + path + " with " + answer.status() + " " + answer.body());
        }
        return answer.json();
    }

    Path socket() {
        return lab.folder().resolve("run/docker.sock");
    }

    public JsonNode inspect(String container) {
        return api("/containers/" + container + "/json");
    }

    /** A container's settings on one of its networks. */
    public JsonNode on(String container, String network) {
        return inspect(container).path("NetworkSettings").path("Networks").path(network);
    }

    public String ip(String container, String network) {
        return on(container, network).path("IPAddress").asText();
    }

    public boolean isRunning(String container) {
        return inspect(container).path("State").path("Running").asBoolean();
    }

    public void awaitRunning(String container, Duration limit) {
        Await.until(
                "container " + container + " runs",
                limit,
                () -> isRunning(container),
                () -> inspect(container).path("State").toString());
    }

    /** Ids of the networks of our driver. */
    public List<String> networkIds() {
        List<String> ids = new ArrayList<>();
        for (JsonNode network : api("/networks")) {
            if (network.path("Driver").asText().equals("patchbay")) {
                ids.add(network.path("Id").asText());
            }
        }
        return ids;
    }

    /** What the engine believes of one endpoint. */
    public record Endpoint(String container, String network, String mac, List<String> addresses) {}

    /** The endpoints of running containers on networks of our driver, by id. */
    public Map<String, Endpoint> endpoints() {
        List<String> ours = networkIds();
        Map<String, Endpoint> endpoints = new TreeMap<>();
        for (JsonNode container : api("/containers/json?all=1")) {
            if (!container.path("State").asText().equals("running")
                    && !container.path("State").asText().equals("paused")) {
                continue;
            }
            for (JsonNode settings : container.path("NetworkSettings").path("Networks")) {
                if (ours.contains(settings.path("NetworkID").asText())) {
                    endpoints.put(
                            settings.path("EndpointID").asText(),
                            new Endpoint(
                                    container.path("Names").path(0).asText(),
                                    settings.path("NetworkID").asText(),
                                    settings.path("MacAddress").asText(),
                                    addresses(settings)));
                }
            }
        }
        return endpoints;
    }

    private static List<String> addresses(JsonNode settings) {
        List<String> addresses = new ArrayList<>();
        if (!settings.path("IPAddress").asText().isEmpty()) {
            addresses.add(settings.path("IPAddress").asText() + "/"
                    + settings.path("IPPrefixLen").asText());
        }
        if (!settings.path("GlobalIPv6Address").asText().isEmpty()) {
            addresses.add(settings.path("GlobalIPv6Address").asText() + "/"
                    + settings.path("GlobalIPv6PrefixLen").asText());
        }
        return addresses;
    }

    /** Removes every container and every network that is not the engine's own. */
    public void removeAll() {
        List<String> command = new ArrayList<>(List.of("rm", "-f", "-v"));
        for (JsonNode container : api("/containers/json?all=1")) {
            command.add(container.path("Id").asText());
        }
        if (command.size() > 3) {
            ok(command.toArray(String[]::new));
        }
        for (JsonNode network : api("/networks")) {
            if (!List.of("bridge", "host", "none").contains(network.path("Name").asText())) {
                ok("network", "rm", network.path("Id").asText());
            }
        }
    }
}
