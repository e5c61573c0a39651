package io.patchbay.store.etcd;

import io.grpc.ManagedChannel;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import org.jspecify.annotations.Nullable;

/** One member of the cluster as seen from here; {@link Members} is the only one that changes it. */
final class Member {
    private final Endpoint endpoint;
    private final ManagedChannel channel;
    private volatile @Nullable String problem;
    private volatile long answeredNanos;

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

    void answered() {
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
