package io.patchbay.store.etcd;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.store.etcd.Failure.Sort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open leases, kept alive three times in their time. A lease is lost when etcd says that it is gone, and not before: while etcd is away nobody can
 * know, and a new leader starts its time anew.
 */
final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /** At the end of the process leases that cannot be given up in time end by themselves. */
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

    private final Caller caller;
    private final Map<EtcdLease, Future<?>> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(1, task -> Channels.daemon(task, "etcd-lease"));

    Leases(Caller caller) {
        this.caller = caller;
    }

    EtcdLease grant(Duration ttl) throws Failure {
        long seconds = Math.max(1, (ttl.toMillis() + 999) / 1000);
        // named by us, so that asking twice does not make two
        long id = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        LeaseGrantRequest request =
                LeaseGrantRequest.newBuilder().setID(id).setTTL(seconds).build();
        try {
            caller.call(Caller.Task.read("lease_grant", LeaseGrpc.getLeaseGrantMethod(), request));
        } catch (Failure e) {
            if (!e.reason().contains("lease already exists")) {
                throw e;
            }
        }
        EtcdLease lease = new EtcdLease(this, id);
        long beatMillis = Math.max(200, seconds * 1000 / 3);
        open.put(lease, clock.scheduleWithFixedDelay(() -> beat(lease), beatMillis, beatMillis, TimeUnit.MILLISECONDS));
        return lease;
    }

    private void beat(EtcdLease lease) {
        try {
            LeaseKeepAliveResponse answer = caller.call(Caller.Task.read(
                    "lease_keepalive",
                    LeaseGrpc.getLeaseKeepAliveMethod(),
                    LeaseKeepAliveRequest.newBuilder().setID(lease.id()).build()));
            if (answer.getTTL() <= 0) {
                lost(lease);
            }
        } catch (Failure e) {
            if (e.sort() == Sort.LEASE_GONE) {
                lost(lease);
            } else {
                LOG.warn("lease not kept alive id={} reason=\"{}\"", lease.id(), e.reason());
            }
        } catch (PatchbayException e) {
            LOG.debug("lease not kept alive id={} reason=\"{}\"", lease.id(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("lease not kept alive id={}", lease.id(), e);
        }
    }

    private void lost(EtcdLease lease) {
        forget(lease);
        lease.lost("lease " + lease.id() + " ended, as etcd did not hear of it in time");
    }

    private void forget(EtcdLease lease) {
        Future<?> beats = open.remove(lease);
        if (beats != null) {
            beats.cancel(false);
        }
    }

    void revoke(EtcdLease lease) {
        forget(lease);
        revoke(lease, System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
    }

    private void revoke(EtcdLease lease, long endNanos) {
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease.id()).build();
        try {
            caller.call(Caller.Task.read("lease_revoke", LeaseGrpc.getLeaseRevokeMethod(), request), endNanos);
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
