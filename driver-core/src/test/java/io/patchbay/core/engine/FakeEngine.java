package io.patchbay.core.engine;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * dockerd as far as networks go, in memory. Like dockerd it calls its plugin in threads of its own while it makes or
 * removes a network of the plugin's driver, refuses a second network of a name and the removal of one that is used, and
 * forgets nothing when it is restarted.
 */
public final class FakeEngine implements Engine {
    private final String driverName;
    private final EnginePlugin plugin;
    private final Supplier<String> ids;
    private final Map<String, Entry> networks = new LinkedHashMap<>();
    private Optional<List<EngineService>> services = Optional.empty();
    private @Nullable RuntimeException servicesFail;
    private final Map<String, EngineTask> tasks = new LinkedHashMap<>();
    private @Nullable RuntimeException tasksFail;
    private final List<FixedAddress> fixed = new ArrayList<>();
    private @Nullable RuntimeException attachmentsFail;
    private @Nullable RuntimeException killFails;
    private boolean down;
    private int changes;
    private int lists;
    private @Nullable RuntimeException afterCreate;
    private String afterCreateOf = "";

    private static final class Entry {
        private final EngineNetwork network;
        private final @Nullable Object made;
        private final List<Attachment> running = new ArrayList<>();
        private final List<String> stopped = new ArrayList<>();

        private Entry(EngineNetwork network, @Nullable Object made) {
            this.network = network;
            this.made = made;
        }
    }

    public FakeEngine(String driverName, EnginePlugin plugin, Supplier<String> ids) {
        this.driverName = driverName;
        this.plugin = plugin;
        this.ids = ids;
    }

    public synchronized void stop() {
        down = true;
    }

    public synchronized void start() {
        down = false;
    }

    /** The next {@link #create} does its work and then fails so, as when the connection breaks. */
    public synchronized void failAfterCreate(RuntimeException failure) {
        afterCreateOf = "";
        afterCreate = failure;
    }

    /** As {@link #failAfterCreate}, when a network of that name is made. */
    public synchronized void failAfterCreateOf(String name, RuntimeException failure) {
        afterCreateOf = name;
        afterCreate = failure;
    }

    /** From now on it is a manager of a swarm with these services. */
    public synchronized void manage(EngineService... its) {
        services = Optional.of(List.of(its));
        servicesFail = null;
    }

    /** From now on it does not tell its services. */
    public synchronized void failServices(RuntimeException failure) {
        servicesFail = failure;
    }

    /** From now on it runs this task, as the swarm told it to. */
    public synchronized void runTask(EngineTask task) {
        tasks.put(task.container(), task);
        tasksFail = null;
    }

    /** From now on it does not tell its tasks. */
    public synchronized void failTasks(RuntimeException failure) {
        tasksFail = failure;
    }

    /** From now on it kills nothing; null: it does. */
    public synchronized void failAttachments(RuntimeException failure) {
        attachmentsFail = failure;
    }

    /** While given, {@link #kill} fails so. */
    public synchronized void failKill(@Nullable RuntimeException failure) {
        killFails = failure;
    }

    /** How many networks were made or removed, by whomever. */
    public synchronized int changes() {
        return changes;
    }

    /** How often its networks were listed; a round begins so. */
    public synchronized int lists() {
        return lists;
    }

    /** A container, with the endpoint the driver was told of. */
    public synchronized void attach(String network, String endpointId, String container) {
        entry(network).running.add(new Attachment(endpointId, container));
    }

    /** A container that has stopped and would be on the network again when it starts. */
    public synchronized void stopContainer(String network, String container) {
        Entry entry = entry(network);
        entry.running.removeIf(a -> a.container().equals(container));
        entry.stopped.add(container);
    }

    public synchronized void removeContainer(String network, String container) {
        Entry entry = entry(network);
        entry.running.removeIf(a -> a.container().equals(container));
        entry.stopped.remove(container);
    }

    /** {@code docker network rm} of a network whose plugin does not answer: dockerd forgets it all the same. */
    public synchronized void removeUnheard(String name) {
        networks.values().removeIf(e -> e.network.name().equals(name));
    }

    /** What the plugin answered when the network was made. */
    public synchronized Object made(String name) {
        Object made = entry(name).made;
        if (made == null) {
            throw new AssertionError("network " + name + " is not the plugin's");
        }
        return made;
    }

    public synchronized Optional<EngineNetwork> find(String name) {
        return networks.values().stream()
                .map(e -> e.network)
                .filter(n -> n.name().equals(name))
                .findFirst();
    }

    /** The subnet that a network of one was made with. */
    public synchronized String subnet(String name) {
        return entry(name).network.plan().ipam().ranges().get(0).subnet();
    }

    private Entry entry(String name) {
        return networks.values().stream()
                .filter(e -> e.network.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the engine has no network " + name));
    }

    private synchronized void check() {
        if (down) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the engine in memory does not run");
        }
    }

    @Override
    public synchronized List<EngineNetwork> networks() {
        check();
        lists++;
        return networks.values().stream().map(e -> e.network).toList();
    }

    @Override
    public synchronized List<Attachment> attachments(String networkId) {
        check();
        if (attachmentsFail != null) {
            throw attachmentsFail;
        }
        Entry entry = networks.get(networkId);
        return entry == null ? List.of() : List.copyOf(entry.running);
    }

    @Override
    public synchronized List<String> containersOf(String networkId) {
        check();
        Entry entry = networks.get(networkId);
        if (entry == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>(entry.stopped);
        entry.running.forEach(a -> names.add(a.container()));
        return names;
    }

    @Override
    public synchronized List<FixedAddress> fixedAddresses() {
        check();
        return List.copyOf(fixed);
    }

    /** There is a container that asks for this address by name, running or not. */
    public synchronized void fix(String container, String network, String address) {
        fixed.add(new FixedAddress(container, network, IpAddress.parse(address)));
    }

    /** That container is removed. */
    public synchronized void removeFixed(String container) {
        fixed.removeIf(f -> f.container().equals(container));
    }

    @Override
    public String create(NetworkPlan plan) {
        check();
        if (find(plan.name()).isPresent()) {
            throw new PatchbayException(Kind.CONFLICT, "network with name " + plan.name() + " already exists");
        }
        validate(plan);
        String id = ids.get();
        // one of swarm scope with addresses stands for what a node has once a task needs it; without, for the manager's
        // entry
        boolean onNode = plan.isLocal() || !plan.ipam().ranges().isEmpty();
        boolean ours =
                plan.driver().equals(driverName) && onNode && !plan.traits().configOnly();
        Object made = ours ? inItsThread(() -> plugin.create(id, plan)) : null;
        synchronized (this) {
            networks.put(id, new Entry(new EngineNetwork(id, plan), made));
            changes++;
            RuntimeException failure = afterCreate;
            if (failure != null && (afterCreateOf.isEmpty() || afterCreateOf.equals(plan.name()))) {
                afterCreate = null;
                throw failure;
            }
        }
        return id;
    }

    /** What dockerd refuses (moby: network.validateConfiguration; a swarm's network is a manager's to make). */
    private synchronized void validate(NetworkPlan plan) {
        NetworkPlan.Traits t = plan.traits();
        if (t.configOnly() && (t.ingress() || t.internal() || t.attachable() || !plan.isLocal())) {
            throw new PatchbayException(
                    Kind.CONFLICT, "configuration network can only contain network specific fields");
        }
        boolean says = !plan.labels().isEmpty()
                || !plan.options().isEmpty()
                || !plan.ipam().options().isEmpty()
                || !plan.ipam().ranges().isEmpty()
                || t.ipv6()
                || !plan.ipam().driver().equals("default");
        if (plan.configFrom().isPresent() && says) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "user specified configurations are not supported if the network depends on a configuration"
                            + " network");
        }
        if (!plan.isLocal() && plan.ipam().ranges().isEmpty() && services.isEmpty()) {
            throw new PatchbayException(Kind.UNAVAILABLE, "This node is not a swarm manager.");
        }
    }

    @Override
    public void remove(String networkId) {
        check();
        Entry entry;
        synchronized (this) {
            entry = networks.get(networkId);
            if (entry == null) {
                return;
            }
            if (!entry.running.isEmpty()) {
                throw new PatchbayException(Kind.CONFLICT, "network " + entry.network.name() + " has active endpoints");
            }
        }
        Object made = entry.made;
        if (made != null) {
            inItsThread(() -> {
                plugin.delete(networkId, made);
                return true;
            });
        }
        synchronized (this) {
            networks.remove(networkId);
            changes++;
        }
    }

    /** A plugin that needs what the caller holds would never answer. */
    private static <T> T inItsThread(Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(call).get(40, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new PatchbayException(Kind.UNAVAILABLE, "the plugin failed: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("the plugin did not answer the engine", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PatchbayException(Kind.UNAVAILABLE, "interrupted", e);
        }
    }

    @Override
    public Optional<List<EngineService>> services() {
        check();
        if (servicesFail != null) {
            throw servicesFail;
        }
        return services;
    }

    @Override
    public synchronized List<EngineTask> tasks() {
        check();
        if (tasksFail != null) {
            throw tasksFail;
        }
        return List.copyOf(tasks.values());
    }

    @Override
    public synchronized void kill(String containerId) {
        check();
        if (killFails != null) {
            throw killFails;
        }
        tasks.remove(containerId);
    }

    @Override
    public String description() {
        return "an engine in memory";
    }
}
