package io.patchbay.core.enginesync;

import io.patchbay.core.engine.Engine;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.ipam.FixedClaims;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.network.NetworkEvents;
import io.patchbay.core.network.Networks;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * The work with this host's engine, in one thread of its own, never in one that answers the engine: once a minute, and
 * soon after something has happened. What happens wakes {@link EngineTimer}, which runs {@link EngineRound}.
 */
public final class EngineSync implements NetworkEvents, AutoCloseable {
    /** Many containers often start together; their names cost one transaction then. */
    private static final Duration AFTER_JOIN = Duration.ofSeconds(2);

    /** Between a network of the swarm and the service made for it passes little time. */
    private static final Duration AFTER_ALLOCATION = Duration.ofSeconds(1);

    private final State state;
    private final SyncSettings settings;
    private final Definitions definitions;
    private final Replicator replicator;
    private final VirtualAddresses virtualAddresses;
    private final StrandedTasks strandedTasks;
    private final UnlistedNetworks unlistedNetworks;
    private final EngineRound round;
    private final EngineTimer timer;
    private final NetworkOrders orders;
    private final EngineFindings findings;

    /** What of the driver is worked with. */
    public record Parts(State state, Networks networks, Claims claims, Ipam ipam, Reconciler reconciler) {}

    /**
     * Makes one that does nothing until {@link #start}.
     *
     * @param paused rounds do nothing while it says so
     * @param executor has a thread that may wait for the engine for a minute
     */
    public EngineSync(
            Parts parts,
            SyncSettings settings,
            Engine engine,
            BooleanSupplier paused,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        String host = settings.host();
        this.state = parts.state();
        this.settings = settings;
        this.definitions = new Definitions(state, host, time, random);
        this.replicator = new Replicator(state, host, settings.driverName(), engine, definitions, time);
        this.virtualAddresses = new VirtualAddresses(state, engine);
        this.strandedTasks =
                new StrandedTasks(settings.driverName(), engine, parts.reconciler(), time, settings.grace());
        this.unlistedNetworks = new UnlistedNetworks(time);
        UnknownNetworks unknown = new UnknownNetworks(state, host, settings.driverName(), time, settings.grace());
        EngineRound.Jobs jobs = new EngineRound.Jobs(
                new NetworkNames(state, host),
                new OldGuesses(state, host, parts.ipam().gateways()),
                settings.replicate() ? Optional.of(replicator) : Optional.empty(),
                new EngineOrphans(
                        state, host, parts.networks(), parts.ipam(), parts.reconciler(), time, settings.grace()),
                unknown,
                new ContainerNames(state, host, engine),
                new FixedAddresses(
                        state,
                        host,
                        engine,
                        new FixedClaims(state, host, parts.claims().machines(), time),
                        time),
                virtualAddresses,
                strandedTasks,
                unlistedNetworks);
        this.round = new EngineRound(state, engine, jobs, paused);
        this.timer = new EngineTimer(engine, round::run, time, executor);
        this.orders = new NetworkOrders(
                engine,
                definitions,
                new SwarmGateways(state, engine, parts.ipam().gateways()),
                parts.claims().machines(),
                settings,
                round::run,
                () -> timer.wake(Duration.ZERO));
        this.findings = new EngineFindings(state, host, engine, timer, virtualAddresses, strandedTasks, unknown);
    }

    /**
     * Hears from now on of every definition, and of networks that go, for the last one takes an ended definition along.
     * Call it before the state is started.
     */
    public void follow() {
        if (!settings.replicate()) {
            return;
        }
        state.networks().follow((key, before, after) -> {
            if (before != null && after == null) {
                before.value()
                        .name()
                        .filter(definitions::hasEnded)
                        .ifPresent(name -> retry(name, UnlistedNetworks.AFTER_CALL));
            }
        });
        state.definitions().follow((key, before, after) -> {
            String name = after != null
                    ? after.value().name()
                    : before != null ? before.value().name() : "";
            retry(name, UnlistedNetworks.AFTER_CALL);
        });
    }

    private void retry(String name, Duration in) {
        replicator.retry(name);
        timer.wake(in);
    }

    /** Begins; call it after the state is started, for a table that is half read must not be acted on. */
    public void start() {
        timer.begin();
        timer.wake(UnlistedNetworks.AFTER_CALL);
    }

    @Override
    public void created(String networkId) {
        unlistedNetworks.add(networkId);
        timer.wake(UnlistedNetworks.AFTER_CALL);
    }

    @Override
    public void allocated() {
        timer.wake(AFTER_ALLOCATION);
    }

    /** See {@link Definitions#endWith}. */
    @Override
    public void ending(NetworkRecord network, Decision d) {
        if (settings.replicate()) {
            definitions.endWith(network, d);
            network.name().ifPresent(replicator::retry);
        }
    }

    /**
     * A shared store can be reached again: what was removed here meanwhile is the others' to remove, and what they made
     * is to be made here.
     */
    public void storeBack() {
        timer.wake(UnlistedNetworks.AFTER_CALL);
    }

    /** The container's name is to be had soon. */
    @Override
    public void joined() {
        timer.wake(AFTER_JOIN);
    }

    /** Perhaps the endpoint was what kept its network, or its container runs on. */
    @Override
    public void left(String networkId) {
        if (strandedTasks.concern(networkId)) {
            timer.wake(AFTER_JOIN);
        }
        state.peek(Ref.network(settings.host(), networkId))
                .flatMap(n -> n.value().name())
                .filter(name -> state.peek(Ref.blocker(settings.host(), name)).isPresent())
                .ifPresent(name -> retry(name, AFTER_JOIN));
    }

    /** One round now, see {@link EngineRound#run}. */
    public Duration run() {
        return round.run();
    }

    /** What operators may have done to networks. */
    public NetworkOrders orders() {
        return orders;
    }

    /** Why the last round did not succeed; empty when it did or none has been. */
    public Optional<String> trouble() {
        return timer.trouble();
    }

    /**
     * Services of the swarm that have a virtual address which nobody answers to; known where this engine is a manager.
     */
    public List<String> servicesWithoutAnsweringVip() {
        return virtualAddresses.services();
    }

    public List<Finding> findings() {
        return findings.findings();
    }

    @Override
    public void close() {
        timer.close();
    }
}
