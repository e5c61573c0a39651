package io.patchbay.core.driver;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.contract.IpamDriver;
import io.patchbay.core.contract.NetworkDriver;
import io.patchbay.core.endpoint.Fence;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.enginesync.EngineSync;
import io.patchbay.core.enginesync.NetworkProposals;
import io.patchbay.core.enginesync.SyncSettings;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.fsck.Fsck;
import io.patchbay.core.inspect.Inspection;
import io.patchbay.core.link.Links;
import io.patchbay.core.state.Contact;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one host, whole: what dockerd's calls reach, what operators see, and the work that goes on by itself.
 * Give it the ports; threads are those of the caller and of the executor.
 */
public final class Driver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    private final DriverSettings settings;
    private final Links links;
    private final TimeSource time;
    private final RandomGenerator random;
    private final ScheduledExecutorService executor;
    private final Wiring parts;
    private final Fence fence;
    private final Verbs verbs;
    private final Maintenance maintenance;
    private final Schedule schedule;
    private @Nullable EngineSync engine;
    private @Nullable AutoCloseable linkWatch;

    /**
     * {@code executor} needs four threads: one may wait for the kernel, one for the LAN, one for the store, while
     * another announces.
     */
    public Driver(
            DriverSettings settings,
            DriverPorts ports,
            TimeSource time,
            RandomGenerator random,
            ScheduledExecutorService executor) {
        this.settings = settings;
        this.links = ports.links();
        this.time = time;
        this.random = random;
        this.executor = executor;
        this.parts = new Wiring(settings, ports, time, random, executor);
        this.fence = new Fence(parts.state, settings.host(), parts.endpoints, executor);
        this.verbs = new Verbs(parts, executor);
        this.maintenance = new Maintenance(parts, links, fence);
        this.schedule = new Schedule(settings, executor);
    }

    /**
     * Lets it speak to this host's engine: networks are shared with other hosts, names are learned, what the engine has
     * forgotten ends. Call it before {@link #start}.
     *
     * @param driverName what the engine calls this driver
     * @param replicate share networks with the hosts on the same store
     * @param thread may wait for the engine for a minute
     */
    public void attach(Engine to, String driverName, boolean replicate, ScheduledExecutorService thread) {
        EngineSync sync = new EngineSync(
                new EngineSync.Parts(parts.state, parts.networks, parts.claims, parts.ipam, parts.reconciler),
                new SyncSettings(settings.host(), driverName, settings.globalScope(), replicate, settings.grace()),
                to,
                () -> parts.cluster.presence().refusal().isPresent(),
                time,
                random,
                thread);
        parts.findings.add(sync::findings);
        parts.fsck.ask(to, driverName);
        parts.views.askForServices(sync::servicesWithoutAnsweringVip);
        verbs.tell(sync);
        sync.follow();
        engine = sync;
    }

    /**
     * Reads the store, follows it, and begins to reconcile. Fails like the store, unless that is shared and merely
     * away.
     */
    public void start() {
        parts.claims.start();
        parts.endpoints.start();
        parts.listening.start();
        parts.state.nameIsOurs(() -> parts.cluster.presence().refusal().isEmpty());
        fence.start();
        parts.state.onBack(() -> {
            Chores.begin(executor, "a sign of life", parts.cluster::storeBack);
            Chores.begin(executor, "a round after an outage", maintenance::run);
            Chores.begin(executor, "announcements after an outage", parts.endpoints::storeBack);
            if (engine != null) {
                engine.storeBack();
            }
        });
        parts.state.start();
        parts.events.begin();
        parts.stays.begin();
        parts.cluster.start();
        linkWatch = links.watch(parts.announcer::onEvent);
        parts.endpoints.resume();
        if (engine != null) {
            engine.start();
        }
        schedule.start(parts, maintenance);
    }

    public IpamDriver ipam() {
        return verbs;
    }

    public NetworkDriver network() {
        return verbs;
    }

    /** Whether a shared store can be reached; empty when the store is this host's own. */
    public Optional<Contact> contact() {
        return parts.state.contact();
    }

    public Inspection inspection() {
        return parts.views;
    }

    /** Whether the store, this host's kernel, its engine and the LAN agree. */
    public Fsck fsck() {
        return parts.fsck;
    }

    /** What operators may have done; {@link Cluster#presence} also tells whether this host was forgotten. */
    public Cluster cluster() {
        return parts.cluster;
    }

    /** The work with this host's engine; fails with {@code INVALID} where it may not be asked. */
    public EngineSync engine() {
        if (engine == null) {
            throw new PatchbayException(
                    PatchbayException.Kind.INVALID,
                    "this host's engine may not be asked: the daemon runs with --docker-socket off");
        }
        return engine;
    }

    /** What a network on this host's LAN could be. */
    public NetworkProposals proposals() {
        return parts.proposals;
    }

    /** One round of work with the engine now; answers when the next is due. Nothing happens without an engine. */
    public Duration engineRound() {
        return engine == null ? schedule.round() : engine.run();
    }

    /** One round of what goes on by itself, now; fails with its first step that does. */
    public void reconcile() {
        maintenance.runOrFail();
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
        schedule.close();
        parts.listening.close();
        parts.cluster.close();
        if (linkWatch != null) {
            try {
                linkWatch.close();
            } catch (Exception e) {
                LOG.warn("link watch not closed reason=\"{}\"", e.getMessage());
            }
        }
        parts.state.close();
    }
}
