package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.record.ReplicationBlocker;
import java.util.List;
import java.util.function.Function;

/** Names records of one kind: all of them, or those of a pool or a host. */
public final class Refs<T> {
    private final Function<Tables, Table<T>> kind;
    private final String beginning;

    private Refs(Function<Tables, Table<T>> kind, String beginning) {
        this.kind = kind;
        this.beginning = beginning;
    }

    public static Refs<Pool> pools() {
        return new Refs<>(t -> t.pools, "");
    }

    public static Refs<PoolUser> users() {
        return new Refs<>(t -> t.users, "");
    }

    public static Refs<PoolUser> usersOf(PoolName pool) {
        return new Refs<>(t -> t.users, Keys.users(pool));
    }

    public static Refs<Claim> claims() {
        return new Refs<>(t -> t.claims, "");
    }

    public static Refs<Claim> claimsOf(PoolName pool) {
        return new Refs<>(t -> t.claims, Keys.claims(pool));
    }

    public static Refs<NetworkRecord> networks() {
        return new Refs<>(t -> t.networks, "");
    }

    public static Refs<NetworkRecord> networksOf(String host) {
        return new Refs<>(t -> t.networks, Keys.networks(host));
    }

    /** Those that a swarm's leader allocated. */
    public static Refs<NetworkRecord> networksOfSwarm() {
        return new Refs<>(t -> t.networks, Keys.networksOfSwarm());
    }

    public static Refs<EndpointRecord> endpoints() {
        return new Refs<>(t -> t.endpoints, "");
    }

    public static Refs<EndpointRecord> endpointsOf(String host) {
        return new Refs<>(t -> t.endpoints, Keys.endpoints(host));
    }

    public static Refs<MacClaim> macs() {
        return new Refs<>(t -> t.macs, "");
    }

    public static Refs<Quarantined> quarantined() {
        return new Refs<>(t -> t.quarantine, "");
    }

    public static Refs<Definition> definitions() {
        return new Refs<>(t -> t.definitions, "");
    }

    public static Refs<ReplicationBlocker> blockers() {
        return new Refs<>(t -> t.blockers, "");
    }

    public static Refs<ReplicationBlocker> blockersOf(String host) {
        return new Refs<>(t -> t.blockers, Keys.blockers(host));
    }

    public static Refs<HostRecord> hosts() {
        return new Refs<>(t -> t.hosts, "");
    }

    public static Refs<HostAlive> alive() {
        return new Refs<>(t -> t.alive, "");
    }

    /** What their keys begin with. */
    String prefix(Tables tables) {
        return beginning.isEmpty() ? kind.apply(tables).beginning() : beginning;
    }

    /** Those that cannot be read. */
    List<Unreadable> unreadableIn(Tables tables) {
        return kind.apply(tables).allUnreadable(beginning);
    }

    /** The records as they are known here, ascending by key. */
    List<Versioned<T>> in(Tables tables) {
        return kind.apply(tables).list(beginning);
    }
}
