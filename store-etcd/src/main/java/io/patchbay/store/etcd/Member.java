package io.patchbay.store.etcd;

import io.grpc.ManagedChannel;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One member of the cluster as seen from here; {@link Members} is the only one that changes it. */
final class Member {
    private static final long CONNECTING_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private volatile @Nullable String problem;
    private volatile long answeredNanos;

    /** Since when a connection is being made that gave no answer yet; 0 when none is. */
    private long connectingNanos;

    Member(Endpoint endpoint, ManagedChannel channel) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.answeredNanos = System.nanoTime();
    }

    ManagedChannel channel() {
        return channel;
    }

    /** What is wrong with it; null when it answered last, or was not asked. */
    @Nullable
    String problem() {
        return problem;
    }

    /** When it gave its last answer, on the steady clock. */
    long answeredNanos() {
        return answeredNanos;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /**
     * An attempt did not give an answer: drops the connection if it may be dead without knowing it. One that is still being
     * made is let be for a while.
     */
    synchronized void unanswered(boolean connecting) {
        long now = System.nanoTime();
        if (connecting && connectingNanos == 0) {
            connectingNanos = now;
        }
        if (!connecting || now - connectingNanos > CONNECTING_NANOS) {
            connectingNanos = 0;
            channel.enterIdle();
        }
    }

    synchronized void answered() {
        connectingNanos = 0;
        problem = null;
        answeredNanos = System.nanoTime();
    }

    void failed(String reason) {
        problem = reason;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
