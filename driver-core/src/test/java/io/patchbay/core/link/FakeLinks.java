package io.patchbay.core.link;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Link.BridgeSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A kernel in memory that keeps the contract of {@link Links}, with what tests of the layers above need besides: verbs
 * that fail once, what dockerd does with container ends, addresses and routes, the announcements that were made.
 */
public final class FakeLinks extends FakeServers {
    /** The verbs that can be told to fail. */
    public enum Verb {
        FIND,
        LIST,
        ENSURE_BRIDGE,
        CREATE_VETH,
        DROP_RA,
        DELETE,
        ADDRESSES,
        ROUTES,
        WATCH,
        ANNOUNCE,
        PROBE,
        LISTEN
    }

    private final TreeMap<Integer, FakeLink> links = new TreeMap<>();
    private final List<FakeWatch<LinkEvent>> watches = new CopyOnWriteArrayList<>();
    private final List<Announcement> announcements = new CopyOnWriteArrayList<>();
    private final List<LinkAddress> addresses = new CopyOnWriteArrayList<>();
    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private int lastIndex = 1;

    /**
     * dockerd moves the container end into a sandbox and brings it up there: gone from here, and the host end has a
     * carrier.
     */
    public synchronized void moveToSandbox(String containerEnd) {
        FakeLink link = require(containerEnd);
        link.elsewhere = true;
        send(new LinkEvent.Gone(link.index, link.name));
        changed(link.peer());
        link.up = true;
        changed(link.peer());
    }

    /** The same, and it gets an address there. */
    public synchronized void moveToSandbox(String containerEnd, Cidr address) {
        moveToSandbox(containerEnd);
        elsewhere(containerEnd).addresses = List.of(address);
    }

    /** dockerd, or somebody in the container, sets up an end that is in a sandbox. */
    public synchronized void configure(String containerEnd, MacAddress mac, boolean up, List<Cidr> addresses) {
        FakeLink link = elsewhere(containerEnd);
        link.mac = mac;
        link.up = up;
        link.addresses = List.copyOf(addresses);
    }

    private FakeLink elsewhere(String containerEnd) {
        return links.values().stream()
                .filter(l -> l.elsewhere && l.name.equals(containerEnd))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(containerEnd + " is in no sandbox"));
    }

    @Override
    public synchronized List<FarEnd> farEnds() {
        return links.values().stream()
                .filter(l -> l.elsewhere)
                .map(l -> new FarEnd(l.peer().index, l.mac, l.up, l.addresses))
                .toList();
    }

    /** dockerd moves it back after a stop: here again under its own name, down. */
    public synchronized void moveBack(String containerEnd) {
        FakeLink link = elsewhere(containerEnd);
        link.elsewhere = false;
        link.up = false;
        changed(link);
        changed(link.peer());
    }

    /** The sandbox's namespace is destroyed and the pair with it. */
    public synchronized void destroySandbox(String hostEnd) {
        FakeLink host = require(hostEnd);
        if (!host.peer().elsewhere) {
            throw new IllegalStateException("the peer of " + hostEnd + " is in no sandbox");
        }
        remove(host);
    }

    /** A link that Patchbay did not make, without kind, like a NIC; it has a carrier and may be a bridge's port. */
    public synchronized Link addForeign(String name, MacAddress mac, Optional<String> bridge) {
        FakeLink link = add(name, Optional.empty(), mac, 1500);
        link.up = true;
        link.master = bridge.map(this::require);
        link.master.ifPresent(FakeLink::takeLeastMtu);
        changed(link);
        return link.view();
    }

    /** The administrative state of a link, as {@code ip link set} would do it. */
    public synchronized void setUp(String name, boolean up) {
        FakeLink link = require(name);
        link.up = up;
        changed(link);
        if (link.peer != null) {
            changed(link.peer());
        }
    }

    /** The bridge whose port a link is, as {@code ip link set} would do it. */
    public synchronized void setMaster(String name, Optional<String> bridge) {
        FakeLink link = require(name);
        link.master = bridge.map(this::require);
        changed(link);
    }

    /** The MTU of a link, as {@code ip link set} would do it. */
    public synchronized void setMtu(String name, int mtu) {
        FakeLink link = require(name);
        link.mtu = mtu;
        link.ownMtu = link.bridge.isPresent();
        link.master.ifPresent(FakeLink::takeLeastMtu);
        changed(link);
    }

    /** The MAC of a link, as {@code ip link set} would do it. */
    public synchronized void setMac(String name, MacAddress mac) {
        require(name).mac = mac;
    }

    /** The alias of a link, as {@code ip link set} would do it. */
    public synchronized void setAlias(String name, String alias) {
        require(name).alias = Optional.of(alias).filter(a -> !a.isEmpty());
    }

    /** Nothing passes through the port, as {@code bridge link set state 4} would do it. */
    public synchronized void block(String name) {
        require(name).blocked = true;
    }

    /** Somebody else deletes a link, whatever its name. */
    public synchronized void removeForeign(String name) {
        remove(require(name));
    }

    /** Somebody else changes the settings of a bridge. */
    public synchronized void setBridge(String name, BridgeSettings settings) {
        FakeLink link = require(name);
        link.bridge = Optional.of(settings);
        changed(link);
    }

    public void addAddress(LinkAddress address) {
        addresses.add(address);
    }

    public void addRoute(Route route) {
        routes.add(route);
    }

    public void clearRoutes() {
        routes.clear();
    }

    /** Every announcement so far, oldest first. */
    public List<Announcement> announcements() {
        return List.copyOf(announcements);
    }

    /** As if the socket's buffer had run over. */
    public void loseEvents() {
        send(new LinkEvent.Lost());
    }

    @Override
    public synchronized Optional<Link> find(String name) {
        calls.begin(Verb.FIND);
        LinkRules.checkName(name);
        return here(name).map(FakeLink::view);
    }

    @Override
    public synchronized List<Link> list() {
        calls.begin(Verb.LIST);
        return links.values().stream()
                .filter(l -> !l.elsewhere)
                .map(FakeLink::view)
                .toList();
    }

    @Override
    public synchronized Link ensureBridge(BridgeSpec spec) {
        calls.begin(Verb.ENSURE_BRIDGE);
        LinkRules.check(spec);
        FakeLink link = here(spec.name()).orElseGet(() -> {
            FakeLink made = add(
                    spec.name(), Optional.of("bridge"), spec.mac(), spec.mtu().orElse(1500));
            made.alias = spec.alias();
            made.ownMtu = spec.mtu().isPresent();
            made.bridge = Optional.of(new BridgeSettings(false, 0, false, 1, false));
            return made;
        });
        if (link.bridge.isEmpty()) {
            throw refuse(PatchbayException.Kind.CONFLICT, "link \"" + spec.name() + "\" exists and is no bridge");
        }
        link.up = true;
        changed(link);
        return link.view();
    }

    @Override
    public synchronized Veth createVeth(VethSpec spec) {
        calls.begin(Verb.CREATE_VETH);
        LinkRules.check(spec);
        FakeLink bridge = here(spec.bridge())
                .orElseThrow(() ->
                        refuse(PatchbayException.Kind.NOT_FOUND, "bridge \"" + spec.bridge() + "\" does not exist"));
        if (bridge.bridge.isEmpty()) {
            throw refuse(PatchbayException.Kind.INVALID, "link \"" + spec.bridge() + "\" is no bridge");
        }
        int mtu = spec.mtu().orElse(bridge.mtu);
        int hostMtu = spec.hostMtu().orElse(Math.max(bridge.mtu, mtu));
        String alias = ALIAS_PREFIX + spec.endpointId();
        Optional<FakeLink> existing = here(spec.hostEnd());
        FakeLink host = existing.orElseGet(() -> addPair(spec, alias, mtu, hostMtu));
        if (host.peer == null || !host.alias.equals(Optional.of(alias))) {
            throw refuse(
                    PatchbayException.Kind.CONFLICT,
                    "link \"" + spec.hostEnd() + "\" exists and does not have the alias \"" + alias + "\"");
        }
        host.mtu = hostMtu;
        if (!host.peer().elsewhere) {
            host.peer().mtu = mtu;
        }
        host.master = Optional.of(bridge);
        host.up = true;
        bridge.takeLeastMtu();
        changed(host);
        return new Veth(host.view(), spec.containerEnd(), existing.isEmpty());
    }

    private FakeLink addPair(VethSpec spec, String alias, int mtu, int hostMtu) {
        if (here(spec.containerEnd()).isPresent()) {
            throw refuse(
                    PatchbayException.Kind.CONFLICT, "link \"" + spec.containerEnd() + "\" exists and is not its peer");
        }
        FakeLink container = add(spec.containerEnd(), Optional.of("veth"), spec.containerMac(), mtu);
        FakeLink host = add(spec.hostEnd(), Optional.of("veth"), spec.hostMac(), hostMtu);
        host.alias = Optional.of(alias);
        host.peer = container;
        container.peer = host;
        changed(container);
        return host;
    }

    @Override
    public synchronized void dropRouterAdvertisements(String hostEnd) {
        calls.begin(Verb.DROP_RA);
        LinkRules.checkOurs(hostEnd);
        here(hostEnd)
                .orElseThrow(() -> refuse(
                        PatchbayException.Kind.NOT_FOUND, "link \"" + hostEnd + "\" does not exist on this host"))
                .dropsRa = true;
    }

    /** Whether a router advertisement on the bridge reaches the container behind that host end. */
    public synchronized boolean letsRaThrough(String hostEnd) {
        return !require(hostEnd).dropsRa;
    }

    @Override
    public synchronized void delete(Collection<String> names) {
        calls.begin(Verb.DELETE);
        names.forEach(LinkRules::checkOurs);
        names.forEach(name -> here(name).ifPresent(this::remove));
    }

    private void remove(FakeLink link) {
        List<FakeLink> gone = new ArrayList<>(List.of(link));
        if (link.peer != null) {
            gone.add(link.peer());
        }
        for (FakeLink l : gone) {
            links.remove(l.index);
            addresses.removeIf(a -> a.linkIndex() == l.index);
            routes.removeIf(r -> r.linkIndex() == l.index);
            links.values().forEach(port -> port.master = port.master.filter(m -> m != l));
            l.master.ifPresent(FakeLink::takeLeastMtu);
            if (!l.elsewhere) {
                send(new LinkEvent.Gone(l.index, l.name));
            }
        }
    }

    @Override
    public synchronized List<LinkAddress> addresses() {
        calls.begin(Verb.ADDRESSES);
        return List.copyOf(addresses);
    }

    @Override
    public synchronized List<Route> routes() {
        calls.begin(Verb.ROUTES);
        return List.copyOf(routes);
    }

    @Override
    public synchronized AutoCloseable watch(Consumer<LinkEvent> listener) {
        calls.begin(Verb.WATCH);
        FakeWatch<LinkEvent> watch = new FakeWatch<>(listener, watches::remove);
        watches.add(watch);
        return watch;
    }

    @Override
    public synchronized void announce(Announcement announcement) {
        calls.begin(Verb.ANNOUNCE);
        LinkRules.check(announcement);
        Optional<FakeLink> bridge = here(announcement.bridge());
        boolean isPort = bridge.isPresent()
                && here(announcement.port())
                        .filter(p -> p.master.equals(bridge))
                        .isPresent();
        if (!isPort) {
            throw refuse(
                    PatchbayException.Kind.NOT_FOUND,
                    "link \"" + announcement.port() + "\" is no port of a bridge \"" + announcement.bridge() + "\"");
        }
        if (!require(announcement.port()).view().isForwarding()) {
            throw refuse(
                    PatchbayException.Kind.UNAVAILABLE,
                    "port \"" + announcement.port() + "\" does not forward, its other end is down");
        }
        if (links.values().stream()
                .anyMatch(l -> (l.master.equals(bridge) || bridge.get() == l) && l.mac.equals(announcement.mac()))) {
            throw refuse(PatchbayException.Kind.CONFLICT, "MAC " + announcement.mac() + " is the bridge's or a port's");
        }
        announcements.add(announcement);
    }

    @Override
    synchronized Optional<Link> quietly(String name) {
        return here(name).map(FakeLink::view);
    }

    private FakeLink add(String name, Optional<String> kind, MacAddress mac, int mtu) {
        if (here(name).isPresent()) {
            throw new IllegalStateException(name + " exists");
        }
        FakeLink link = new FakeLink(++lastIndex, name, kind, mac, mtu, links.values());
        links.put(link.index, link);
        return link;
    }

    private Optional<FakeLink> here(String name) {
        return links.values().stream()
                .filter(l -> !l.elsewhere && l.name.equals(name))
                .findFirst();
    }

    private FakeLink require(String name) {
        return here(name).orElseThrow(() -> new IllegalStateException(name + " does not exist"));
    }

    private void changed(FakeLink link) {
        if (!link.elsewhere) {
            send(new LinkEvent.Changed(link.view()));
        }
    }

    private void send(LinkEvent event) {
        watches.forEach(watch -> watch.send(event));
    }
}
