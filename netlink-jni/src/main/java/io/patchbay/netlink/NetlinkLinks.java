package io.patchbay.netlink;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.DhcpOffer;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkEvent;
import io.patchbay.core.link.LinkRules;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.link.Veth;
import io.patchbay.core.link.VethSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The kernel's links over rtnetlink. It keeps nothing but a lock; every call asks the kernel on a socket of its own.
 * Needs CAP_NET_ADMIN, and CAP_NET_RAW to announce, to listen and to probe.
 */
public final class NetlinkLinks implements Links {
    /** Per address: its length and room for 16 bytes ({@code struct announced} of announce.h). */
    private static final int ANNOUNCED_BYTES = 17;

    /** Per offer: the address and the server's ({@code struct dhcp_offer} of dhcp.h). */
    private static final int OFFERED_BYTES = 8;

    private static final int OFFERED_LIMIT = 8;

    /** What jni_glue.c takes at once. */
    private static final int ANNOUNCED_LIMIT = 64;

    /**
     * Between the look at a name and the request that makes it and sets its alias nobody else of this process may make
     * it, or the alias would go to his link. It costs nothing: the kernel makes one link at a time anyway.
     */
    private final Object making = new Object();

    private final Prober prober = new Prober();
    private final AnnounceSocket announceSocket = new AnnounceSocket();

    /** Loads the C library. Throws {@link PatchbayException} that lists what was tried when it cannot be loaded. */
    public NetlinkLinks() {
        NativeLibrary.load();
    }

    @Override
    public Optional<Link> find(String name) {
        LinkRules.checkName(name);
        return Kernel.find(List.of(name)).stream().findFirst();
    }

    @Override
    public List<Link> list() {
        return LinkReader.links(Kernel.dump("list links", Native.LINKS)).stream()
                .sorted(Comparator.comparingInt(Link::index))
                .toList();
    }

    @Override
    public Link ensureBridge(BridgeSpec spec) {
        LinkRules.check(spec);
        synchronized (making) {
            return find(spec.name()).map(link -> raised(spec, link)).orElseGet(() -> makeBridge(spec));
        }
    }

    private Link raised(BridgeSpec spec, Link link) {
        if (!link.isBridge()) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "link \"" + spec.name() + "\" exists and is " + link.kind().orElse("a device") + ", no bridge");
        }
        if (link.up()) {
            return link;
        }
        Kernel.act("bring up bridge " + spec.name(), words -> Native.adjust(link.index(), 0, 0, words));
        return require(spec.name());
    }

    private static Link makeBridge(BridgeSpec spec) {
        byte[] strings = Kernel.strings(List.of(spec.name(), spec.alias().orElse("")));
        byte[] mac = spec.mac().bytes();
        ByteBuffer made = Kernel.answer(
                "create bridge " + spec.name(),
                new byte[LinkReader.MAX_BYTES],
                (out, words) -> Native.createBridge(strings, mac, spec.mtu().orElse(0), out, words));
        return LinkReader.links(made).get(0);
    }

    @Override
    public Veth createVeth(VethSpec spec) {
        LinkRules.check(spec);
        synchronized (making) {
            List<Link> there = Kernel.find(List.of(spec.bridge(), spec.hostEnd()));
            Link bridge = named(there, spec.bridge())
                    .orElseThrow(() -> new PatchbayException(
                            Kind.NOT_FOUND, "bridge \"" + spec.bridge() + "\" does not exist on this host"));
            if (!bridge.isBridge()) {
                throw new PatchbayException(
                        Kind.INVALID,
                        "link \"" + spec.bridge() + "\" is " + bridge.kind().orElse("a device")
                                + ", no bridge, and takes no ports");
            }
            Mtus mtus = Mtus.of(spec, bridge);
            return named(there, spec.hostEnd())
                    .map(host -> matched(spec, host, bridge, mtus))
                    .orElseGet(() -> makeVeth(spec, bridge, mtus));
        }
    }

    private static Optional<Link> named(List<Link> links, String name) {
        return links.stream().filter(l -> l.name().equals(name)).findFirst();
    }

    private record Mtus(int host, int container) {
        static Mtus of(VethSpec spec, Link bridge) {
            int container = spec.mtu().orElse(bridge.mtu());
            return new Mtus(spec.hostMtu().orElse(Math.max(bridge.mtu(), container)), container);
        }
    }

    private static Veth makeVeth(VethSpec spec, Link bridge, Mtus mtus) {
        byte[] strings = Kernel.strings(List.of(spec.hostEnd(), spec.containerEnd(), ALIAS_PREFIX + spec.endpointId()));
        byte[] macs = ByteBuffer.allocate(12)
                .put(spec.hostMac().bytes())
                .put(spec.containerMac().bytes())
                .array();
        ByteBuffer made = Kernel.answer(
                "create veth pair " + spec.hostEnd() + "/" + spec.containerEnd() + " on bridge " + spec.bridge(),
                new byte[LinkReader.MAX_BYTES],
                (out, words) ->
                        Native.createVeth(strings, macs, bridge.index(), mtus.host(), mtus.container(), out, words));
        return new Veth(LinkReader.links(made).get(0), spec.containerEnd(), true);
    }

    private Veth matched(VethSpec spec, Link host, Link bridge, Mtus mtus) {
        String alias = ALIAS_PREFIX + spec.endpointId();
        if (!host.alias().equals(Optional.of(alias))) {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "link \"" + spec.hostEnd() + "\" exists with alias \""
                            + host.alias().orElse("") + "\", not \"" + alias + "\"");
        }
        boolean same = host.mtu() == mtus.host() && host.up() && host.master().orElse(0) == bridge.index();
        if (!same) {
            Kernel.act(
                    "put " + spec.hostEnd() + " on bridge " + spec.bridge(),
                    words -> Native.adjust(host.index(), bridge.index(), mtus.host(), words));
        }
        /* In a sandbox it is dockerd's, which has set what Join told it. */
        find(spec.containerEnd())
                .filter(container -> !host.peerElsewhere() && host.peer().orElse(0) == container.index())
                .filter(container -> container.mtu() != mtus.container())
                .ifPresent(container -> Kernel.act(
                        "set MTU " + mtus.container() + " of " + spec.containerEnd(),
                        words -> Native.setMtu(container.index(), mtus.container(), words)));
        return new Veth(same ? host : require(spec.hostEnd()), spec.containerEnd(), false);
    }

    private Link require(String name) {
        return find(name)
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND, "link \"" + name + "\" was deleted by somebody else just now"));
    }

    @Override
    public void dropRouterAdvertisements(String hostEnd) {
        LinkRules.checkOurs(hostEnd);
        Link link = find(hostEnd)
                .orElseThrow(() ->
                        new PatchbayException(Kind.NOT_FOUND, "link \"" + hostEnd + "\" does not exist on this host"));
        Kernel.act("keep router advertisements out of " + hostEnd, words -> Native.dropRa(link.index(), words));
    }

    @Override
    public void delete(Collection<String> names) {
        names.forEach(LinkRules::checkOurs);
        if (names.isEmpty()) {
            return;
        }
        byte[] strings = Kernel.strings(new LinkedHashSet<>(names));
        Kernel.act("delete " + String.join(", ", names), words -> Native.delete(strings, words));
    }

    @Override
    public List<LinkAddress> addresses() {
        return AddressReader.addresses(Kernel.dump("list addresses", Native.ADDRESSES));
    }

    @Override
    public List<Route> routes() {
        return AddressReader.routes(Kernel.dump("list routes", Native.ROUTES));
    }

    @Override
    public List<PortVlan> portVlans() {
        return AddressReader.vlans(Kernel.dump("list VLANs of ports", Native.VLANS));
    }

    @Override
    public List<ForwardingEntry> forwarding() {
        return AddressReader.forwarding(Kernel.dump("list forwarding tables", Native.FORWARDING));
    }

    @Override
    public List<FarEnd> farEnds() {
        List<LinkReader.HostEnd> ends = LinkReader.hostEnds(Kernel.dump("list links", Native.LINKS));
        return ends.stream().flatMap(end -> farEnd(end).stream()).toList();
    }

    /** Empty when the container has ended meanwhile, and its namespace with it. */
    private static Optional<FarEnd> farEnd(LinkReader.HostEnd end) {
        try {
            List<LinkAddress> addresses =
                    AddressReader.addresses(Kernel.dump("list addresses elsewhere", Native.ADDRESSES, end.netns()));
            return LinkReader.links(Kernel.dump("list links elsewhere", Native.LINKS, end.netns())).stream()
                    .filter(link -> link.index() == end.peer())
                    .findFirst()
                    .map(link -> new FarEnd(
                            end.index(),
                            link.mac(),
                            link.up(),
                            addresses.stream()
                                    .filter(a -> a.linkIndex() == link.index())
                                    .map(LinkAddress::address)
                                    .toList()));
        } catch (PatchbayException e) {
            return Optional.empty();
        }
    }

    @Override
    public AutoCloseable watch(Consumer<LinkEvent> listener) {
        KernelWatch watch = LinkWatch.open(listener);
        watch.start();
        return watch;
    }

    @Override
    public void announce(Announcement announcement) {
        LinkRules.check(announcement);
        List<Link> there = Kernel.find(List.of(announcement.bridge(), announcement.port()));
        Link bridge = named(there, announcement.bridge())
                .filter(Link::isBridge)
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND, "bridge \"" + announcement.bridge() + "\" does not exist on this host"));
        Link port = named(there, announcement.port())
                .filter(p -> p.master().orElse(0) == bridge.index())
                .orElseThrow(() -> new PatchbayException(
                        Kind.NOT_FOUND,
                        "link \"" + announcement.port() + "\" is no port of bridge \"" + announcement.bridge() + "\""));
        if (!port.isForwarding()) {
            // the bridge takes no forwarding entry for such a port (fdb_add_entry: EPERM),
            // and nobody could be reached behind it
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    "port \"" + announcement.port() + "\" of bridge \"" + announcement.bridge()
                            + "\" does not forward (state " + port.portState().orElse(0)
                            + "): its other end is down");
        }
        boolean byVlan =
                bridge.bridge().filter(Link.BridgeSettings::vlanFiltering).isPresent();
        byte[] mac = announcement.mac().bytes();
        int socket = announceSocket.get();
        List<IpAddress> addresses = announcement.addresses();
        for (int from = 0; from < addresses.size(); from += ANNOUNCED_LIMIT) {
            byte[] some = announced(addresses.subList(from, Math.min(addresses.size(), from + ANNOUNCED_LIMIT)));
            movable(
                    announcement,
                    () -> Kernel.act(
                            "announce " + addresses + " on bridge " + announcement.bridge(),
                            words -> Native.announce(socket, bridge.index(), port.index(), byVlan, mac, some, words)));
        }
    }

    private static void movable(Announcement announcement, Runnable announcing) {
        try {
            announcing.run();
        } catch (PatchbayException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "MAC " + announcement.mac() + " is not announced: bridge \"" + announcement.bridge()
                            + "\" has it as its own, a port's or a fixed one, and a station behind \""
                            + announcement.port() + "\" with the same MAC cannot be reached",
                    e);
        }
    }

    @Override
    public AutoCloseable listen(String bridge, Consumer<Sighting> listener) {
        Link unused = bridgeThatIsUp(bridge);
        KernelWatch watch = AddressListener.open(bridge, listener);
        watch.start();
        return watch;
    }

    @Override
    public Map<IpAddress, MacAddress> probe(String bridge, Collection<IpAddress> addresses, Duration timeout) {
        LinkRules.checkProbe(bridge, addresses, timeout);
        Link link = bridgeThatIsUp(bridge);
        List<IpAddress> asked = List.copyOf(new LinkedHashSet<>(addresses));
        if (asked.isEmpty()) {
            return Map.of();
        }
        return prober.ask(link, asked, announced(asked), timeout);
    }

    private Link bridgeThatIsUp(String bridge) {
        Link link = find(bridge)
                .filter(Link::isBridge)
                .orElseThrow(() ->
                        new PatchbayException(Kind.NOT_FOUND, "bridge \"" + bridge + "\" does not exist on this host"));
        if (!link.up()) {
            throw new PatchbayException(Kind.UNAVAILABLE, "bridge \"" + bridge + "\" is down");
        }
        return link;
    }

    @Override
    public List<DhcpOffer> discoverDhcp(String bridge, Duration timeout) {
        LinkRules.checkProbe(bridge, List.of(), timeout);
        Link link = bridgeThatIsUp(bridge);
        ByteBuffer records = Kernel.answer(
                "ask for DHCP servers on bridge " + bridge,
                new byte[OFFERED_LIMIT * OFFERED_BYTES],
                (out, words) -> Native.discover(link.index(), link.mac().bytes(), (int) timeout.toMillis(), out));
        List<DhcpOffer> offers = new ArrayList<>();
        while (records.remaining() >= OFFERED_BYTES) {
            offers.add(new DhcpOffer(v4(records), v4(records)));
        }
        return offers.stream().distinct().toList();
    }

    private static IpAddress v4(ByteBuffer from) {
        byte[] bytes = new byte[4];
        from.get(bytes);
        return IpAddress.of(bytes);
    }

    private static byte[] announced(List<IpAddress> addresses) {
        byte[] bytes = new byte[addresses.size() * ANNOUNCED_BYTES];
        int at = 0;
        for (IpAddress address : addresses) {
            byte[] raw = address.bytes();
            bytes[at] = (byte) raw.length;
            System.arraycopy(raw, 0, bytes, at + 1, raw.length);
            at += ANNOUNCED_BYTES;
        }
        return bytes;
    }
}
