package io.patchbay.store.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberListResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One member of etcd in this process's memory, for a rehearsal of the daemon: it answers what an {@link EtcdStore} asks
 * where nothing goes wrong. It listens on the loopback address alone; whatever is behind a watch's first key is told to
 * it, and leases never end by themselves.
 */
public final class RehearsedEtcd implements AutoCloseable {
    private static final long ID = 1;

    private final NavigableMap<ByteString, KeyValue> present =
            new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final List<StreamObserver<WatchResponse>> watching = new ArrayList<>();
    private final Server server;
    private long revision = 1;
    private long leases;

    private RehearsedEtcd() {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(new Keys())
                .addService(new Watches())
                .addService(new Leases())
                .addService(new Cluster())
                .build();
    }

    /** One without any keys. */
    public static RehearsedEtcd start() {
        RehearsedEtcd etcd = new RehearsedEtcd();
        try {
            etcd.server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return etcd;
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder()
                .setClusterId(ID)
                .setMemberId(ID)
                .setRevision(revision)
                .build();
    }

    private static <T> void answer(StreamObserver<T> to, T answer) {
        to.onNext(answer);
        to.onCompleted();
    }

    private synchronized RangeResponse read(RangeRequest asked) {
        RangeResponse.Builder found = RangeResponse.newBuilder().setHeader(header());
        List<KeyValue> all = asked.getRangeEnd().isEmpty()
                ? present.containsKey(asked.getKey()) ? List.of(present.get(asked.getKey())) : List.of()
                : List.copyOf(present.tailMap(asked.getKey()).values());
        found.setCount(all.size());
        return asked.getCountOnly() ? found.build() : found.addAllKvs(all).build();
    }

    private synchronized TxnResponse commit(TxnRequest asked) {
        boolean succeeded = asked.getCompareList().stream().allMatch(this::holds);
        TxnResponse.Builder done = TxnResponse.newBuilder().setSucceeded(succeeded);
        List<RequestOp> wanted = succeeded ? asked.getSuccessList() : asked.getFailureList();
        if (wanted.stream().allMatch(RequestOp::hasRequestRange)) {
            wanted.forEach(
                    read -> done.addResponses(ResponseOp.newBuilder().setResponseRange(read(read.getRequestRange()))));
            return done.setHeader(header()).build();
        }
        revision++;
        List<Event> events = wanted.stream().map(this::change).toList();
        watching.forEach(to -> to.onNext(WatchResponse.newBuilder()
                .setHeader(header())
                .addAllEvents(events)
                .build()));
        return done.setHeader(header()).build();
    }

    private boolean holds(Compare condition) {
        KeyValue known = present.get(condition.getKey());
        long is = known == null ? 0 : known.getModRevision();
        return condition.getResult() == Compare.CompareResult.GREATER
                ? is > condition.getModRevision()
                : is == condition.getModRevision();
    }

    private Event change(RequestOp operation) {
        boolean put = operation.hasRequestPut();
        KeyValue.Builder record = KeyValue.newBuilder().setModRevision(revision);
        if (put) {
            record.setKey(operation.getRequestPut().getKey())
                    .setValue(operation.getRequestPut().getValue());
            present.put(record.getKey(), record.build());
        } else {
            record.setKey(operation.getRequestDeleteRange().getKey());
            present.remove(record.getKey());
        }
        return Event.newBuilder()
                .setType(put ? Event.EventType.PUT : Event.EventType.DELETE)
                .setKv(record)
                .build();
    }

    private synchronized void watch(StreamObserver<WatchResponse> listener) {
        listener.onNext(
                WatchResponse.newBuilder().setHeader(header()).setCreated(true).build());
        watching.add(listener);
    }

    private synchronized void forget(StreamObserver<WatchResponse> listener) {
        watching.remove(listener);
    }

    private final class Keys extends KVGrpc.KVImplBase {
        @Override
        public void range(RangeRequest asked, StreamObserver<RangeResponse> to) {
            answer(to, read(asked));
        }

        @Override
        public void txn(TxnRequest asked, StreamObserver<TxnResponse> to) {
            answer(to, commit(asked));
        }
    }

    private final class Watches extends WatchGrpc.WatchImplBase {
        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> to) {
            return new Heard<>(asked -> RehearsedEtcd.this.watch(to), () -> forget(to));
        }
    }

    private final class Leases extends LeaseGrpc.LeaseImplBase {
        @Override
        public void leaseGrant(LeaseGrantRequest asked, StreamObserver<LeaseGrantResponse> to) {
            synchronized (RehearsedEtcd.this) {
                leases++;
                answer(
                        to,
                        LeaseGrantResponse.newBuilder()
                                .setHeader(header())
                                .setID(leases)
                                .setTTL(asked.getTTL())
                                .build());
            }
        }

        @Override
        public void leaseRevoke(LeaseRevokeRequest asked, StreamObserver<LeaseRevokeResponse> to) {
            answer(to, LeaseRevokeResponse.newBuilder().setHeader(header()).build());
        }

        @Override
        public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> to) {
            return new Heard<>(
                    asked -> to.onNext(LeaseKeepAliveResponse.newBuilder()
                            .setHeader(header())
                            .setID(asked.getID())
                            .setTTL(1)
                            .build()),
                    to::onCompleted);
        }
    }

    private final class Cluster extends ClusterGrpc.ClusterImplBase {
        @Override
        public void memberList(MemberListRequest asked, StreamObserver<MemberListResponse> to) {
            answer(to, MemberListResponse.newBuilder().setHeader(header()).build());
        }
    }

    /** What a client sends in one stream, and that it has ended. */
    private record Heard<T>(Consumer<T> next, Runnable end) implements StreamObserver<T> {
        @Override
        public void onNext(T asked) {
            next.accept(asked);
        }

        @Override
        public void onError(Throwable reason) {
            end.run();
        }

        @Override
        public void onCompleted() {
            end.run();
        }
    }
}
