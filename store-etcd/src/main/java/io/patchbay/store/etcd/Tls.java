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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with the files as they are when a connection is made, so that they may be replaced in place.
 *
 * <p>Files that cannot be used at that time leave what was read before in use; {@link #problem} says what is wrong.
 */
final class Tls extends SslContext {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsFiles files;
    private List<String> read;
    private SslContext context;
    private @Nullable String problem;

    /** Reads the files; fails with {@code INVALID} when that cannot be done. */
    Tls(TlsFiles files) {
        this.files = files;
        this.read = read();
        this.context = build();
    }

    /** What is wrong with the files as they are now; empty when nothing is. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private synchronized SslContext current() {
        List<String> before = read;
        try {
            List<String> now = read();
            if (!now.equals(before) || problem != null) {
                read = now;
                context = build();
                problem = null;
                LOG.info("certificates read anew files={}", files);
            }
        } catch (PatchbayException e) {
            read = before;
            problem = e.getMessage();
        }
        return context;
    }

    private List<String> read() {
        return List.of(
                text("etcd-ca", files.ca()), text("etcd-cert", files.certificate()), text("etcd-key", files.key()));
    }

    private static String text(String setting, Optional<Path> file) {
        try {
            return file.isEmpty() ? "" : Files.readString(file.get(), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unusable(setting + " = \"" + file.orElseThrow() + "\" must be a file that can be read", e);
        }
    }

    private SslContext build() {
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

    private void trust(SslContextBuilder builder, Path ca) {
        try {
            builder.trustManager(stream(0));
        } catch (IllegalArgumentException e) {
            throw unusable("etcd-ca = \"" + ca + "\" has no certificate in PEM", e);
        }
    }

    private void show(SslContextBuilder builder, Path certificate, Path key) {
        try {
            builder.keyManager(stream(1), stream(2));
        } catch (IllegalArgumentException e) {
            throw unusable(
                    "etcd-cert = \"" + certificate + "\" and etcd-key = \"" + key
                            + "\" must be a certificate and its key in PEM, the key in PKCS #8 without a password"
                            + " (openssl pkcs8 -topk8 -nocrypt makes one)",
                    e);
        }
    }

    private ByteArrayInputStream stream(int file) {
        return new ByteArrayInputStream(read.get(file).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private static PatchbayException unusable(String sentence, Exception cause) {
        return new PatchbayException(Kind.INVALID, sentence, cause);
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
