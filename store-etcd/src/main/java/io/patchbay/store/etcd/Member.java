package io.patchbay.store.etcd;

import io.etcd.jetcd.Client;
import io.patchbay.store.etcd.EtcdSettings.Endpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One member of the cluster as seen from here; {@link Members} is the only one that changes what is thought of it. */
final class Member {
    private static final long CONNECTING_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Endpoint endpoint;
    private final Clients clients;
    private @Nullable Client client;
    private volatile @Nullable String problem;
    private volatile long answeredNanos = System.nanoTime();
    /** Since when a connection is being made that gave no answer yet; 0 when none is. */
    private long connectingNanos;

    Member(Endpoint endpoint, Clients clients) {
        this.endpoint = endpoint;
        this.clients = clients;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The client for it; fails when the password that it needs cannot be read. */
    synchronized Client client() throws Failure {
        Client present = client;
        if (present == null) {
            present = clients.client(endpoint);
            client = present;
        }
        return present;
    }

    /**
     * The next attempt is no longer made with this client: it has a new connection, login and look at the name's
     * address.
     */
    synchronized void renew(Client used) {
        if (client == used) {
            connectingNanos = 0;
            clients.retire(used);
            client = null;
        }
    }

    /** The same, whichever client it is. */
    synchronized void renew() {
        Client present = client;
        if (present != null) {
            renew(present);
        }
    }

    /** This client's connection is still being made after an attempt's time; it is let be for a while. */
    synchronized void connecting(Client used) {
        long now = System.nanoTime();
        if (connectingNanos == 0) {
            connectingNanos = now;
        } else if (now - connectingNanos > CONNECTING_NANOS) {
            renew(used);
        }
    }

    /** Ends what runs on it, with failures. */
    synchronized void close() {
        if (client != null) {
            client.close();
        }
    }

    /** What is wrong with it; null when it answered last, or was not asked. */
    @Nullable
    String problem() {
        return problem;
    }

    /** When it gave its last answer, on the steady clock. */
    long answeredNanos() {
        return answeredNanos;
    }

    synchronized void answered() {
        connectingNanos = 0;
        problem = null;
        answeredNanos = System.nanoTime();
    }

    void failed(String reason) {
        problem = reason;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
