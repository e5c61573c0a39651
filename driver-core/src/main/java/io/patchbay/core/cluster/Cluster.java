package io.patchbay.core.cluster;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.ipam.Reservations;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.State;
import io.patchbay.core.store.Store;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one host does because there are others: it says that it is there, looks who is, and does what operators ask for
 * the whole cluster.
 */
public final class Cluster implements Operations, AutoCloseable {
    private final State state;
    private final String host;
    private final Presence presence;
    private final DeadHosts deadHosts;
    private final HostWatch watch;
    private final Reservations reservations;
    private final HostRemoval removal;
    private final HostRename rename;
    private final Links links;
    private final TimeSource time;

    /**
     * Makes one that does nothing until {@link #start}.
     *
     * @param defaultBridge that of networks that name none
     * @param formerDisk what this host has on its disk under another name
     */
    public Cluster(
            State state,
            Store store,
            String host,
            HostSettings settings,
            String defaultBridge,
            Links links,
            TimeSource time,
            Function<String, Optional<Store>> formerDisk) {
        this.state = state;
        this.host = host;
        Bridges bridges = new Bridges(state, links, host, defaultBridge);
        this.watch = new HostWatch(state, time);
        this.links = links;
        this.time = time;
        this.rename = new HostRename(state, host, settings, links, time, formerDisk);
        this.presence = new Presence(state, store, host, settings, bridges, links, time, rename);
        this.deadHosts = new DeadHosts(state, watch, bridges, links, time, settings.deadHostAfter());
        this.reservations = new Reservations(state, host, time);
        this.removal = new HostRemoval(state, host, time);
    }

    /** Registers this host, see {@link Presence#start}, and takes over what it left under another name. */
    public void start() {
        presence.start();
        goOnRenaming();
    }

    private synchronized void goOnRenaming() {
        if (presence.isRegistered()) {
            rename.goOn();
        }
    }

    /** Says that this host is alive, if it could not before; call it when the store can be reached again. */
    public void storeBack() {
        presence.tick();
        goOnRenaming();
    }

    /** One look around; call it every few seconds. */
    public void tick() {
        storeBack();
        if (presence.isRegistered()) {
            deadHosts.run(host);
        }
    }

    /** A look at this host alone; call it every second. */
    public void glance() {
        presence.lookForSelf();
    }

    public Presence presence() {
        return presence;
    }

    /** Which hosts there are, as seen from here. */
    public HostWatch watch() {
        return watch;
    }

    /**
     * Whether what is known here of the other hosts is how they are: a host that is cut off from the store must not
     * judge them.
     */
    public boolean seesOthers() {
        boolean online = state.contact().map(Contact::isOnline).orElse(true);
        return online && (presence.isRegistered() || presence.refusal().isPresent());
    }

    public DeadHosts deadHosts() {
        return deadHosts;
    }

    @Override
    public Reserved reserve(String pool, Optional<String> segment, AddressRange range, String note) {
        Reservations.Reserved reserved = reservations.reserve(pool, segment, range, note);
        return new Reserved(
                reserved.pool().toString(),
                range.toString(),
                reserved.holders().stream().map(Cluster::holder).toList());
    }

    private static String holder(Claim claim) {
        String who = claim.isForContainers()
                ? claim.life().container().name().map(c -> "container " + c).orElse("a container") + " of host "
                        + claim.owner().name()
                : "the networks, as " + claim.kind() + " address";
        return claim.address() + " is held by " + who + " since " + claim.since() + ", and stays so";
    }

    @Override
    public Reserved unreserve(String pool, Optional<String> segment, AddressRange range) {
        return new Reserved(reservations.unreserve(pool, segment, range).toString(), range.toString(), List.of());
    }

    @Override
    public ForgetResult forget(String name) {
        return removal.forget(name);
    }

    @Override
    public synchronized Renamed rename(String old, String name) {
        presence.requireName();
        return rename.rename(old, name);
    }

    @Override
    public Imported bringIn(Map<String, String> records, boolean dryRun, boolean ofThisHost) {
        presence.requireName();
        return new BookImport(state, host, links, time, dryRun, ofThisHost).run(records);
    }

    /** Names of dead hosts that by their records are this machine. */
    public List<String> formerNames() {
        return rename.formerNames();
    }

    /** The host is away from now on. */
    @Override
    public void close() {
        presence.close();
    }
}
