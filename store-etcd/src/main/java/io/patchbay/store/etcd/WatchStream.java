package io.patchbay.store.etcd;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a watch of jetcd's hears until its stream ends for the first time. jetcd would go on by itself, but at a
 * revision of its own choice. One response is on the way at a time, so a slow watcher leaves its changes with etcd.
 */
final class WatchStream implements Watch.Listener {
    private final Failures failures;
    private @Nullable WatchResponse response;
    private @Nullable Throwable end;

    WatchStream(Failures failures) {
        this.failures = failures;
    }

    /** The next response; fails when the stream ended, or when {@code limit} is given and over. */
    synchronized WatchResponse next(@Nullable Duration limit) throws Failure, InterruptedException {
        long endNanos = limit == null ? 0 : System.nanoTime() + limit.toNanos();
        while (response == null && end == null) {
            if (limit == null) {
                wait();
            } else {
                long leftNanos = endNanos - System.nanoTime();
                if (leftNanos <= 0) {
                    throw failures.of(Status.DEADLINE_EXCEEDED.asException(), true, limit);
                }
                TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
            }
        }
        WatchResponse next = response;
        if (next == null) {
            throw failures.of(end == null ? Status.UNAVAILABLE.asException() : end, true, Duration.ZERO);
        }
        response = null;
        notifyAll();
        return next;
    }

    @Override
    public synchronized void onNext(WatchResponse next) {
        try {
            while (response != null && end == null) {
                wait();
            }
            if (end == null) {
                response = next;
                notifyAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            onError(e);
        }
    }

    /** Makes {@link #next} fail for this reason. */
    @Override
    public synchronized void onError(Throwable reason) {
        if (end == null) {
            end = reason;
            notifyAll();
        }
    }

    @Override
    public void onCompleted() {
        onError(Status.UNAVAILABLE.withDescription("etcdserver: server stopped").asException());
    }
}
