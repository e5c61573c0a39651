package io.patchbay.core.state;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.ClaimReader;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.record.ReplicationBlocker;
import io.patchbay.core.record.Segment;
import io.patchbay.core.record.Stored;
import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The tables of everything that is kept, one for each kind of record. */
final class Tables {
    final Table<Pool> pools = Replica.table("pools/[^/]+", Pool::read, Pool::write);
    final Table<PoolUser> users = Replica.table("pools/[^/]+/users/[^/]+/[^/]+", PoolUser::read, PoolUser::write);
    final Table<Claim> claims = Replica.table("claims/[^/]+/[^/]+", new ClaimReader()::read, Claim::write);
    final Table<NetworkRecord> networks =
            Replica.table("networks/[^/]+/[^/]+", NetworkRecord::read, NetworkRecord::write);
    final Table<EndpointRecord> endpoints =
            Replica.table("endpoints/[^/]+/[^/]+", EndpointRecord::read, EndpointRecord::write);
    final Table<MacClaim> macs = Replica.table("macs/[^/]+/[^/]+", MacClaim::read, MacClaim::write);
    final Table<Quarantined> quarantine =
            Replica.table("quarantine/[^/]+/[^/]+", Quarantined::read, Quarantined::write);
    final Table<Segment> segments = Replica.table("segments/[^/]+", Segment::read, Segment::write);
    final Table<Definition> definitions = Replica.table("definitions/[^/]+", Definition::read, Definition::write);
    final Table<ReplicationBlocker> blockers =
            Replica.table("hindrances/[^/]+/[^/]+", ReplicationBlocker::read, ReplicationBlocker::write);
    final Table<HostRecord> hosts = Replica.table("hosts/[^/]+", HostRecord::read, HostRecord::write);
    final Table<HostAlive> alive = Replica.table("alive/[^/]+", HostAlive::read, HostAlive::write);

    /**
     * What is of no kind that this version knows. What the state itself keeps is no record, nor is what {@link Stays}
     * reads when somebody asks.
     */
    private final Table<Stored> others = new Table<>(
            "",
            Pattern.compile("(?!schema$|history$|history/|rebuild/|calls/|stays/).*"),
            Tables::refuse,
            Stored::write);

    private static Stored refuse(Value value) {
        throw new IllegalArgumentException("its key is of no kind that this version knows");
    }

    /** The last one takes what none before it does. */
    List<Table<?>> all() {
        return List.of(
                pools,
                users,
                claims,
                networks,
                endpoints,
                macs,
                quarantine,
                segments,
                definitions,
                blockers,
                hosts,
                alive,
                others);
    }

    /** Why the key's record cannot be read; empty when it can, or there is none. */
    Optional<String> unreadable(String key) {
        return all().stream().flatMap(table -> table.unreadable(key).stream()).findFirst();
    }

    /** The record under the key, of whatever kind. */
    Optional<? extends Versioned<?>> find(String key) {
        return Table.ownerOf(key, all()).flatMap(table -> table.get(key));
    }
}
