package io.patchbay.core.endpoint;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.addr.MacAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Links;
import io.patchbay.core.link.Probes;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether somebody on the LAN has an endpoint's addresses already. While the store is away nobody else can say so: a
 * host that was off may have been forgotten, and others may have what its disk says is its own.
 */
final class Vacancy {
    private static final Logger LOG = LoggerFactory.getLogger(Vacancy.class);

    /** Who is there answers within milliseconds; three questions are asked. */
    private static final Duration PROBE = Duration.ofMillis(500);

    private final State state;
    private final Links links;

    Vacancy(State state, Links links) {
        this.state = state;
        this.links = links;
    }

    /**
     * Fails with {@code CONFLICT} if somebody answers, while the store is away and before the endpoint has a link.
     * Silence proves nothing, and a LAN that cannot be asked is silent.
     */
    void check(EndpointRecord endpoint, NetworkRecord network) {
        boolean alone = state.decide("endpoint " + endpoint.id(), Decision::isAlone);
        boolean asked = alone
                && !network.ownBridge()
                && !endpoint.addresses().isEmpty()
                && links.find(endpoint.link()).isEmpty();
        if (!asked) {
            return;
        }
        ask(endpoint, network.bridge()).forEach((address, mac) -> {
            throw new PatchbayException(
                    Kind.CONFLICT,
                    "address " + address + " is that of a station on the LAN with MAC " + mac
                            + "; this host may have been forgotten while it was off, and the store cannot be asked now:"
                            + " start the container again when it can");
        });
    }

    private Map<IpAddress, MacAddress> ask(EndpointRecord endpoint, String bridge) {
        List<IpAddress> addresses =
                endpoint.addresses().stream().map(Cidr::address).toList();
        return Probes.tryAsk(links, bridge, addresses, PROBE).orElseGet(() -> {
            LOG.warn("the LAN cannot be asked bridge={} addresses={}", bridge, addresses);
            return Map.of();
        });
    }
}
