package io.patchbay.core.link;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What {@link FakeLinks} has of DHCP servers, VLANs and where stations are. */
abstract class FakeServers extends FakeLanLinks {
    private final List<DhcpOffer> offers = new CopyOnWriteArrayList<>();
    private final List<PortVlan> vlans = new CopyOnWriteArrayList<>();
    private final List<ForwardingEntry> forwarding = new CopyOnWriteArrayList<>();

    /** A DHCP server on the LAN offers that address to whoever asks. */
    public void addOffer(IpAddress address, IpAddress server) {
        offers.add(new DhcpOffer(address, server));
    }

    /** A port is in these VLANs. */
    public void addVlan(PortVlan vlan) {
        vlans.add(vlan);
    }

    @Override
    public List<DhcpOffer> discoverDhcp(String bridge, Duration timeout) {
        LinkRules.checkProbe(bridge, List.of(), timeout);
        Link link = find(bridge)
                .filter(Link::isBridge)
                .orElseThrow(() -> new PatchbayException(
                        PatchbayException.Kind.NOT_FOUND, "bridge \"" + bridge + "\" does not exist"));
        if (!link.up()) {
            throw new PatchbayException(PatchbayException.Kind.UNAVAILABLE, "bridge \"" + bridge + "\" is down");
        }
        return List.copyOf(offers);
    }

    /** A bridge has heard, or was told, where a station is. */
    public void addForwarding(ForwardingEntry entry) {
        forwarding.add(entry);
    }

    @Override
    public List<ForwardingEntry> forwarding() {
        return List.copyOf(forwarding);
    }

    @Override
    public List<PortVlan> portVlans() {
        return List.copyOf(vlans);
    }
}
