package io.patchbay.core.state;

import io.patchbay.core.PatchbayException;
import io.patchbay.core.PatchbayException.Kind;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Everything that is kept, as tables of records with their keys. The layout is that of docs/design/state.md. */
public final class State implements AutoCloseable {
    private static final int ATTEMPTS = 64;

    private final Table<Pool> pools = Replica.table("pools/[^/]+", Pool::read, Pool::write);
    private final Table<PoolUser> users =
            Replica.table("pools/[^/]+/users/[^/]+/[^/]+", PoolUser::read, PoolUser::write);
    private final Table<Claim> claims = Replica.table("claims/[^/]+/[^/]+", Claim::read, Claim::write);
    private final Table<NetworkRecord> networks =
            Replica.table("networks/[^/]+/[^/]+", NetworkRecord::read, NetworkRecord::write);
    private final Table<EndpointRecord> endpoints =
            Replica.table("endpoints/[^/]+/[^/]+", EndpointRecord::read, EndpointRecord::write);
    private final Table<Segment> segments = Replica.table("segments/[^/]+", Segment::read, Segment::write);
    private final Replica replica;

    public State(Store store, ScheduledExecutorService executor) {
        this.replica = new Replica(store, executor, List.of(pools, users, claims, networks, endpoints, segments));
    }

    /** Reads the store and follows it; fails like the store. */
    public void start() {
        replica.start();
    }

    public Table<Pool> pools() {
        return pools;
    }

    public Table<PoolUser> users() {
        return users;
    }

    public Table<Claim> claims() {
        return claims;
    }

    public Table<NetworkRecord> networks() {
        return networks;
    }

    public Table<EndpointRecord> endpoints() {
        return endpoints;
    }

    public Table<Segment> segments() {
        return segments;
    }

    public static String poolKey(PoolName pool) {
        return "pools/" + pool;
    }

    public static String usersPrefix(PoolName pool) {
        return "pools/" + pool + "/users/";
    }

    public static String userKey(PoolName pool, String host, String user) {
        return usersPrefix(pool) + host + "/" + user;
    }

    public static String userKey(PoolUser user) {
        return userKey(user.pool(), user.host(), user.id());
    }

    public static String claimsPrefix(PoolName pool) {
        return "claims/" + pool + "/";
    }

    public static String claimKey(PoolName pool, IpAddress address) {
        return claimsPrefix(pool) + address;
    }

    public static String claimKey(Claim claim) {
        return claimKey(claim.pool(), claim.address());
    }

    public static String networkKey(String host, String network) {
        return "networks/" + host + "/" + network;
    }

    public static String endpointsPrefix(String host) {
        return "endpoints/" + host + "/";
    }

    public static String endpointKey(String host, String endpoint) {
        return endpointsPrefix(host) + endpoint;
    }

    public static String segmentKey(String segment) {
        return "segments/" + segment;
    }

    /** True when committed, false on a conflict; the tables then show what it was. */
    public boolean commit(Transaction transaction) {
        return replica.commit(transaction) instanceof CommitResult.Committed;
    }

    /**
     * Runs a step that reads the tables, and commits what it wants, until there is no conflict. The step says it is done by a result; empty means its commit met a
     * conflict and it is to look again. A step must be safe to repeat.
     */
    public <T> T settle(String subject, Supplier<Optional<T>> step) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<T> result = step.get();
            if (result.isPresent()) {
                return result.get();
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        throw new PatchbayException(
                Kind.UNAVAILABLE,
                subject + " was changed by others " + ATTEMPTS + " times while this host tried to; try again");
    }

    @Override
    public void close() {
        replica.close();
    }
}
