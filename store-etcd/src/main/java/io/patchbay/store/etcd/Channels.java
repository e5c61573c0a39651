package io.patchbay.store.etcd;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
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
    private final @Nullable SslContext tls;

    /** Reads the certificates; fails with {@code INVALID} when that cannot be done. */
    Channels(EtcdSettings settings) {
        this.settings = settings;
        this.tls = settings.endpoints().stream().anyMatch(Endpoint::tls) ? tls(settings.tls()) : null;
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

    List<Member> members() {
        return settings.endpoints().stream()
                .map(endpoint -> new Member(endpoint, channel(endpoint)))
                .toList();
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

    private static SslContext tls(TlsFiles files) {
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
        files.ca().ifPresent(ca -> {
            try {
                builder.trustManager(readable("etcd-ca", ca));
            } catch (IllegalArgumentException e) {
                throw unusable("etcd-ca = \"" + ca + "\" has no certificate in PEM", e);
            }
        });
        if (files.certificate().isPresent() && files.key().isPresent()) {
            Path certificate = files.certificate().get();
            Path key = files.key().get();
            try {
                builder.keyManager(readable("etcd-cert", certificate), readable("etcd-key", key));
            } catch (IllegalArgumentException e) {
                throw unusable(
                        "etcd-cert = \"" + certificate + "\" and etcd-key = \"" + key
                                + "\" must be a certificate and its key in PEM, the key in PKCS #8 without a password"
                                + " (openssl pkcs8 -topk8 -nocrypt makes one)",
                        e);
            }
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw unusable("TLS cannot be set up with etcd-ca, etcd-cert and etcd-key: " + e.getMessage(), e);
        }
    }

    private static File readable(String setting, Path file) {
        if (!Files.isReadable(file)) {
            throw unusable(setting + " = \"" + file + "\" must be a file that can be read", null);
        }
        return file.toFile();
    }

    private static PatchbayException unusable(String sentence, @Nullable Exception cause) {
        return cause == null
                ? new PatchbayException(Kind.INVALID, sentence)
                : new PatchbayException(Kind.INVALID, sentence, cause);
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
