package io.patchbay.core.endpoint;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Veth;
import io.patchbay.core.link.VethSpec;
import io.patchbay.core.network.Macs;
import io.patchbay.core.network.NetworkOptions;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The veth pairs of endpoints. */
final class Pairs {
    private static final Logger LOG = LoggerFactory.getLogger(Pairs.class);

    /** Modules can be loaded meanwhile, and a refusal may have been of the moment. */
    private static final Duration REFUSAL_HOLDS = Duration.ofMinutes(1);

    private final Links links;
    private final LanMtus lans;
    private final TimeSource time;
    private Optional<Duration> refused = Optional.empty();

    Pairs(Links links, TimeSource time) {
        this.links = links;
        this.lans = new LanMtus(links, time);
        this.time = time;
    }

    /**
     * Makes the endpoint's pair, the container end down and without address. Repeating matches the pair that exists.
     */
    Veth make(EndpointRecord endpoint, NetworkRecord network, NetworkOptions options) {
        LinkName names = LinkName.of(endpoint.id());
        OptionalInt lan = lans.of(network.bridge());
        // what is wanted, else what the LAN takes; without an uplink it is left to the kernel's port
        OptionalInt mtu = options.mtu().isPresent() ? options.mtu() : lan;
        // a bridge takes the least of its ports, and the host's own addresses are on it
        OptionalInt hostMtu = lan.isEmpty() ? lan : OptionalInt.of(Math.max(mtu.getAsInt(), lan.getAsInt()));
        Veth veth = links.createVeth(new VethSpec(
                names.hostEnd(),
                names.containerEnd(),
                network.bridge(),
                endpoint.id(),
                Macs.ofHostEnd(endpoint.id()),
                endpoint.mac(),
                mtu,
                hostMtu));
        keepRoutersOut(names.hostEnd(), network);
        return veth;
    }

    /**
     * What a router advertises contradicts what the network says: an address nobody knows of, a second default route,
     * and dockerd, which finds a route where it sets its own, fails. The container's own settings are out of reach, and
     * what is set on its end before dockerd moves it is lost by the move.
     */
    void keepRoutersOut(String hostEnd, NetworkRecord network) {
        if (network.subnets().isEmpty()
                || NetworkOptions.parse(network.options()).acceptsRa()
                || isRefused()) {
            return;
        }
        try {
            links.dropRouterAdvertisements(hostEnd);
        } catch (PatchbayException e) {
            // a container that hears routers is better than none
            tell(hostEnd, e);
        }
    }

    private synchronized boolean isRefused() {
        return refused.filter(at -> time.steady().minus(at).compareTo(REFUSAL_HOLDS) < 0)
                .isPresent();
    }

    /** A kernel without what it takes refuses all alike, which is said once. */
    private synchronized void tell(String hostEnd, PatchbayException e) {
        if (e.kind() == Kind.NOT_FOUND) {
            LOG.debug("the container has ended link={}", hostEnd);
            return;
        }
        boolean kernel = e.kind() == Kind.KERNEL;
        if (kernel && refused.isPresent()) {
            LOG.debug("router advertisements reach the container link={}", hostEnd);
        } else {
            LOG.warn(
                    "router advertisements reach the container{} link={} reason=\"{}\"",
                    kernel ? ", and those that start while the kernel refuses; said once" : "",
                    hostEnd,
                    e.getMessage());
        }
        if (kernel) {
            refused = Optional.of(time.steady());
        }
    }

    /** Takes back what {@link #make} made, because of {@code cause}. */
    void undo(Veth veth, RuntimeException cause) {
        if (veth.created()) {
            try {
                links.delete(java.util.List.of(veth.host().name(), veth.containerEnd()));
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
