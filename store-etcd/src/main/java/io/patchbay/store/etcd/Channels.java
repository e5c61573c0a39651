package io.patchbay.store.etcd;

import io.grpc.ManagedChannel;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the connections to the members, which connect when first used, and has the threads they share. */
final class Channels {
    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);
    private static final long CLOSE_MILLIS = 200;

    /** gRPC tells the JDK's log of each connection that fails, which is told here in fewer words. */
    private static final java.util.logging.Logger NOISE = java.util.logging.Logger.getLogger("io.grpc");

    static {
        NOISE.setLevel(java.util.logging.Level.SEVERE);
    }

    private final EtcdSettings settings;
    private final EventLoopGroup loop;
    private final ExecutorService callbacks;
    private final @Nullable Tls tls;

    /** Reads the certificates; fails with {@code INVALID} when that cannot be done. */
    Channels(EtcdSettings settings) {
        this.settings = settings;
        this.tls = settings.isTls() ? new Tls(settings.tls()) : null;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, (ThreadFactory) task -> daemon(task, "etcd-io"), NioIoHandler.newFactory());
        AtomicInteger count = new AtomicInteger();
        // it is never shut down: a channel that is being closed still has something to do on it, and its threads end
        // when idle
        this.callbacks = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "etcd-callback-" + count.incrementAndGet()));
    }

    /** What is wrong with the certificates' files as they are now; empty when nothing is. */
    Optional<String> tlsProblem() {
        return tls == null ? Optional.empty() : tls.problem();
    }

    Member member(Endpoint endpoint) {
        return new Member(endpoint, channel(endpoint));
    }

    private ManagedChannel channel(Endpoint endpoint) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .executor(callbacks)
                .offloadExecutor(callbacks)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.limits().connect().toMillis())
                // a page of a list, or what a conflict shows, has no bound of its own
                .maxInboundMessageSize(Integer.MAX_VALUE)
                // whether something may be repeated is decided in one place, and that is not here
                .disableRetry()
                .disableServiceConfigLookUp();
        if (endpoint.tls() && tls != null) {
            builder.negotiationType(NegotiationType.TLS).sslContext(tls);
        } else {
            builder.negotiationType(NegotiationType.PLAINTEXT);
        }
        return builder.build();
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends what runs on these members, with failures; waits a little for it. */
    void close(List<Member> members) {
        members.forEach(member -> member.channel().shutdownNow());
        try {
            for (Member member : members) {
                if (!member.channel().awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    LOG.debug("connection did not end in time endpoint={}", member);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Future<?> unused = loop.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
