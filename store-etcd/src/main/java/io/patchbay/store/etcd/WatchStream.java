package io.patchbay.store.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A watch's stream from one member. One response is on the way at a time, so a slow watcher leaves its changes with etcd. */
final class WatchStream implements AutoCloseable, ClientResponseObserver<WatchRequest, WatchResponse> {
    /** A response, or how the stream ended. */
    private record Heard(
            @Nullable WatchResponse response, @Nullable Throwable end) {}

    private final BlockingQueue<Heard> queue = new LinkedBlockingQueue<>();
    private final Failures failures;
    private volatile @Nullable ClientCallStreamObserver<WatchRequest> requests;

    private WatchStream(Failures failures) {
        this.failures = failures;
    }

    /** Begins to watch keys from {@code start} up to {@code end} from a revision on; nothing is known yet of whether that works. */
    static WatchStream open(Channel channel, Failures failures, ByteString start, ByteString end, long revision) {
        WatchStream stream = new WatchStream(failures);
        ClientCalls.asyncBidiStreamingCall(channel.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT), stream)
                .onNext(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(start)
                                .setRangeEnd(end)
                                .setStartRevision(revision)
                                // without it an idle watch's revision would grow old and be compacted away
                                .setProgressNotify(true))
                        .build());
        return stream;
    }

    /** The next response; fails when the stream ended, or when {@code limit} is given and over. */
    WatchResponse next(@Nullable Duration limit) throws Failure, InterruptedException {
        Heard heard = limit == null ? queue.take() : queue.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (heard == null) {
            throw failures.of(Status.DEADLINE_EXCEEDED.asException(), true, limit == null ? Duration.ZERO : limit);
        }
        WatchResponse response = heard.response();
        if (response == null) {
            Throwable end = heard.end();
            throw failures.of(end == null ? Status.UNAVAILABLE.asException() : end, true, Duration.ZERO);
        }
        return response;
    }

    /** The response was dealt with, the next may come. */
    void more() {
        ClientCallStreamObserver<WatchRequest> observer = requests;
        if (observer != null) {
            observer.request(1);
        }
    }

    /** Makes {@link #next} fail for this reason. */
    void abandon(Status reason) {
        queue.add(new Heard(null, reason.asException()));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> observer) {
        observer.disableAutoRequestWithInitial(1);
        requests = observer;
    }

    @Override
    public void onNext(WatchResponse response) {
        queue.add(new Heard(response, null));
    }

    @Override
    public void onError(Throwable end) {
        queue.add(new Heard(null, end));
    }

    @Override
    public void onCompleted() {
        queue.add(new Heard(
                null,
                Status.UNAVAILABLE.withDescription("etcdserver: server stopped").asException()));
    }

    @Override
    public void close() {
        ClientCallStreamObserver<WatchRequest> observer = requests;
        if (observer != null) {
            observer.cancel("the watch is over here", null);
        }
    }
}
