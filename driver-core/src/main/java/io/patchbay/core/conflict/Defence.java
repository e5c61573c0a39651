package io.patchbay.core.conflict;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.Interval;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whose an address is when another station has said that it is its own: one announcement, and no other for ten
 * seconds (RFC 5227, 2.4, the third way: the address is kept). Two that would have it for good do not shout each other
 * down so.
 */
final class Defence {
    private static final Logger LOG = LoggerFactory.getLogger(Defence.class);

    /** DEFEND_INTERVAL of RFC 5227, 1.1. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final State state;
    private final String host;
    private final Links links;
    private final Interval<Ref<Claim>> lately;
    private final AtomicLong sent = new AtomicLong();

    Defence(State state, String host, Links links, TimeSource time) {
        this.state = state;
        this.host = host;
        this.links = links;
        this.lately = new Interval<>(INTERVAL, time);
    }

    /** Defends the claim's address, if a container of this host has it and is there. It asks the kernel. */
    void defend(Claim claim) {
        Optional<EndpointRecord> endpoint = claim.endpoint()
                .filter(id -> claim.isOf(host))
                .flatMap(id -> state.peek(Ref.endpoint(host, id)))
                .map(Versioned::value);
        lately.forgetDue();
        if (endpoint.isPresent() && lately.beginIfDue(Ref.of(claim))) {
            announce(claim, endpoint.get());
        }
    }

    /** Whether the claim is this host's and was not defended lately; asks nobody. */
    boolean isDue(Claim claim) {
        return claim.isOf(host) && lately.isDue(Ref.of(claim));
    }

    private void announce(Claim claim, EndpointRecord endpoint) {
        state.peek(Ref.network(host, endpoint.network())).ifPresent(network -> {
            try {
                links.announce(new Announcement(
                        network.value().bridge(), endpoint.link(), endpoint.mac(), List.of(claim.address())));
                sent.incrementAndGet();
            } catch (PatchbayException e) {
                // its container may be on its way in or out
                LOG.debug("not defended address={} reason=\"{}\"", claim.address(), e.getMessage());
            }
        });
    }

    /** How often an address was defended since start. */
    long sent() {
        return sent.get();
    }
}
