package io.patchbay.daemon.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.DhcpOffer;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkEvent;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.link.Veth;
import io.patchbay.core.link.VethSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Links whose verbs are timed as {@code patchbay_netlink_seconds}. */
public final class MeteredLinks implements Links {
    private final Links links;
    private final VerbTimers timers;

    public MeteredLinks(Links links, CompletableFuture<? extends MeterRegistry> registry) {
        this.links = links;
        this.timers = new VerbTimers(registry, "patchbay.netlink", "Time the kernel takes, by verb and outcome");
    }

    @Override
    public Optional<Link> find(String name) {
        return timers.time("find", () -> links.find(name));
    }

    @Override
    public List<Link> list() {
        return timers.time("list", links::list);
    }

    @Override
    public Link ensureBridge(BridgeSpec spec) {
        return timers.time("ensure_bridge", () -> links.ensureBridge(spec));
    }

    @Override
    public Veth createVeth(VethSpec spec) {
        return timers.time("create_veth", () -> links.createVeth(spec));
    }

    @Override
    public void dropRouterAdvertisements(String hostEnd) {
        timers.run("drop_ra", () -> links.dropRouterAdvertisements(hostEnd));
    }

    @Override
    public void delete(Collection<String> names) {
        timers.run("delete", () -> links.delete(names));
    }

    @Override
    public List<LinkAddress> addresses() {
        return timers.time("addresses", links::addresses);
    }

    @Override
    public List<Route> routes() {
        return timers.time("routes", links::routes);
    }

    @Override
    public List<PortVlan> portVlans() {
        return timers.time("port_vlans", links::portVlans);
    }

    @Override
    public List<ForwardingEntry> forwarding() {
        return timers.time("forwarding", links::forwarding);
    }

    @Override
    public List<FarEnd> farEnds() {
        return timers.time("far_ends", links::farEnds);
    }

    @Override
    public AutoCloseable watch(Consumer<LinkEvent> listener) {
        return timers.time("watch", () -> links.watch(listener));
    }

    @Override
    public void announce(Announcement announcement) {
        timers.run("announce", () -> links.announce(announcement));
    }

    @Override
    public AutoCloseable listen(String bridge, Consumer<Sighting> listener) {
        return timers.time("listen", () -> links.listen(bridge, listener));
    }

    @Override
    public Map<IpAddress, MacAddress> probe(String bridge, Collection<IpAddress> addresses, Duration timeout) {
        return timers.time("probe", () -> links.probe(bridge, addresses, timeout));
    }

    @Override
    public List<DhcpOffer> discoverDhcp(String bridge, Duration timeout) {
        return timers.time("discover_dhcp", () -> links.discoverDhcp(bridge, timeout));
    }
}
