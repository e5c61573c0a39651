package io.patchbay.store.etcd;

import com.google.common.util.concurrent.MoreExecutors;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.User;
import io.patchbay.store.etcd.Failure.Sort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes jetcd's clients, each for one endpoint, which connect when first used. */
final class Clients {
    /** gRPC tells the JDK's log of each connection that fails, which is told here in fewer words. */
    private static final java.util.logging.Logger NOISE = java.util.logging.Logger.getLogger("io.grpc");

    static {
        NOISE.setLevel(java.util.logging.Level.SEVERE);
    }

    private final Supplier<EtcdSettings> settings;
    private final Keyspace keyspace;
    private volatile @Nullable Tls tls;
    private final Set<Client> retired = ConcurrentHashMap.newKeySet();

    /** Reads the certificates; fails with {@code INVALID} when that cannot be done. */
    Clients(Supplier<EtcdSettings> settings, Keyspace keyspace) {
        this.settings = settings;
        this.keyspace = keyspace;
        this.tls = tls(settings.get());
    }

    private static @Nullable Tls tls(EtcdSettings settings) {
        return settings.isTls() ? new Tls(settings.tls()) : null;
    }

    /** From now on clients are made with those certificates; fails like the beginning, and nothing is changed then. */
    void reload(EtcdSettings next) {
        tls = tls(next);
    }

    /** What is wrong with the certificates' files as they are now; empty when nothing is. */
    Optional<String> tlsProblem() {
        Tls now = tls;
        return now == null ? Optional.empty() : now.problem();
    }

    /** A new one, which resolves the endpoint's name anew; fails when the password cannot be read. */
    Client client(Endpoint endpoint) throws Failure {
        ClientBuilder builder = Client.builder()
                .target("dns:///" + endpoint.authority())
                .loadBalancerPolicy("pick_first")
                // the caller's thread makes the call, or the attempt would not be found
                .executorService(MoreExecutors.newDirectExecutorService())
                .interceptor(Attempt.interceptor())
                // whether something may be repeated, and for how long, is decided in one place, and that is not there
                .waitForReady(false)
                .retryMaxAttempts(0)
                .connectTimeout(settings.get().limits().connect())
                // etcd ends connections that ping without a call
                .keepaliveTime(null)
                .keepaliveTimeout(null)
                .keepaliveWithoutCalls(null)
                // a page of a list, or what a conflict shows, has no bound of its own
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .namespace(keyspace.root())
                // a member without a leader shall say so instead of waiting
                .header("hasleader", "true");
        Tls now = tls;
        if (now != null) {
            builder.sslContext(now);
        }
        Optional<User> who = settings.get().user();
        if (who.isPresent()) {
            User user = who.get();
            builder.user(bytes(user.name())).password(bytes(password(user)));
        }
        return builder.build();
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String password(User who) throws Failure {
        try {
            String password = Files.readString(who.passwordFile()).replaceAll("[\r\n]+$", "");
            if (!password.isEmpty()) {
                return password;
            }
            throw new IOException(who.passwordFile() + " is empty");
        } catch (IOException e) {
            throw new Failure(
                    Sort.SHUT_OUT,
                    "the password of user " + who.name() + " cannot be read from " + who.passwordFile(),
                    e);
        }
    }

    /** Ends a client for which there is a new one, when what runs on it has had its time. */
    void retire(Client client) {
        retired.add(client);
        Executor later = CompletableFuture.delayedExecutor(
                settings.get().limits().attempt().toMillis(), TimeUnit.MILLISECONDS);
        later.execute(() -> {
            client.close();
            retired.remove(client);
        });
    }

    /** Ends what runs on retired ones, with failures. */
    void close() {
        retired.forEach(Client::close);
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
