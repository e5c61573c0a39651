package io.patchbay.store.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.MemberAddRequest;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberRemoveRequest;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.patchbay.core.testkit.Await;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Opens stores for tests, and does to their cluster what a store does not. */
final class Stores {
    private static final AtomicLong NEXT = new AtomicLong();

    /** As a daemon has them, but no wait for a first connection, and a cluster is what its endpoints say. */
    static final EtcdLimits LIMITS = limits(Duration.ZERO, Duration.ofHours(1));

    private Stores() {}

    /** The usual ones but these. */
    static EtcdLimits limits(Duration start, Duration roster) {
        EtcdLimits usual = EtcdLimits.DEFAULT;
        return new EtcdLimits(
                usual.attempt(), usual.call(), usual.connect(), usual.probe(), usual.patience(), start, roster);
    }

    /** A name for a part of etcd that nobody used before. */
    static String newCluster() {
        return "test-" + NEXT.incrementAndGet();
    }

    static EtcdStore open(List<Endpoint> endpoints, String cluster) {
        return open(endpoints, cluster, LIMITS);
    }

    static EtcdStore open(List<Endpoint> endpoints, String cluster, EtcdLimits limits) {
        return EtcdStore.open(
                new EtcdSettings(endpoints, cluster, Optional.empty(), TlsFiles.NONE, limits), new Random(1));
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

    /** Writes what no daemon would. */
    static void putRaw(Endpoint endpoint, String cluster, String key, byte[] value) {
        with(
                endpoint,
                channel -> KVGrpc.newBlockingStub(channel)
                        .put(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("/patchbay/v1/" + cluster + "/" + key))
                                .setValue(ByteString.copyFrom(value))
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

    /** Takes a member out of its cluster for good. */
    static void removeMember(Endpoint endpoint, String name) {
        with(endpoint, channel -> {
            ClusterGrpc.ClusterBlockingStub cluster = ClusterGrpc.newBlockingStub(channel);
            long id = cluster.memberList(MemberListRequest.getDefaultInstance()).getMembersList().stream()
                    .filter(member -> member.getName().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .getID();
            // just after the start of the cluster it takes no changes yet
            Await.until(name + " to be removed", () -> isRemoved(cluster, id));
        });
    }

    /** Adds a member that is to be started then. */
    static void addMember(Endpoint endpoint, String peer) {
        with(endpoint, channel -> {
            ClusterGrpc.ClusterBlockingStub cluster = ClusterGrpc.newBlockingStub(channel);
            // not as long as those that are there do not all hear each other
            Await.until(peer + " to be added", () -> isAdded(cluster, peer));
        });
    }

    private static boolean isAdded(ClusterGrpc.ClusterBlockingStub cluster, String peer) {
        try {
            // what a leader had that went meanwhile is answered by nobody
            return cluster.withDeadlineAfter(2, TimeUnit.SECONDS)
                    .memberAdd(MemberAddRequest.newBuilder().addPeerURLs(peer).build())
                    .hasMember();
        } catch (StatusRuntimeException e) {
            return String.valueOf(e.getMessage()).contains("Peer URLs already exists");
        }
    }

    private static boolean isRemoved(ClusterGrpc.ClusterBlockingStub cluster, long id) {
        try {
            return cluster.withDeadlineAfter(2, TimeUnit.SECONDS)
                            .memberRemove(
                                    MemberRemoveRequest.newBuilder().setID(id).build())
                            .getMembersCount()
                    > 0;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.NOT_FOUND;
        }
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
