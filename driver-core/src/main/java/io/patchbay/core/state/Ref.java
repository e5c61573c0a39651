package io.patchbay.core.state;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
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
import io.patchbay.core.record.Segment;
import java.util.Optional;
import java.util.function.Function;

/** Names one record, whether or not there is one. Two that name the same are equal. */
public final class Ref<T> {
    private final Function<Tables, Table<T>> kind;
    private final String key;

    private Ref(Function<Tables, Table<T>> kind, String key) {
        this.kind = kind;
        this.key = key;
    }

    public static Ref<Pool> pool(PoolName pool) {
        return new Ref<>(t -> t.pools, Keys.pool(pool));
    }

    public static Ref<PoolUser> user(PoolName pool, String host, String user) {
        return new Ref<>(t -> t.users, Keys.user(pool, host, user));
    }

    /** One through which a swarm's leader allocates. */
    public static Ref<PoolUser> userOfSwarm(PoolName pool, String user) {
        return new Ref<>(t -> t.users, Keys.userOfSwarm(pool, user));
    }

    public static Ref<PoolUser> of(PoolUser user) {
        return user(user.pool(), user.host(), user.id());
    }

    public static Ref<Claim> claim(PoolName pool, IpAddress address) {
        return new Ref<>(t -> t.claims, Keys.claim(pool, address));
    }

    public static Ref<Claim> of(Claim claim) {
        return claim(claim.pool(), claim.address());
    }

    public static Ref<NetworkRecord> network(String host, String network) {
        return new Ref<>(t -> t.networks, Keys.network(host, network));
    }

    /** A network as a swarm's leader allocated it. */
    public static Ref<NetworkRecord> networkOfSwarm(String network) {
        return new Ref<>(t -> t.networks, Keys.networkOfSwarm(network));
    }

    public static Ref<EndpointRecord> endpoint(String host, String endpoint) {
        return new Ref<>(t -> t.endpoints, Keys.endpoint(host, endpoint));
    }

    public static Ref<MacClaim> mac(String lan, MacAddress mac) {
        return new Ref<>(t -> t.macs, Keys.mac(lan, mac));
    }

    public static Ref<Quarantined> quarantined(PoolName pool, IpAddress address) {
        return new Ref<>(t -> t.quarantine, Keys.quarantined(pool, address));
    }

    public static Ref<Segment> segment(String segment) {
        return new Ref<>(t -> t.segments, Keys.segment(segment));
    }

    public static Ref<Definition> definition(String name) {
        return new Ref<>(t -> t.definitions, Keys.definition(name));
    }

    public static Ref<ReplicationBlocker> blocker(String host, String name) {
        return new Ref<>(t -> t.blockers, Keys.blocker(host, name));
    }

    public static Ref<HostRecord> host(String host) {
        return new Ref<>(t -> t.hosts, Keys.host(host));
    }

    public static Ref<HostAlive> alive(String host) {
        return new Ref<>(t -> t.alive, Keys.alive(host));
    }

    String key() {
        return key;
    }

    Table<T> table(Tables tables) {
        return kind.apply(tables);
    }

    /** The record as it is known here. */
    Optional<Versioned<T>> in(Tables tables) {
        return table(tables).get(key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ref<?> ref && key.equals(ref.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return key;
    }
}
