package io.patchbay.store.etcd;

import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS with the files as they are when a connection is made, so that they may be replaced in place.
 *
 * <p>Files that cannot be used at that time leave what was read before in use; {@link #problem} says what is wrong.
 */
final class Tls extends SslContext {
    private final TlsFiles files;
    private SslContext context;
    private @Nullable String problem;

    /** Reads the files; fails with {@code INVALID} when that cannot be done. */
    Tls(TlsFiles files) {
        this.files = files;
        this.context = read(files);
    }

    /** What is wrong with the files as they are now; empty when nothing is. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private synchronized SslContext current() {
        try {
            context = read(files);
            problem = null;
        } catch (PatchbayException e) {
            problem = e.getMessage();
        }
        return context;
    }

    private static SslContext read(TlsFiles files) {
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
        try {
            files.ca().ifPresent(ca -> trust(builder, ca));
            if (files.certificate().isPresent() && files.key().isPresent()) {
                show(builder, files.certificate().get(), files.key().get());
            }
            return builder.build();
        } catch (SSLException e) {
            throw unusable("TLS cannot be set up with etcd-ca, etcd-cert and etcd-key: " + e.getMessage(), e);
        }
    }

    private static void trust(SslContextBuilder builder, Path ca) {
        try {
            builder.trustManager(readable("etcd-ca", ca));
        } catch (IllegalArgumentException e) {
            throw unusable("etcd-ca = \"" + ca + "\" has no certificate in PEM", e);
        }
    }

    private static void show(SslContextBuilder builder, Path certificate, Path key) {
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

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return current().newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
        return current().newEngine(allocator, host, port);
    }

    @Override
    public boolean isClient() {
        return true;
    }

    @Override
    public synchronized List<String> cipherSuites() {
        return context.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // part of what is extended
    public synchronized ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return context.applicationProtocolNegotiator();
    }

    @Override
    public synchronized SSLSessionContext sessionContext() {
        return context.sessionContext();
    }
}
