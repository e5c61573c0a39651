package io.patchbay.daemon.warmup;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.BridgeSpec;
import io.patchbay.core.link.DhcpOffer;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.Link.BridgeSettings;
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
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * Links that are only remembered, so that a warm-up touches no kernel. A warm-up makes one bridge and veth pairs on
 * it, no more.
 */
public final class WarmUpLinks implements Links {
    private final Map<String, Link> links = new ConcurrentSkipListMap<>();

    @Override
    public Optional<Link> find(String name) {
        return Optional.ofNullable(links.get(name));
    }

    @Override
    public List<Link> list() {
        return List.copyOf(links.values());
    }

    @Override
    public Link ensureBridge(BridgeSpec spec) {
        BridgeSettings settings = new BridgeSettings(false, 0, false, 1, false);
        return links.computeIfAbsent(
                spec.name(), name -> link(name, "bridge", spec.alias(), spec.mac(), Optional.of(settings)));
    }

    @Override
    public Veth createVeth(VethSpec spec) {
        if (!links.containsKey(spec.bridge())) {
            throw new PatchbayException(
                    PatchbayException.Kind.NOT_FOUND, "bridge \"" + spec.bridge() + "\" does not exist");
        }
        Link host = link(
                spec.hostEnd(),
                "veth",
                Optional.of(ALIAS_PREFIX + spec.endpointId()),
                spec.hostMac(),
                Optional.empty());
        boolean created = links.put(spec.hostEnd(), host) == null;
        links.put(
                spec.containerEnd(),
                link(spec.containerEnd(), "veth", Optional.empty(), spec.containerMac(), Optional.empty()));
        return new Veth(host, spec.containerEnd(), created);
    }

    private Link link(
            String name, String kind, Optional<String> alias, MacAddress mac, Optional<BridgeSettings> bridge) {
        return new Link(
                links.size() + 2,
                name,
                Optional.of(kind),
                alias,
                mac,
                1500,
                true,
                true,
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                bridge,
                OptionalInt.empty());
    }

    @Override
    public void dropRouterAdvertisements(String hostEnd) {
        if (!links.containsKey(hostEnd)) {
            throw new PatchbayException(PatchbayException.Kind.NOT_FOUND, "link \"" + hostEnd + "\" does not exist");
        }
    }

    @Override
    public void delete(Collection<String> names) {
        names.forEach(links::remove);
    }

    @Override
    public List<LinkAddress> addresses() {
        return List.of();
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    @Override
    public List<PortVlan> portVlans() {
        return List.of();
    }

    @Override
    public List<ForwardingEntry> forwarding() {
        return List.of();
    }

    @Override
    public List<FarEnd> farEnds() {
        return List.of();
    }

    @Override
    public AutoCloseable watch(Consumer<LinkEvent> listener) {
        return () -> {};
    }

    @Override
    public void announce(Announcement announcement) {
        if (announcement.addresses().isEmpty()) {
            throw new PatchbayException(PatchbayException.Kind.INVALID, "an announcement without address");
        }
    }

    @Override
    public AutoCloseable listen(String bridge, Consumer<Sighting> listener) {
        return () -> {};
    }

    @Override
    public Map<IpAddress, MacAddress> probe(String bridge, Collection<IpAddress> addresses, Duration timeout) {
        return Map.of();
    }

    @Override
    public List<DhcpOffer> discoverDhcp(String bridge, Duration timeout) {
        return List.of();
    }
}
