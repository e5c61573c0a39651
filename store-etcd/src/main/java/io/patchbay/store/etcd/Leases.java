package io.patchbay.store.etcd;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.work.Chores;
import io.patchbay.store.etcd.Failure.Sort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open leases, kept alive three times in their time. A lease is lost when etcd says that it is gone, and not
 * before: while etcd is away nobody can know, and a new leader starts its time anew.
 */
final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /** At the end of the process leases that cannot be given up in time end by themselves. */
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

    private final Caller caller;
    private final Map<EtcdLease, Chores.Planned> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(1, task -> Clients.daemon(task, "etcd-lease"));

    Leases(Caller caller) {
        this.caller = caller;
    }

    EtcdLease grant(Duration ttl) throws Failure {
        long seconds = Math.max(1, (ttl.toMillis() + 999) / 1000);
        // one whose answer was lost holds nothing and ends by itself
        long id = caller.call(Caller.Task.read(
                        "lease_grant", client -> client.getLeaseClient().grant(seconds)))
                .getID();
        EtcdLease lease = new EtcdLease(this, id);
        Duration pause = Duration.ofMillis(Math.max(200, seconds * 1000 / 3));
        open.put(lease, Chores.every(clock, pause, pause, "keeping lease " + id + " alive", () -> beat(lease)));
        return lease;
    }

    private void beat(EtcdLease lease) {
        try {
            caller.call(Caller.Task.read(
                    "lease_keepalive", client -> client.getLeaseClient().keepAliveOnce(lease.id())));
        } catch (Failure e) {
            if (e.sort() == Sort.LEASE_GONE) {
                lost(lease);
            } else {
                LOG.warn("lease not kept alive id={} reason=\"{}\"", lease.id(), e.reason());
            }
        } catch (PatchbayException e) {
            LOG.debug("lease not kept alive id={} reason=\"{}\"", lease.id(), e.getMessage());
        }
    }

    private void lost(EtcdLease lease) {
        forget(lease);
        lease.lost("lease " + lease.id() + " ended, as etcd did not hear of it in time");
    }

    private void forget(EtcdLease lease) {
        Chores.Planned beats = open.remove(lease);
        if (beats != null) {
            beats.callOff();
        }
    }

    void revoke(EtcdLease lease) {
        forget(lease);
        revoke(lease, System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
    }

    private void revoke(EtcdLease lease, long endNanos) {
        try {
            caller.call(
                    Caller.Task.read(
                            "lease_revoke", client -> client.getLeaseClient().revoke(lease.id())),
                    endNanos);
        } catch (Failure e) {
            if (e.sort() != Sort.LEASE_GONE) {
                LOG.warn("lease not given up, it ends by itself id={} reason=\"{}\"", lease.id(), e.reason());
            }
        } catch (PatchbayException e) {
            LOG.warn("lease not given up, it ends by itself id={} reason=\"{}\"", lease.id(), e.getMessage());
        }
    }

    /** Gives all up that can be given up in half a second. */
    @Override
    public void close() {
        clock.shutdownNow();
        long endNanos = System.nanoTime() + CLOSE_LIMIT.toNanos();
        for (EtcdLease lease : List.copyOf(open.keySet())) {
            forget(lease);
            if (lease.end() && System.nanoTime() < endNanos) {
                revoke(lease, endNanos);
            }
        }
    }
}
