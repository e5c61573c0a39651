package io.patchbay.e2e.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All hosts of a lab in one swarm, with the managed plugin on each and one cluster for the claims. Commands are
 * given by the engine's client; what has come of them is asked of a manager's engine over its socket.
 */
public final class Swarm {
    /** For whatever a swarm does by itself; {@link Await} gives a slow or busy machine more. */
    public static final Duration LIMIT = Duration.ofMinutes(1);

    private final Lab lab;
    private final String scope;
    private final List<ManagedPlugin> plugins;
    private final LostOrders orders = new LostOrders(this);
    private Host manager;

    /** A task that its service wants to run. */
    public record Task(String id, String service, String node, String state, String error, List<String> addresses) {
        boolean runs() {
            return state.equals("running");
        }
    }

    /** {@code scope} is the plugins': local or global. */
    public Swarm(Lab lab, String scope) {
        this.lab = lab;
        this.scope = scope;
        this.plugins = lab.hosts().stream().map(ManagedPlugin::new).toList();
        this.manager = lab.host(1);
    }

    public Lab lab() {
        return lab;
    }

    /** The plugin on host 1, 2, ... */
    public ManagedPlugin plugin(int host) {
        return plugins.get(host - 1);
    }

    /** The client of the manager's engine. */
    public Docker docker() {
        return manager.docker();
    }

    /** Who is asked and told from now on. */
    public void ask(Host other) {
        manager = other;
    }

    /** Something for all hosts at once. */
    public void onEach(Consumer<Host> what) {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (Host host : lab.hosts()) {
            all.add(() -> {
                what.accept(host);
                return true;
            });
        }
        Together.all(all);
    }

    /**
     * Makes, sets and enables the plugin everywhere; enables it in turn, for dockerd waits some 10 s for it to answer.
     */
    public void installEverywhere() {
        onEach(this::prepare);
        lab.hosts().forEach(this::enable);
    }

    /** Makes, sets and enables the plugin. */
    public void install(Host host) {
        prepare(host);
        enable(host);
    }

    private void prepare(Host host) {
        ManagedPlugin plugin = plugin(host.number());
        List<String> members =
                lab.hosts().stream().map(h -> "http://" + h.address() + ":2379").toList();
        plugin.create();
        plugin.set("SCOPE=" + scope, "GRACE=5", "STORE=etcd:" + String.join(",", members));
    }

    private void enable(Host host) {
        plugin(host.number()).enable();
        host.patchbay().awaitReady(LIMIT);
    }

    /**
     * Makes the swarm; returns when its manager knows of the plugin on all nodes. It finds sooner than by itself
     * that a node is down.
     */
    public void form() {
        Host first = lab.host(1);
        docker(
                first,
                "swarm init --dispatcher-heartbeat 2s --task-history-limit 2 --advertise-addr " + first.address());
        String token = docker(first, "swarm join-token -q worker");
        for (Host host : lab.hosts().subList(1, lab.hosts().size())) {
            docker(
                    host,
                    "swarm join --token " + token + " --advertise-addr " + host.address() + " " + first.address()
                            + ":2377");
        }
        awaitPluginKnown();
    }

    private static String docker(Host host, String words) {
        return host.docker().ok(words.split(" ", -1));
    }

    /** Nodes tell the managers of their plugins now and then. */
    public void awaitPluginKnown() {
        await("all nodes have told of the plugin", () -> {
            for (JsonNode node : nodes()) {
                if (node.path("Description").path("Engine").path("Plugins").findValuesAsText("Name").stream()
                        .noneMatch(ManagedPlugin.NAME::equals)) {
                    return false;
                }
            }
            return true;
        });
    }

    public JsonNode nodes() {
        return docker().api("/nodes");
    }

    /** What managers know of the host as a node; a missing node when it is none. */
    public JsonNode node(Host host) {
        for (JsonNode node : nodes()) {
            if (node.path("Description").path("Hostname").asText().equals(host.name())) {
                return node;
            }
        }
        return MissingNode.getInstance();
    }

    /** The manager that leads. */
    public Host leader() {
        return lab.hosts().stream()
                .filter(host -> node(host).path("ManagerStatus").path("Leader").asBoolean())
                .findFirst()
                .orElseThrow();
    }

    /** True if the host's engine answers as a manager does. */
    public static boolean isManager(Host host) {
        return Http.get(host.docker().socket(), "/nodes").status() == 200;
    }

    /** Waits until all hosts are managers, to the others and to themselves; one comes a moment after the other. */
    public void awaitAllManage() {
        await(
                "all hosts are managers",
                () -> lab.hosts().stream().allMatch(host -> reachability(host).equals("reachable") && isManager(host)));
    }

    /** Empty for a worker. */
    private String reachability(Host host) {
        return node(host).path("ManagerStatus").path("Reachability").asText();
    }

    /** Makes a worker of a manager; does nothing where it is one. */
    public void demote(Host host) {
        if (!reachability(host).isEmpty()) {
            docker().ok("node", "demote", host.name());
            await(host + " is a worker", () -> reachability(host).isEmpty() && !isManager(host));
        }
    }

    /**
     * A service that stops at once, names its tasks' addresses and no other, and comes back soon; {@code more}
     * stands before the image.
     */
    public void service(String name, int replicas, String network, String... more) {
        List<String> words = new ArrayList<>(List.of("--endpoint-mode", "dnsrr"));
        words.addAll(List.of(more));
        serviceInUsualMode(name, replicas, network, words.toArray(String[]::new));
    }

    /** The same in Docker's own mode, VIP. */
    public void serviceInUsualMode(String name, int replicas, String network, String... more) {
        List<String> command = new ArrayList<>(List.of("service", "create", "-q", "--detach", "--no-resolve-image"));
        command.addAll(List.of("--name", name, "--replicas", String.valueOf(replicas), "--network", network));
        command.addAll(List.of("--stop-signal", "KILL", "--update-monitor", "100ms", "--restart-delay", "1s"));
        command.addAll(List.of(more));
        command.addAll(List.of(Docker.IMAGE, "sleep", "100000"));
        docker().ok(command.toArray(String[]::new));
        awaitRunning(name, replicas);
    }

    /** So many tasks; returns when they run. */
    public void scale(String service, int replicas) {
        order(service, replicas);
        awaitRunning(service, replicas);
    }

    /** So many tasks are wanted. */
    public void order(String service, int replicas) {
        orders.ordered(service, replicas);
        docker().ok("service", "scale", "-d", service + "=" + replicas);
    }

    /** The same while there may be no leader, when nobody can be told anything. */
    public void awaitOrder(String service, int replicas) {
        await(replicas + " tasks of " + service + " can be ordered", () -> {
            order(service, replicas);
            return true;
        });
    }

    /** Every task is replaced, so many at a time; returns when the new ones run. */
    public void replace(String service, int atOnce) {
        int replicas = running(service);
        docker().ok(
                        "service",
                        "update",
                        "-q",
                        "--detach",
                        "--force",
                        "--update-monitor",
                        "100ms",
                        "--update-parallelism",
                        String.valueOf(atOnce),
                        service);
        await(
                "all tasks of " + service + " are replaced",
                () -> docker().api("/services/" + service)
                        .path("UpdateStatus")
                        .path("State")
                        .asText()
                        .equals("completed"));
        awaitRunning(service, replicas);
    }

    /** Takes services away; returns when none of their containers is left. */
    public void remove(String... services) {
        List<String> command = new ArrayList<>(List.of("service", "rm"));
        command.addAll(List.of(services));
        docker().ok(command.toArray(String[]::new));
        for (String service : services) {
            awaitGone(service);
        }
    }

    /** Neither the service nor a container of it is left. */
    public void awaitGone(String service) {
        await(
                "nothing is left of service " + service,
                () -> Http.get(docker().socket(), "/services/" + service).status() == 404
                        && lab.hosts().stream().allMatch(host -> containersOf(host, service) == 0));
    }

    private static int containersOf(Host host, String service) {
        if (!answers(host)) {
            return 0;
        }
        return host.docker()
                .api("/containers/json?filters=" + filters("label", "com.docker.swarm.service.name=" + service))
                .size();
    }

    /** False when the host or its engine is down. */
    static boolean answers(Host host) {
        try {
            return Http.get(host.docker().socket(), "/_ping").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The tasks of a service that are wanted. */
    public List<Task> tasks(String service) {
        return tasksOf(filters("service", service, "desired-state", "running"));
    }

    /** Those of all services. */
    List<Task> tasks() {
        return tasksOf(filters("desired-state", "running")).stream()
                .filter(task -> !task.service().isEmpty())
                .toList();
    }

    /** What tasks of the service have failed of, those that were replaced since included. */
    public List<String> errors(String service) {
        return tasksOf(filters("service", service)).stream().map(Task::error).toList();
    }

    private List<Task> tasksOf(String filters) {
        List<Task> tasks = new ArrayList<>();
        for (JsonNode task : docker().api("/tasks?filters=" + filters)) {
            List<String> addresses = new ArrayList<>();
            for (JsonNode attachment : task.path("NetworksAttachments")) {
                attachment
                        .path("Addresses")
                        .forEach(address -> addresses.add(address.asText().replaceFirst("/.*", "")));
            }
            JsonNode status = task.path("Status");
            tasks.add(new Task(
                    task.path("ID").asText(),
                    task.path("ServiceID").asText(),
                    task.path("NodeID").asText(),
                    status.path("State").asText(),
                    status.path("Err").asText(),
                    addresses));
        }
        return tasks;
    }

    /** How many tasks run that are wanted. */
    public int running(String service) {
        return (int) tasks(service).stream().filter(Task::runs).count();
    }

    public void awaitRunning(String service, int replicas) {
        await(replicas + " tasks of " + service + " run", () -> runs(service, replicas));
    }

    /** True if as many run; see {@link LostOrders} for when there are more. */
    boolean runs(String service, int replicas) {
        return orders.runs(service, replicas);
    }

    /** Waits for what the swarm does by itself. Engines and daemons that do not answer may do so the next time. */
    public void await(String what, BooleanSupplier condition) {
        await(what, LIMIT, condition);
    }

    public void await(String what, Duration limit, BooleanSupplier condition) {
        String[] refused = {""};
        Await.untilFarAndWide(
                what,
                limit,
                () -> {
                    refused[0] = "";
                    try {
                        return condition.getAsBoolean();
                    } catch (UncheckedIOException | AssertionError e) {
                        refused[0] = String.valueOf(e.getMessage());
                        return false;
                    }
                },
                () -> refused[0]);
    }

    /** {@code NAME, VALUE, NAME, VALUE ...} as the engine's API wants it. */
    static String filters(String... namesAndValues) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(namesAndValues[i])
                    .append("\":[\"")
                    .append(namesAndValues[i + 1])
                    .append("\"]");
        }
        return URLEncoder.encode(json.append('}').toString(), UTF_8);
    }

    /** Who runs where as managers see it, and why something does not. */
    String told() {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode node : nodes()) {
                text.append("node ")
                        .append(node.path("ID").asText())
                        .append(' ')
                        .append(node.path("Description").path("Hostname").asText())
                        .append(' ')
                        .append(node.path("Status"))
                        .append(' ')
                        .append(node.path("ManagerStatus"))
                        .append('\n');
            }
            tasks().forEach(task -> text.append(task).append('\n'));
        } catch (UncheckedIOException | AssertionError e) {
            text.append(e.getMessage()).append('\n');
        }
        return text.toString();
    }
}
