package io.patchbay.core.driver;

import io.patchbay.core.cluster.Cluster;
import io.patchbay.core.ipam.Ipam;
import io.patchbay.core.network.Networks;
import io.patchbay.core.repair.Reconciler;
import io.patchbay.core.state.State;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the driver does by itself, step by step; a step that fails is logged and does not keep the others. */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final State state;
    private final Cluster cluster;
    private final Networks networks;
    private final Reconciler reconciler;
    private final Ipam ipam;
    private final ScheduledExecutorService executor;

    Rounds(
            State state,
            Cluster cluster,
            Networks networks,
            Reconciler reconciler,
            Ipam ipam,
            ScheduledExecutorService executor) {
        this.state = state;
        this.cluster = cluster;
        this.networks = networks;
        this.reconciler = reconciler;
        this.ipam = ipam;
        this.executor = executor;
    }

    /** How a step is done. */
    private interface Doing {
        void step(String what, Runnable work);
    }

    /** One round; it does not fail. */
    void run() {
        round(Rounds::guarded);
    }

    /** What cannot wait for the next round; it does not fail, and costs next to nothing. */
    void glance() {
        guarded("firewall", networks::lookForFilter);
    }

    /** One round that fails with its first step that does. */
    void runOrFail() {
        round((what, work) -> work.run());
    }

    private void round(Doing doing) {
        doing.step("firewall", networks::letAllThrough);
        if (cluster.presence().refusal().isEmpty()) {
            // what the store has under this host's name is another's otherwise
            doing.step("reconciliation", reconciler::run);
            if (!state.isAway()) {
                doing.step("tidying of pools", ipam::tidy);
                doing.step("reconciliation of the swarm", ipam::sweep);
            }
        }
    }

    /** Begins {@code work} in another thread, if the daemon is not being stopped. */
    void inBackground(String what, Runnable work) {
        try {
            executor.execute(() -> guarded(what, work));
        } catch (RejectedExecutionException e) {
            LOG.debug("{} not begun, the daemon is being stopped", what);
        }
    }

    static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed reason=\"{}\"", what, e.getMessage());
        }
    }
}
