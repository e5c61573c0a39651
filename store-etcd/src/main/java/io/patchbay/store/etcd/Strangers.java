package io.patchbay.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import io.patchbay.store.etcd.EtcdSettings.TlsFiles;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether members let anybody in: asks them for a number as one who has neither user nor certificate. Changes
 * nothing. Not those at a loopback address, which no container reaches.
 *
 * <p>A member that refuses is asked again after an hour, for its log has a line of each try; one that is open, or was
 * not asked yet, at each look.
 */
final class Strangers {
    private static final long PEACE_NANOS = Duration.ofHours(1).toNanos();

    private final Supplier<EtcdSettings> settings;
    private final Keyspace keyspace;
    private final Members members;
    private final Predicate<String> reached;
    private volatile List<String> open = List.of();
    private List<Endpoint> asked = List.of();
    private long askedNanos;

    /** {@code reached}: whether others reach what listens at a host's name or address. */
    Strangers(Supplier<EtcdSettings> settings, Keyspace keyspace, Members members, Predicate<String> reached) {
        this.settings = settings;
        this.keyspace = keyspace;
        this.members = members;
        this.reached = reached;
    }

    /** Endpoints that let anybody in, as far as it was found out. */
    List<String> open() {
        return open;
    }

    /** Asks, if it is time. Certificates that cannot be read are an exception. */
    synchronized void look() {
        List<Endpoint> all = members.all().stream().map(Member::endpoint).toList();
        boolean known = open.isEmpty() && all.equals(asked) && System.nanoTime() - askedNanos < PEACE_NANOS;
        if (known || !members.standing().connected()) {
            return;
        }
        Clients clients = new Clients(this::stranger, keyspace);
        open = all.stream()
                .filter(endpoint -> reached.test(endpoint.host()) && letsIn(clients, endpoint))
                .map(Endpoint::toString)
                .toList();
        asked = all;
        askedNanos = System.nanoTime();
    }

    /** As one that has neither user nor certificate. */
    private EtcdSettings stranger() {
        EtcdSettings ours = settings.get();
        return new EtcdSettings(
                ours.endpoints(),
                ours.cluster(),
                Optional.empty(),
                new TlsFiles(ours.tls().ca(), Optional.empty(), Optional.empty()),
                ours.limits());
    }

    /** Not so at a loopback address; nor where the name is unknown. */
    static boolean isReachedByOthers(String host) {
        try {
            return !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean letsIn(Clients clients, Endpoint endpoint) {
        GetOption count = GetOption.builder()
                .withRange(Keyspace.endOf(""))
                .withCountOnly(true)
                .build();
        @Nullable Client client = null;
        try {
            client = clients.client(endpoint);
            new Attempt(settings.get().limits().attempt())
                    .run(client, c -> c.getKVClient().get(ByteSequence.EMPTY, count));
            return true;
        } catch (Failure | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (client != null) {
                client.close();
            }
        }
    }
}
