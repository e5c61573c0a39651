package io.patchbay.core.state;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.Hindrance;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Segment;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private final Table<Definition> definitions =
            Replica.table("definitions/[^/]+", Definition::read, Definition::write);
    private final Table<Hindrance> hindrances =
            Replica.table("hindrances/[^/]+/[^/]+", Hindrance::read, Hindrance::write);
    private final Table<HostRecord> hosts = Replica.table("hosts/[^/]+", HostRecord::read, HostRecord::write);
    private final Table<HostAlive> alive = Replica.table("alive/[^/]+", HostAlive::read, HostAlive::write);
    private final Replica replica;
    private final @Nullable Outage outage;

    /** What is kept in a store of this host, which cannot be away. */
    public State(Store store, ScheduledExecutorService executor) {
        this.replica = new Replica(store, executor, tables());
        this.outage = null;
    }

    /**
     * What is kept in a store that hosts share. While it cannot be reached this host goes on with its own records: {@code disk} is a store on this host for what it must
     * remember then.
     */
    public State(
            Store store,
            Store disk,
            String host,
            Duration patience,
            ScheduledExecutorService executor,
            Supplier<Instant> clock) {
        this.replica = new Replica(store, executor, tables());
        this.outage = new Outage(store, replica, disk, host, patience, executor, clock);
    }

    private List<Table<?>> tables() {
        return List.of(pools, users, claims, networks, endpoints, segments, definitions, hindrances, hosts, alive);
    }

    /** Reads the store and follows it; fails like the store, but goes on with what this host remembers if a shared one cannot be reached. */
    public void start() {
        if (outage != null) {
            outage.start();
        } else {
            replica.start();
        }
    }

    /** Runs {@code listener} each time when a shared store can be reached again; it must be quick. */
    public void onBack(Runnable listener) {
        if (outage != null) {
            outage.onBack(listener);
        }
    }

    /** Whether the shared store can be reached; empty when the store is this host's own. */
    public Optional<Contact> contact() {
        return outage == null ? Optional.empty() : Optional.of(outage.contact());
    }

    /** True while a shared store cannot be reached. */
    public boolean isAway() {
        return outage != null && !outage.isNear();
    }

    /** While the store is away: true when nobody else can have taken the address, although it is released here or kept in reserve. */
    public boolean isFirm(Claim claim) {
        return outage != null && outage.isFirm(Keys.claim(claim), claim);
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

    public Table<Definition> definitions() {
        return definitions;
    }

    public Table<Hindrance> hindrances() {
        return hindrances;
    }

    public Table<HostRecord> hosts() {
        return hosts;
    }

    public Table<HostAlive> alive() {
        return alive;
    }

    /** Reads one record anew, before something is refused because of what a lagging replica shows. While the store is away nothing happens. */
    public void refresh(String key) {
        if (!isAway()) {
            replica.refresh(key);
        }
    }

    /**
     * As {@link #commit}, for a step that relied on who uses the pool. After a conflict the pool and its users are read anew: the conflict shows the pool as it is, and
     * the watch may not have told yet who has come or gone.
     */
    public boolean commitOnPool(PoolName pool, Transaction transaction) {
        if (commit(transaction)) {
            return true;
        }
        if (!isAway()) {
            replica.refreshAll(Keys.pool(pool));
        }
        return false;
    }

    /** Reads all claims of a pool anew, before it is said that none is left. While the store is away nothing happens. */
    public void refreshClaims(PoolName pool) {
        if (!isAway()) {
            replica.refreshAll(Keys.claims(pool));
        }
    }

    /** The ranges of a pool that dynamic allocation never touches. */
    public List<AddressRange> reserved(PoolName pool) {
        return pools.get(Keys.pool(pool)).map(p -> p.value().reserved()).orElse(List.of());
    }

    /** Asked before what somebody else deleted of this host's records is put back: whether the host's name is this machine's. */
    public void nameIsOurs(BooleanSupplier asked) {
        if (outage != null) {
            outage.takenAway().nameIsOurs(asked);
        }
    }

    /** True when committed, false on a conflict; the tables then show what it was. */
    public boolean commit(Transaction transaction) {
        CommitResult result = outage == null ? replica.commit(transaction) : outage.commit(transaction);
        return result instanceof CommitResult.Committed;
    }

    /**
     * Runs a step that reads the tables, and commits what it wants, until there is no conflict. The step says it is done by a result; empty means its commit met a
     * conflict and it is to look again. A step must be safe to repeat.
     */
    public <T> T settle(String subject, Supplier<Optional<T>> step) {
        // one member of a store that goes is no reason to fail, if another answers at once; what is known to be away is
        // not waited for
        boolean patient = !isAway();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Optional<T> result = step.get();
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (PatchbayException e) {
                boolean again = patient && e.kind() == Kind.UNAVAILABLE && outage != null && outage.awaitNear();
                if (!again) {
                    throw e;
                }
                patient = false;
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
        if (outage != null) {
            outage.close();
        }
        replica.close();
    }
}
