package io.patchbay.store.etcd;

import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Opens stores for tests, and does to their cluster what a store does not. */
final class Stores {
    private static final AtomicLong NEXT = new AtomicLong(System.nanoTime());

    private Stores() {}

    /** A name for a part of etcd that nobody used before. */
    static String newCluster() {
        return "test-" + NEXT.incrementAndGet();
    }

    static EtcdStore open(List<Endpoint> endpoints, String cluster) {
        return EtcdStore.open(
                new EtcdSettings(endpoints, cluster, Optional.empty(), TlsFiles.NONE, EtcdLimits.DEFAULT),
                new Random(1));
    }

    /** Makes etcd forget all revisions before this one. */
    static void compact(Endpoint endpoint, long revision) {
        with(
                endpoint,
                channel -> KVGrpc.newBlockingStub(channel)
                        .compact(CompactionRequest.newBuilder()
                                .setRevision(revision)
                                .setPhysical(true)
                                .build()));
    }

    /** Ends a lease behind its owner's back. */
    static void revoke(Endpoint endpoint, long lease) {
        with(
                endpoint,
                channel -> LeaseGrpc.newBlockingStub(channel)
                        .leaseRevoke(
                                LeaseRevokeRequest.newBuilder().setID(lease).build()));
    }

    /** Does something on a connection without a login. */
    static void with(Endpoint endpoint, Consumer<ManagedChannel> work) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                .usePlaintext()
                .build();
        try {
            work.accept(channel);
        } finally {
            channel.shutdownNow();
        }
    }
}
