package io.patchbay.core.link;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What this host's kernel has: bridges, veth pairs, addresses, routes. The verbs are idempotent; nothing is kept in
 * memory, every answer is the kernel's of that moment. All methods are thread-safe and block for milliseconds; a
 * refusal of the kernel is a {@link PatchbayException} of kind {@code KERNEL} with the verb, the link's name, the error
 * number's name and the kernel's own words (NETLINK_EXT_ACK) when it gave some.
 *
 * <p>A link is ours when its name starts with {@link #PREFIX}; the host end of a veth pair also carries
 * {@link #ALIAS_PREFIX} and the endpoint's id as its alias (IFLA_IFALIAS).
 */
public interface Links {
    /** Every link that Patchbay makes has a name that begins so. */
    String PREFIX = "pb-";

    /** What stands before the endpoint's id in the alias of a host end. */
    String ALIAS_PREFIX = "patchbay:";

    /** The link of that name; empty when there is none. */
    Optional<Link> find(String name);

    /** All links of this namespace, ascending by index. */
    List<Link> list();

    /**
     * Makes a bridge with STP off, forward delay 0, the given fixed MAC and, when given, MTU and alias, and brings it
     * up. One of that name that exists already is left as it is, only brought up; a link of that name that is no bridge
     * is a {@code CONFLICT}.
     */
    Link ensureBridge(BridgeSpec spec);

    /**
     * Makes a veth pair in one request: names, an MTU for each end, MAC of the container end, the host end a port of
     * the bridge and up, its alias set. The bridge takes the least of its ports for its own MTU, unless somebody has
     * given it one. The container end stays down and without address. When the pair exists already and
     * the host end has the same alias it is made to match (MTU, master, up) and answered; the same name with another
     * alias is a {@code CONFLICT}. A bridge that is absent is {@code NOT_FOUND}; a link that is no bridge is
     * {@code INVALID}. On failure nothing of the pair is left.
     */
    Veth createVeth(VethSpec spec);

    /**
     * Keeps router advertisements from reaching the other end of a pair of ours, wherever that end is, as long as the
     * pair lives. Again is not an error. {@code NOT_FOUND} when there is no such link; a name without {@link #PREFIX}
     * is {@code INVALID}; {@code KERNEL} also where the kernel was built without what it takes (clsact, cls_bpf).
     */
    void dropRouterAdvertisements(String hostEnd);

    /**
     * Deletes links by name, the peer of a veth with it; absence is not an error. Several links share one wait of the
     * kernel. Only names with {@link #PREFIX} are accepted, another is {@code INVALID} and nothing is deleted. When it
     * returns the links are gone.
     */
    void delete(Collection<String> names);

    /** Addresses of this host's links. */
    List<LinkAddress> addresses();

    /** Destinations of this namespace's main routing table, both families, default routes included as /0. */
    List<Route> routes();

    /** The VLANs that ports of bridges, and bridges themselves, are in; empty where no bridge filters by VLAN. */
    List<PortVlan> portVlans();

    /** Where bridges of this namespace send what is for a station: of each entry of their forwarding tables. */
    List<ForwardingEntry> forwarding();

    /**
     * The ends in other namespaces of pairs whose host ends are ours, as they are there. One whose namespace is just
     * ending is left out.
     */
    List<FarEnd> farEnds();

    /**
     * Calls {@code listener} for changes of links from now on, one call at a time, from a thread of the adapter. When
     * events were lost (the socket's buffer ran over) the listener gets {@link LinkEvent.Lost} once and should look
     * again itself.
     */
    AutoCloseable watch(Consumer<LinkEvent> listener);

    /**
     * Tells the LAN who has an address: a gratuitous ARP (RFC 5227 announcement) or an unsolicited neighbour
     * advertisement (RFC 4861, 7.2.6, override) per address, sent out of the bridge with the container's MAC as source,
     * after the bridge's own forwarding entry for that MAC has been pointed at the port. Absence of bridge or port is
     * {@code NOT_FOUND}; a port that does not forward yet, because the container's end is down, is {@code UNAVAILABLE}.
     * A MAC that the bridge has as its own, a port's or one that somebody fixed there is a {@code CONFLICT}; nothing
     * is changed or sent then, for the bridge would no longer find who had it.
     */
    void announce(Announcement announcement);

    /** The most addresses of one {@link #probe}. */
    int MAX_PROBES = 64;

    /**
     * Asks the LAN behind a bridge who has these addresses, without having one of them: ARP probes with sender 0.0.0.0
     * (RFC 5227, 2.1.1), neighbour solicitations from the unspecified address (RFC 4862, 5.4.2), three of each within
     * {@code timeout}. Answers the MAC of whoever answered; an address that is not in the answer was silent. It blocks
     * for {@code timeout}, or until all have answered. What this host or a container behind this bridge has answers too
     * or not, so do not ask for those. More than {@link #MAX_PROBES} addresses, or a time that is not between 10 ms and
     * 10 s, are {@code INVALID}; a bridge that is absent is {@code NOT_FOUND}, one that is down {@code UNAVAILABLE}.
     */
    Map<IpAddress, MacAddress> probe(String bridge, Collection<IpAddress> addresses, Duration timeout);

    /**
     * Calls {@code listener} with what is said about addresses on the LAN behind a bridge from now on, one call at a
     * time, from a thread of the adapter; it sends nothing. Heard are ARP messages whose sender has an address,
     * neighbour advertisements, solicitations from an address, and DHCP where an address is given: of what comes in by
     * the bridge's ports, and not what is tagged for another VLAN. What is said again and again is told every five
     * seconds. Of a flood much is left out, and told when it is said again. It goes on when the bridge goes down or
     * away, as soon as one of that name is up. A bridge that is absent is {@code NOT_FOUND}, one that is down
     * {@code UNAVAILABLE}.
     */
    AutoCloseable listen(String bridge, Consumer<Sighting> listener);

    /**
     * Asks the DHCP servers of the LAN behind a bridge once what they would give to a station that there is not, and
     * takes none of it. Answers what was offered until then, or a moment after the first offer; a server may take some
     * seconds. A time that is not between 10 ms and 10 s is {@code INVALID}; a bridge that is absent is
     * {@code NOT_FOUND}, one that is down {@code UNAVAILABLE}.
     */
    List<DhcpOffer> discoverDhcp(String bridge, Duration timeout);

    /** An address on a link of this host. */
    record LinkAddress(int linkIndex, Cidr address) {}

    /**
     * VLANs, from the first to the last, that a port of a bridge is in.
     *
     * @param pvid what comes in without a tag belongs to it, which one VLAN of a port at most has
     */
    record PortVlan(int linkIndex, int first, int last, boolean pvid) {
        public boolean contains(int vlan) {
            return first <= vlan && vlan <= last;
        }
    }

    /**
     * An entry of a bridge's forwarding table.
     *
     * @param port index of the port, or of the bridge for what is its own
     * @param fixed nothing that is heard moves it
     */
    record ForwardingEntry(int port, MacAddress mac, boolean fixed) {}

    /**
     * The end of a pair in a container.
     *
     * @param hostEnd index of the other end, which is here
     */
    record FarEnd(int hostEnd, MacAddress mac, boolean up, List<Cidr> addresses) {
        public FarEnd {
            addresses = List.copyOf(addresses);
        }
    }

    /** A route of this host; the next hop may be of the other family, and is the first where there are several. */
    record Route(Subnet destination, int linkIndex, Optional<IpAddress> nextHop) {}
}
