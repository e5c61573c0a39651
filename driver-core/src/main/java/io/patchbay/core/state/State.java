package io.patchbay.core.state;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Definition;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.HostAlive;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Quarantined;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is kept: the records of each kind, as this process knows them, and the only way to change them. Reads
 * come from memory and may lag behind the store. Whoever writes runs a step with a {@link Decision}, see {@link
 * #decide}. Keys and layout are those of docs/design/state.md.
 */
public final class State implements AutoCloseable {
    private final Tables tables = new Tables();
    private final Store store;
    private final Replica replica;
    private final @Nullable StoreLink outage;
    private final Optional<OwnDisk> disk;
    private final Decisions decisions;
    private final Stays stays;

    /** What is kept in a store of this host, which cannot be away. */
    public State(Store store, ScheduledExecutorService executor) {
        this.store = store;
        this.replica = new Replica(store, executor, tables.all());
        this.outage = null;
        this.disk = Optional.empty();
        this.decisions = new Decisions(tables, replica, new InFlight(replica), executor, null);
        this.stays = new Stays(store, replica::commit, () -> true);
    }

    /**
     * What is kept in a store that hosts share. While it cannot be reached this host goes on with its own records:
     * {@code disk} is a store on this host for what it must remember then.
     */
    public State(
            Store store, Store disk, Self self, Duration patience, ScheduledExecutorService executor, TimeSource time) {
        this.store = store;
        this.replica = new Replica(store, executor, tables.all());
        OwnDisk own = new OwnDisk(disk);
        this.disk = Optional.of(own);
        InFlight inFlight = new InFlight(replica);
        StoreLink link = new StoreLink(store, replica, inFlight, own, self, patience, executor, time);
        this.outage = link;
        this.decisions = new Decisions(tables, replica, inFlight, executor, outage);
        this.stays = new Stays(store, link::commit, () -> !isAway() && !isRebuilding());
        onBack(inFlight::lookAtAll);
    }

    /**
     * Reads the store and follows it; fails like the store, but goes on with what this host remembers if a shared one
     * cannot be reached.
     */
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
            outage.link().listen(listener);
        }
    }

    /** Whether the shared store can be reached; empty when the store is this host's own. */
    public Optional<Contact> contact() {
        return outage == null ? Optional.empty() : Optional.of(outage.link().contact());
    }

    /** Why this host's own disk cannot be written, beside a shared store; empty when it can. */
    public Optional<String> diskProblem() {
        return disk.flatMap(OwnDisk::problem);
    }

    /** True while a shared store has another history than this host knew, and is made to have again what hosts know. */
    public boolean isRebuilding() {
        return outage != null && outage.rebuild().isUnderWay();
    }

    /** How often since start a shared store was found to have another history. */
    public long histories() {
        return outage == null ? 0 : outage.rebuild().count();
    }

    /** True while a shared store cannot be reached. */
    public boolean isAway() {
        return outage != null && !outage.link().isOnline();
    }

    /**
     * While the store is away: true when nobody else can have taken the address, although it is released here or kept
     * in reserve.
     */
    public boolean isExclusive(Claim claim) {
        return outage != null && outage.isExclusive(claim.key(), claim);
    }

    /** How old what is known here of a shared store is; zero while it tells of each change. */
    public Duration pictureAge() {
        return outage == null || outage.link().isOnline()
                ? Duration.ZERO
                : outage.link().lasting();
    }

    /** Everything as text. */
    public Book book() {
        return new Book(tables);
    }

    /** What is kept of times that are over. */
    public Stays stays() {
        return stays;
    }

    public Table<Claim> claims() {
        return tables.claims;
    }

    public Table<EndpointRecord> endpoints() {
        return tables.endpoints;
    }

    public Table<MacClaim> macs() {
        return tables.macs;
    }

    public Table<Quarantined> quarantine() {
        return tables.quarantine;
    }

    public Table<NetworkRecord> networks() {
        return tables.networks;
    }

    public Table<Definition> definitions() {
        return tables.definitions;
    }

    public Table<HostAlive> alive() {
        return tables.alive;
    }

    /** The record as it is known here, which may lag behind the store. */
    public <T> Optional<Versioned<T>> peek(Ref<T> ref) {
        return ref.in(tables);
    }

    /** The records as they are known here, which may lag behind the store. */
    public <T> List<Versioned<T>> peekAll(Refs<T> refs) {
        return refs.in(tables);
    }

    /** All records as they are known here; they go on changing. */
    public Records known() {
        return Records.known(tables);
    }

    /** All records as the store has them now; fails like the store. */
    public Records readAnew() {
        return Records.of(store.list(""), tables);
    }

    /**
     * Has known here what the store has under a key, whatever the watch told of it; fails like the store. While that is
     * away nothing happens.
     */
    public void correct(String key) {
        if (!isAway()) {
            replica.correct(key);
        }
    }

    /**
     * Reads one record anew, before something is refused because of what a lagging replica shows. While the store is
     * away nothing happens.
     */
    public void refresh(Ref<?> ref) {
        if (!isAway()) {
            replica.refresh(ref.key());
        }
    }

    /**
     * Reads all claims of a pool anew, before it is said that none is left. While the store is away nothing happens.
     */
    public void refreshClaims(PoolName pool) {
        if (!isAway()) {
            replica.refreshAll(Keys.claims(pool));
        }
    }

    /**
     * What is kept and cannot be read by this version, of whatever kind; what this host remembers of the time without
     * the store included.
     */
    public List<Unreadable> unreadable() {
        return Stream.concat(
                        tables.all().stream().flatMap(table -> table.allUnreadable("").stream()),
                        outage == null ? Stream.empty() : outage.unreadable().stream())
                .toList();
    }

    /** Of these records, those that cannot be read. */
    public List<Unreadable> unreadable(Refs<?> refs) {
        return refs.unreadableIn(tables);
    }

    /** Whether there is such a record that cannot be read. */
    public boolean isUnreadable(Ref<?> ref) {
        return ref.table(tables).unreadable(ref.key()).isPresent();
    }

    /** Whether there is such a record, readable or not. */
    public boolean isThere(Ref<?> ref) {
        return peek(ref).isPresent() || isUnreadable(ref);
    }

    /**
     * The ranges of a pool that dynamic allocation never touches. Fails with {@code UNREADABLE} when that cannot be
     * known.
     */
    public List<AddressRange> reserved(PoolName pool) {
        Optional<String> reason = tables.pools.unreadable(Keys.pool(pool));
        if (reason.isPresent()) {
            throw new Unreadable(Keys.pool(pool), reason.get()).refusal();
        }
        return peek(Ref.pool(pool)).map(p -> p.value().reserved()).orElse(List.of());
    }

    /**
     * Asked before what somebody else deleted of this host's records is put back: whether the host's name is this
     * machine's.
     */
    public void nameIsOurs(BooleanSupplier asked) {
        if (outage != null) {
            outage.foreignDeletes().nameIsOurs(asked);
        }
    }

    /**
     * Runs a step that reads, and writes what it wants, until there is no conflict; what the step returns then is the
     * decision. One that writes nothing is not asked of the store. Others' changes have the step run again, so it must
     * be safe to repeat; after many times that is {@code UNAVAILABLE}, with the subject.
     */
    public <T> T decide(String subject, Function<Decision, T> step) {
        return decisions.decide(subject, step);
    }

    /** As {@link #decide}, where nothing is to be known afterwards but that it is done. */
    public void change(String subject, Consumer<Decision> step) {
        boolean unused = decisions.decide(subject, decision -> {
            step.accept(decision);
            return true;
        });
    }

    /** Runs a step once. False when some condition did not hold: then nothing is written. */
    public boolean attempt(Consumer<Decision> step) {
        return decisions.attempt(step);
    }

    @Override
    public void close() {
        if (outage != null) {
            outage.close();
        }
        replica.close();
    }
}
