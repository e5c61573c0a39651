package io.patchbay.core.inspect;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.finding.Finding;
import io.patchbay.core.ipam.RangeUse;
import io.patchbay.core.store.StoreHealth;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What operators see of the driver: tables of its state, and findings. Read from memory, so it is quick and may lag by
 * one change.
 */
public interface Inspection {

    List<NetworkView> networks();

    List<EndpointView> endpoints();

    List<PoolView> pools();

    /** What networks give out by themselves, and how full it is; once where many hosts have the network. */
    List<RangeView> ranges();

    List<ClaimView> claims();

    /** The hosts of the cluster, as this one sees them. */
    List<HostView> hosts();

    /** Why an address is taken or not, for each pool it lies in; one answer without a pool when it lies in none. */
    List<AddressView> why(IpAddress address, Optional<String> segment);

    /** Looks at this host now, some tens of milliseconds; worst findings first. */
    List<Finding> doctor();

    /** The same of all hosts: this one as it is now, and of the others what they have left in the store. */
    List<HostFindings> doctorOfAll();

    /** What each host has left in the store, this one too: of its last look, a minute ago at most. Looks at nothing. */
    List<HostFindings> lastFindings();

    /**
     * Claims whose address or MAC begins with the text, or whose container, host, pool or endpoint has it; all if it is
     * empty.
     *
     * @param most of them that are wanted
     */
    FoundClaims find(String text, int most);

    /**
     * Who had what, oldest first: of an address, a MAC, a container's name, or the beginning of an endpoint's id. Reads
     * the store.
     *
     * @param at only who was there then
     */
    StayViewList history(String subject, Optional<Instant> at);

    /** Addresses that machines on the LAN have which are none of ours, so that no container is given them. */
    List<QuarantineView> quarantine();

    /** The members of a store that hosts share, as of the last look at them; none of a store of this host's own. */
    List<StoreHealth.Member> storeMembers();

    /** What has happened with a larger number than that, oldest first; of the latest thousand. */
    List<EventView> events(long after);

    /** What the reconciler has found and repaired since start, by the repair's name. */
    Map<String, Long> repairs();

    /** Addresses of dead hosts that this one has freed since start. */
    long freedOfDeadHosts();

    /** Announcements sent to the LAN since start. */
    long announcements();

    /** Addresses of containers that other stations of this host's LANs speak for, as heard in the last minutes. */
    List<ConflictView> conflicts();

    /** DHCP servers on this host's LANs that give away addresses of ranges of ours, as heard in the last half hour. */
    List<DhcpServerView> dhcpServers();

    /** How often this host has defended an address of a container since start. */
    long defences();

    /**
     * Services of the swarm whose virtual address nobody answers to, by name; as of the last look, and known on
     * managers only.
     */
    List<String> servicesWithoutAnsweringVip();

    /**
     * The records behind that key, as many as fit an answer, from the beginning if there is none; an empty page is the
     * end.
     */
    BookPage book(Optional<String> after);

    /** What is kept or waits in the kernel, by name: {@code links}, {@code foreign_links}, ... for gauges. */
    Map<String, Long> gauges();

    /**
     * Some of what is kept.
     *
     * @param complete false while the store cannot be reached: it is what this host remembers
     */
    record BookPage(List<BookEntry> records, boolean complete) {}

    /** A record, as JSON. */
    record BookEntry(String key, String json) {}

    /**
     * A host.
     *
     * @param status {@code alive} or {@code dead}: its lease is there or not
     * @param self it is the one that is asked
     * @param claims addresses that its containers hold
     * @param answering of a dead host's addresses, those that something on the LAN answers for
     * @param lastSeen {@code now}, or how long ago by the clock of the host that is asked
     * @param missedSeconds the same as a number; empty for one that is alive
     * @param started when its daemon started, by its own clock
     */
    record HostView(
            String host,
            String status,
            boolean self,
            Optional<String> version,
            List<String> bridges,
            List<String> uplinks,
            List<String> addresses,
            long networks,
            long endpoints,
            long claims,
            long answering,
            String lastSeen,
            Optional<Long> missedSeconds,
            Optional<String> started) {}

    /**
     * What a host's {@code doctor} says.
     *
     * @param status as in {@link HostView}
     * @param found when the host found it so, by its own clock; empty if it has left nothing, as older versions do
     * @param age how long ago that is by the clock of the host that is asked, or {@code now}
     * @param findings of another host only what is not well
     */
    record HostFindings(
            String host, String status, boolean self, Optional<String> found, String age, List<Finding> findings) {}

    /**
     * An address in a pool.
     *
     * @param standing {@code endpoint}, {@code gateway} or {@code aux} when it is claimed, else {@code free},
     *     {@code machine}, {@code quarantined}, {@code reserved-range}, {@code unusable}, {@code unreadable} or
     *     {@code outside}
     * @param message a sentence or two
     */
    record AddressView(
            String address, Optional<String> pool, String standing, Optional<ClaimView> claim, String message) {}

    /** A range that dynamic allocation never touches; the note is empty when nobody gave one. */
    record ReservedRange(String range, String note) {}

    /**
     * A network of a host; without id and bridge one that it should have and does not.
     *
     * @param name what people call it; empty until it is learned from the engine
     * @param replication {@code local}, {@code defined} (here), {@code replica}, {@code removing},
     *     {@code unreadable} when its definition is, or why it is not as
     *     defined: {@code pending}, {@code in_use}, {@code name_taken}, {@code differs}
     * @param reason one sentence when it is not as defined
     * @param ranges what it gives out by itself, of each subnet whose addresses are ours to give
     */
    record NetworkView(
            String id,
            Optional<String> name,
            String host,
            String bridge,
            List<String> subnets,
            List<RangeView> ranges,
            List<String> gateways,
            boolean internal,
            Optional<Integer> mtu,
            int endpoints,
            String replication,
            Optional<String> reason,
            String since) {}

    /** A conflict; {@code mac} is that of the other station, {@code seenBy} the host that heard it. */
    record ConflictView(String pool, String address, String holder, String mac, String seenBy) {}

    /**
     * Something that has happened.
     *
     * @param number larger than that of all before, also after a restart
     * @param at by the clock of the host that is asked
     * @param kind {@code container}, {@code network}, {@code host}, {@code quarantine}, {@code conflict} or
     *     {@code repair}
     */
    record EventView(long number, String at, String kind, String host, String subject, String message) {}

    /**
     * Who had what.
     *
     * @param complete false when the store could not be asked, so that only who is there now is known
     */
    record StayViewList(List<StayView> stays, boolean complete) {}

    /** A container's time on a network; {@code to} is empty while it lasts. Times are by the clock of its host. */
    record StayView(
            List<String> addresses,
            Optional<String> container,
            String mac,
            String network,
            String host,
            String endpoint,
            Instant from,
            Optional<Instant> to) {
        boolean lastsAt(Instant moment) {
            return !from.isAfter(moment) && to.map(moment::isBefore).orElse(true);
        }
    }

    /** An address in quarantine: who has it, and which host heard that, first and last. */
    record QuarantineView(String address, String pool, String mac, String host, String since, String seen) {}

    /** A DHCP server; {@code offered} is the address of ours that it gave away last. */
    record DhcpServerView(String server, Optional<String> mac, String offered, String pool, String seenBy) {}

    /** An endpoint; {@code networkName} is the network's, or the beginning of its id until that is known. */
    record EndpointView(
            String id,
            String network,
            String networkName,
            Optional<String> container,
            String host,
            List<String> addresses,
            String mac,
            String link,
            String state,
            Optional<String> sandbox,
            String since) {}

    /**
     * A pool.
     *
     * @param use of all addresses that can be given; what is free counts only within the ranges of its networks
     * @param ranges what its networks give out by themselves, in text and in numbers
     * @param reservedRanges what dynamic allocation never touches
     */
    record PoolView(
            String pool,
            String subnet,
            String segment,
            List<String> ranges,
            List<String> gateways,
            int users,
            List<ReservedRange> reservedRanges,
            RangeUse use,
            List<RangeView> rangeUse) {}

    /**
     * How full a network's range is.
     *
     * @param network its name, or the beginning of its id until that is known; empty if none has come of it
     */
    record RangeView(String network, String pool, String subnet, String segment, String range, RangeUse use) {}

    /** The first claims that were found, by pool and address, and how many there are in all. */
    record FoundClaims(List<ClaimView> claims, int total) {}

    record ClaimView(
            String pool,
            String address,
            String kind,
            String state,
            Optional<String> host,
            Optional<String> endpoint,
            Optional<String> container,
            Optional<String> mac,
            String since) {}
}
