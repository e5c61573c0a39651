package io.patchbay.e2e.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Whether engines, claims, kernels and the LAN agree on what runs in a swarm: each task and each container of its
 * own, with an address that nobody else has.
 */
public final class SwarmState {
    private final Swarm swarm;
    private final Lab lab;
    private final Set<String> alone = new TreeSet<>();
    private final Set<Host> gone = new LinkedHashSet<>();

    public SwarmState(Swarm swarm) {
        this.swarm = swarm;
        this.lab = swarm.lab();
    }

    /** From now on a container of that name runs that is no task. */
    public void expect(String container) {
        alone.add("/" + container);
    }

    /** It does no longer. */
    public void expectNoMore(String container) {
        alone.remove("/" + container);
    }

    /** From now on the host is down, and what it had claimed stays claimed. */
    public void expectGone(Host host) {
        gone.add(host);
    }

    public boolean isGone(Host host) {
        return gone.contains(host);
    }

    /** What was to start has started, what was to stop has stopped, and all is as {@link #difference} wants it. */
    public void awaitSettled() {
        String[] last = {""};
        Await.untilFarAndWide(
                "tasks, containers, claims and links are the same",
                Swarm.LIMIT,
                () -> {
                    try {
                        last[0] = difference();
                    } catch (UncheckedIOException | AssertionError e) {
                        last[0] = String.valueOf(e.getMessage());
                    }
                    return last[0].isEmpty();
                },
                () -> last[0]);
    }

    /**
     * That, and on the LAN each address is answered by one station, behind its own host's port, and reached from
     * the printer.
     */
    public void assertSound() {
        awaitSettled();
        if (endpoints().isEmpty()) {
            throw new AssertionError("nothing runs");
        }
        assertReached();
    }

    /** Only that about the LAN. Addresses may have moved between hosts and back before. */
    public void assertReached() {
        lab.ports().forget();
        lab.ports().assertAsEnginesKnow(gone.toArray(Host[]::new));
    }

    /** The endpoints of running containers on networks of ours, by host. */
    public Map<Host, List<Docker.Endpoint>> byHost() {
        Map<Host, List<Docker.Endpoint>> all = new LinkedHashMap<>();
        for (Host host : lab.hosts()) {
            if (!gone.contains(host)) {
                all.put(host, List.copyOf(host.docker().endpoints().values()));
            }
        }
        return all;
    }

    private List<Docker.Endpoint> endpoints() {
        return byHost().values().stream().flatMap(List::stream).toList();
    }

    /** All their addresses, sorted; one that two have is there twice. */
    public List<String> addresses() {
        return addresses(endpoints());
    }

    private static List<String> addresses(List<Docker.Endpoint> endpoints) {
        return endpoints.stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .map(address -> address.replaceFirst("/.*", ""))
                .sorted()
                .toList();
    }

    /** What is not yet, or no longer, as it should be; empty when nothing is. Asks first what costs least. */
    private String difference() {
        for (JsonNode service : swarm.docker().api("/services")) {
            String name = service.path("Spec").path("Name").asText();
            int wanted = service.path("Spec")
                    .path("Mode")
                    .path("Replicated")
                    .path("Replicas")
                    .asInt();
            if (!swarm.runs(name, wanted)) {
                return swarm.running(name) + " tasks of " + name + " run, not " + wanted;
            }
        }
        Map<Host, List<Docker.Endpoint>> byHost = byHost();
        List<Docker.Endpoint> all =
                byHost.values().stream().flatMap(List::stream).toList();
        // a task's container is NAME.SLOT.TASK
        Set<String> running = new TreeSet<>();
        all.forEach(endpoint -> running.add(endpoint.container().replaceFirst("^/[^.]*\\..*\\.", "")));
        Set<String> wanted = new TreeSet<>(alone);
        swarm.tasks().forEach(task -> wanted.add(task.id()));
        if (!running.equals(wanted) || all.size() != wanted.size()) {
            return "containers " + all + " of tasks " + wanted;
        }
        List<String> addresses = addresses(all);
        if (!addresses.equals(claimed())) {
            return "containers have " + addresses + ", claimed are " + claimed();
        }
        for (Map.Entry<Host, List<Docker.Endpoint>> each : byHost.entrySet()) {
            int links = new Leftovers(lab).links(each.getKey()).size();
            if (links != each.getValue().size()) {
                return links + " links on " + each.getKey() + " for " + each.getValue();
            }
        }
        return "";
    }

    /** The addresses that are bound to endpoints of hosts that are there, sorted. */
    private List<String> claimed() {
        List<String> names = gone.stream().map(Host::name).toList();
        return claims().stream()
                .filter(claim -> claim.path("kind").asText().equals("endpoint")
                        && claim.path("state").asText().equals("bound")
                        && !names.contains(claim.path("host").asText()))
                .map(claim -> claim.path("address").asText())
                .sorted()
                .toList();
    }

    private List<JsonNode> claims() {
        return lab.host(1).patchbay().list("claims");
    }

    /** Everything that could tell why something is not as it should be. */
    public String seen() {
        StringBuilder text = new StringBuilder(swarm.told());
        for (Host host : lab.hosts()) {
            text.append(host)
                    .append(" runs ")
                    .append(attempt(() -> host.docker().endpoints().values().toString()));
            text.append(" with the links ").append(attempt(() -> links(host).toString()));
        }
        text.append("claims ").append(attempt(() -> claims().toString()));
        return text.append(lab.engineLog()).toString();
    }

    private List<String> links(Host host) {
        List<String> names = new ArrayList<>();
        new Leftovers(lab)
                .links(host)
                .forEach(link -> names.add(link.path("ifname").asText()));
        return names;
    }

    private static String attempt(Supplier<String> what) {
        try {
            return what.get() + "\n";
        } catch (UncheckedIOException | AssertionError e) {
            return e.getMessage() + "\n";
        }
    }
}
