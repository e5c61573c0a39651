package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks to this host's engine, in one thread of its own, never in one that answers the engine: once a minute, and soon after something has happened. A round that fails is tried again
 * after a second, two, four, up to half a minute.
 */
public final class EngineLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
    private static final Duration ROUND = Duration.ofMinutes(1);

    /** dockerd lists a network some milliseconds after its CreateNetwork is answered. */
    private static final Duration AFTER_CALL = Duration.ofMillis(30);

    private static final Duration LISTED_AT_LAST = Duration.ofSeconds(10);

    /** Many containers often start together; their names cost one transaction then. */
    private static final Duration AFTER_JOIN = Duration.ofSeconds(2);

    /** Between a network of the swarm and the service made for it passes little time. */
    private static final Duration AFTER_ALLOCATION = Duration.ofSeconds(1);

    /** Nothing calls the driver when a service is made, and a wrong one is to be named while it is still remembered who made it. */
    private static final Duration SERVICES_ROUND = Duration.ofSeconds(15);

    private static final int LONGEST_PAUSE = 30;

    private static final Duration WHILE_AWAY = Duration.ofSeconds(5);

    private final State state;
    private final Settings settings;
    private final Engine engine;
    private final TimeSource time;
    private final ScheduledExecutorService executor;
    private final Definitions definitions;
    private final NetworkNames networkNames;
    private final ContainerNames containerNames;
    private final Replicator replicator;
    private final Forgotten forgotten;
    private final NetworkOrders orders;
    private final VirtualAddresses virtualAddresses;
    private final StrandedTasks strandedTasks;
    private final Map<String, Duration> unlisted = new HashMap<>();
    private final Object lock = new Object();
    private volatile BooleanSupplier paused = () -> false;
    private @Nullable Future<?> next;
    private Duration nextDue = Duration.ZERO;
    private boolean begun;
    private boolean closed;
    private boolean answered;
    private int failures;
    private volatile @Nullable String trouble;

    /**
     * What is set for this host.
     *
     * @param driverName what the engine calls this driver
     * @param globalScope the engine takes the driver's networks for the swarm's
     * @param replicate share networks with other hosts; names are learned and what is forgotten ends in any case
     * @param grace how long something has to look wrong before it is taken for left behind
     */
    public record Settings(String host, String driverName, boolean globalScope, boolean replicate, Duration grace) {}

    /** {@code executor} has a thread that may wait for the engine for a minute. */
    public EngineLoop(
            State state,
            Settings settings,
            Engine engine,
            Networks networks,
            Ipam ipam,
            Reconciler reconciler,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        String host = settings.host();
        this.state = state;
        this.settings = settings;
        this.engine = engine;
        this.time = time;
        this.executor = executor;
        this.definitions = new Definitions(state, host, time, random);
        this.networkNames = new NetworkNames(state, host);
        this.containerNames = new ContainerNames(state, host, engine);
        this.replicator = new Replicator(state, host, settings.driverName(), engine, definitions, time);
        this.orders = new NetworkOrders(engine, definitions, settings);
        this.virtualAddresses = new VirtualAddresses(state, engine);
        this.strandedTasks = new StrandedTasks(settings.driverName(), engine, reconciler, time, settings.grace());
        this.forgotten = new Forgotten(state, host, networks, ipam, reconciler, time, settings.grace());
    }

    /** Rounds do nothing while this is so. */
    public void pauseWhile(BooleanSupplier reason) {
        paused = reason;
    }

    /** Hears from now on of every definition, and of networks that go, for the last one takes an ended definition along; call it before the state is started. */
    public void follow() {
        if (settings.replicate()) {
            state.networks().follow((key, before, after) -> {
                if (before != null && after == null) {
                    before.value().name().filter(definitions::hasEnded).ifPresent(name -> {
                        replicator.retry(name);
                        wake(AFTER_CALL);
                    });
                }
            });
            state.definitions().follow((key, before, after) -> {
                String name = after != null
                        ? after.value().name()
                        : before != null ? before.value().name() : "";
                replicator.retry(name);
                wake(AFTER_CALL);
            });
        }
    }

    /** Begins; call it after the state is started, for a table that is half read must not be acted on. */
    public void start() {
        synchronized (lock) {
            begun = true;
        }
        wake(AFTER_CALL);
    }

    /** dockerd has just made this network, or is about to say that it could not. */
    public void created(String networkId) {
        synchronized (lock) {
            unlisted.put(networkId, time.steady());
        }
        wake(AFTER_CALL);
    }

    /** A leader of the swarm has just had a network allocated; services may follow. */
    public void allocated() {
        wake(AFTER_ALLOCATION);
    }

    /** What ends together with a network that dockerd removes: see {@link Definitions#endWith}. */
    public void endWith(NetworkRecord network, Transaction.Builder transaction) {
        if (settings.replicate()) {
            definitions.endWith(network, transaction);
            network.name().ifPresent(replicator::retry);
        }
    }

    /** The store can be reached again: what was removed here meanwhile is the others' to remove, and what they made is to be made here. */
    public void back() {
        wake(AFTER_CALL);
    }

    /** A container has joined; its name is to be had soon. */
    public void joined() {
        wake(AFTER_JOIN);
    }

    /** An endpoint of this network has gone; perhaps it was what kept the network, or its container runs on. */
    public void left(String networkId) {
        if (strandedTasks.concern(networkId)) {
            wake(AFTER_JOIN);
        }
        state.networks()
                .get(Keys.network(settings.host(), networkId))
                .flatMap(n -> n.value().name())
                .filter(name -> state.hindrances()
                        .get(Keys.hindrance(settings.host(), name))
                        .isPresent())
                .ifPresent(name -> {
                    replicator.retry(name);
                    wake(AFTER_JOIN);
                });
    }

    private void wake(Duration in) {
        synchronized (lock) {
            Duration due = time.steady().plus(in);
            boolean sooner = next != null && nextDue.compareTo(due) <= 0;
            if (!begun || closed || sooner) {
                return;
            }
            if (next != null) {
                next.cancel(false);
            }
            try {
                next = executor.schedule(this::round, in.toMillis(), TimeUnit.MILLISECONDS);
                nextDue = due;
            } catch (RejectedExecutionException e) {
                closed = true;
            }
        }
    }

    private void round() {
        synchronized (lock) {
            next = null;
        }
        Duration in;
        try {
            in = run();
            worked();
        } catch (RuntimeException e) {
            in = failed(e);
        }
        wake(in);
    }

    private void worked() {
        if (trouble != null) {
            LOG.info("the engine answers again engine=\"{}\"", engine.description());
        }
        answered = true;
        failures = 0;
        trouble = null;
    }

    private Duration failed(RuntimeException e) {
        String reason = String.valueOf(e.getMessage());
        if (!answered && e instanceof PatchbayException) {
            // the daemon starts before dockerd, which needs it
            LOG.info("waiting for the engine reason=\"{}\"", reason);
        } else if (!reason.equals(trouble)) {
            LOG.warn("work with the engine failed, tried again reason=\"{}\"", reason);
        }
        if (!(e instanceof PatchbayException)) {
            LOG.error("work with the engine failed", e);
        }
        trouble = reason;
        int pause = Math.min(LONGEST_PAUSE, 1 << Math.min(failures, 5));
        failures++;
        return Duration.ofSeconds(pause);
    }

    /** One round now; answers when the next is due. Fails like the engine and the store; while the store is away, or there is a reason to pause, nothing is done. */
    public synchronized Duration run() {
        if (state.isAway() || paused.getAsBoolean()) {
            return WHILE_AWAY;
        }
        List<EngineNetwork> listed = engine.networks();
        networkNames.learn(listed);
        Optional<Duration> soon = settings.replicate() ? replicator.run(listed) : Optional.empty();
        forgotten.end(listed);
        containerNames.learn();
        Duration round = virtualAddresses.look() ? SERVICES_ROUND : ROUND;
        Duration again = shorter(soon.orElse(round), strandedTasks.look(listed).orElse(round));
        return shorter(shorter(again, untilListed(listed)), round);
    }

    /** A network that is made and not listed yet is asked for again, at growing distances. */
    private Duration untilListed(List<EngineNetwork> listed) {
        synchronized (lock) {
            listed.forEach(n -> unlisted.remove(n.id()));
            unlisted.values().removeIf(since -> time.steady().minus(since).compareTo(LISTED_AT_LAST) > 0);
            return unlisted.values().stream()
                    .map(since -> time.steady().minus(since).plus(AFTER_CALL))
                    .min(Duration::compareTo)
                    .orElse(ROUND);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /**
     * Makes what an operator wants, on this host and, as networks are shared, on the others; answers what was done, in a sentence. Not to be called by a thread that answers dockerd.
     * {@code CONFLICT} when the name is taken, {@code INVALID} for an order that contradicts itself.
     */
    public String create(NetworkOrder order) {
        return orders.create(order, this::run);
    }

    /** Removes a network of that name, shared ones everywhere; answers what was done. {@code NOT_FOUND} when there is none. */
    public String remove(String name) {
        String done = orders.remove(name);
        wake(Duration.ZERO);
        return done;
    }

    /** Why the last round did not succeed; empty when it did or none has been. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Services of the swarm that have a virtual address which nobody answers to, by name; known where this engine is a manager. */
    public List<String> servicesWithoutAnsweringVip() {
        return virtualAddresses.services();
    }

    /** What {@code doctor} says of the swarm's services and tasks. */
    List<Finding> swarmFindings() {
        List<Finding> findings = new ArrayList<>(virtualAddresses.findings());
        findings.addAll(strandedTasks.findings());
        return findings;
    }

    /** What the engine is, for people. */
    public String description() {
        return engine.description();
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }
    }
}
