package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The host's engine: its client, and what it knows. */
public final class Docker {
    public static final String IMAGE = "busybox:lab";

    private final Host host;

    Docker(Host host) {
        this.host = host;
    }

    /**
     * The client that belongs to the engine, with its output whatever it is; it runs on the machine and sees its files.
     */
    public Command.Result run(String... arguments) {
        Path own = host.folder().resolve("bin/docker");
        List<String> command = new ArrayList<>(List.of(Files.isExecutable(own) ? own.toString() : "docker"));
        command.addAll(List.of(arguments));
        return host.lab().run(command, environment());
    }

    /**
     * The compose that goes with this engine, in a folder with a compose file: the client's plugin, or the program in
     * Python where the release has none, as with 20.10. That one cannot recreate anything on engines from 25.
     */
    public void compose(Path folder, String project, String... arguments) {
        List<String> command = new ArrayList<>();
        Path plugin = host.folder().resolve("client/cli-plugins/docker-compose");
        if (Files.isExecutable(plugin)) {
            command.addAll(List.of(host.folder().resolve("bin/docker").toString(), "compose"));
        } else {
            command.add("docker-compose");
        }
        command.addAll(List.of("-p", project));
        command.addAll(List.of(arguments));
        host.lab().run(folder, environment(), command.toArray(String[]::new)).ok();
    }

    private Map<String, String> environment() {
        return Map.of(
                "DOCKER_HOST",
                "unix://" + socket(),
                "DOCKER_CONFIG",
                host.folder().resolve("client").toString());
    }

    /** The client, which must succeed; what it printed. */
    public String ok(String... arguments) {
        return run(arguments).text();
    }

    /** The client, which must fail and say this, whatever stands around it. */
    public void refuses(String sentence, String... arguments) {
        Command.Result result = run(arguments);
        if (result.exit() == 0 || !result.err().contains(sentence)) {
            throw new AssertionError("expected a refusal that says \"" + sentence + "\", got " + result);
        }
    }

    /** The words that make a network of ours; {@code more} stands before the name. */
    public static String[] creation(String name, String... more) {
        List<String> command =
                new ArrayList<>(List.of("network", "create", "-d", "patchbay", "--ipam-driver", "patchbay"));
        command.addAll(List.of(more));
        command.add(name);
        return command.toArray(String[]::new);
    }

    /** A network of the subnet; {@code more} stands before the name. */
    public String network(String name, String subnet, String... more) {
        List<String> words = new ArrayList<>(List.of("--subnet", subnet));
        words.addAll(List.of(more));
        return ok(creation(name, words.toArray(String[]::new)));
    }

    /**
     * A network of the LAN: 10.77.0.0/24, containers from .128 on, the printer as gateway; {@code more} stands before
     * the name.
     */
    public String lan(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("--gateway", Lab.PRINTER));
        if (!List.of(more).contains("--ip-range")) {
            words.addAll(List.of("--ip-range", Lab.NET + ".128/25"));
        }
        words.addAll(List.of(more));
        return network(name, Lab.SUBNET, words.toArray(String[]::new));
    }

    /** A network of the LAN that stays on this host, see {@link #lan}. */
    public String localLan(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("-o", "io.patchbay.replicate=false"));
        words.addAll(List.of(more));
        return lan(name, words.toArray(String[]::new));
    }

    /** Names of the engine's networks of our driver. */
    public List<String> networkNames() {
        List<String> names = new ArrayList<>();
        for (JsonNode network : api("/networks")) {
            if (isOurs(network)) {
                names.add(network.path("Name").asText());
            }
        }
        return names;
    }

    /** Waits until the engine has a network of our driver of that name. */
    public void awaitNetwork(String name, Duration limit) {
        Await.until(
                "network " + name + " is on " + host,
                limit,
                () -> networkNames().contains(name),
                () -> networkNames() + "\n" + host.daemonLog());
    }

    /** Waits until the engine has none. */
    public void awaitNoNetwork(String name, Duration limit) {
        Await.until(
                "network " + name + " is gone from " + host,
                limit,
                () -> !networkNames().contains(name),
                () -> networkNames() + "\n" + host.daemonLog());
    }

    /** A container that stays, on a network; {@code more} stands before the image. */
    public String sleeper(String name, String network, String... more) {
        List<String> command =
                new ArrayList<>(List.of("run", "-d", "--name", name, "--network", network, "--stop-timeout", "1"));
        command.addAll(List.of(more));
        command.addAll(List.of(IMAGE, "sleep", "100000"));
        return ok(command.toArray(String[]::new));
    }

    /** The words that run a container which ends at once; {@code more} stands before the image. */
    public static String[] trial(String network, String... more) {
        List<String> command = new ArrayList<>(List.of("run", "--rm", "--network", network));
        command.addAll(List.of(more));
        command.addAll(List.of(IMAGE, "true"));
        return command.toArray(String[]::new);
    }

    /** Runs something in a container. */
    public String exec(String container, String... command) {
        List<String> all = new ArrayList<>(List.of("exec", container));
        all.addAll(List.of(command));
        return ok(all.toArray(String[]::new));
    }

    /** A container's first link, as it sees it. */
    public String link(String container) {
        return exec(container, "ip", "addr", "show", "eth0");
    }

    /** The engine's API. */
    public JsonNode api(String path) {
        Http.Answer answer = Http.get(socket(), path);
        if (answer.status() != 200) {
            throw new AssertionError("the engine answered " + path + " with " + answer.status() + " " + answer.body());
        }
        return answer.json();
    }

    /** The engine's socket. */
    public Path socket() {
        return host.folder().resolve("run/docker.sock");
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

    private static boolean isOurs(JsonNode network) {
        String driver = network.path("Driver").asText();
        return driver.equals("patchbay") || driver.equals(ManagedPlugin.NAME);
    }

    /** Ids of the networks of our driver. */
    public List<String> networkIds() {
        List<String> ids = new ArrayList<>();
        for (JsonNode network : api("/networks")) {
            if (isOurs(network)) {
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

    void removeContainers() {
        List<String> command = new ArrayList<>(List.of("rm", "-f", "-v"));
        for (JsonNode container : api("/containers/json?all=1")) {
            command.add(container.path("Id").asText());
        }
        if (command.size() > 3) {
            ok(command.toArray(String[]::new));
        }
    }

    /** True when there was none but the engine's own. */
    boolean removeNetworks() {
        boolean none = true;
        for (JsonNode network : api("/networks")) {
            if (!List.of("bridge", "host", "none").contains(network.path("Name").asText())) {
                none = false;
                Command.Result removed = run("network", "rm", network.path("Id").asText());
                // one that came from another host goes with it
                if (removed.err().contains(EndpointCount.WORDS)) {
                    new EndpointCount(host).startAnew(network.path("Id").asText(), removed.err());
                } else if (removed.exit() != 0
                        && !removed.err().contains("not found")
                        && !removed.err().contains("No such network")) {
                    removed.ok();
                }
            }
        }
        return none;
    }
}
