package io.patchbay.core.ipam;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Links;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses this host has, on whatever link: what it has itself it never sends to a container. The kernel tells all
 * of them or none, and with a thousand links that takes a while, so what it told is kept for a moment.
 */
final class OwnAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

    /** How long after it is set on a link an address may still be given. */
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final State state;
    private final String host;
    private final Links links;
    private final TimeSource time;
    private Set<IpAddress> known = Set.of();
    private Optional<Duration> told = Optional.empty();

    OwnAddresses(State state, String host, Links links, TimeSource time) {
        this.state = state;
        this.host = host;
        this.links = links;
        this.time = time;
    }

    /** When the kernel does not tell: what it told last, and what this host says of itself in the store. */
    synchronized Set<IpAddress> now() {
        Duration now = time.steady();
        if (told.filter(t -> now.minus(t).compareTo(KEPT) < 0).isPresent()) {
            return known;
        }
        try {
            known = links.addresses().stream().map(a -> a.address().address()).collect(Collectors.toUnmodifiableSet());
            told = Optional.of(now);
            return known;
        } catch (PatchbayException e) {
            LOG.warn("this host's own addresses are not known now, the last known hold reason=\"{}\"", e.getMessage());
            return withRecorded();
        }
    }

    private Set<IpAddress> withRecorded() {
        Set<IpAddress> all = new HashSet<>(known);
        state.peek(Ref.host(host))
                .ifPresent(record ->
                        record.value().addresses().stream().map(Cidr::address).forEach(all::add));
        return all;
    }
}
