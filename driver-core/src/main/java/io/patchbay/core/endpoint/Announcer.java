package io.patchbay.core.endpoint;

import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.link.Announcement;
import io.patchbay.core.link.Link;
import io.patchbay.core.link.LinkEvent;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.EndpointRecord;
import io.patchbay.core.time.Late;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the LAN of a container's addresses once its end of the link is up. Engines before 28 tell nobody, and a
 * neighbour or switch that remembers the old place goes on sending there for the better part of a minute. The bridge
 * forwards through the port as soon as the container end is up, and that comes after its addresses.
 *
 * <p>What could not be said in time, because the daemon was frozen or starved, is not said: the address may be
 * another's by then, and everybody would believe it.
 */
public final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    /** RFC 5227 section 2.3 wants two, two seconds apart; a lost one costs the peer a minute. */
    private static final List<Long> AFTER_MILLIS = List.of(0L, 1000L, 3000L);

    private final Links links;
    private final TimeSource time;
    private final Predicate<EndpointRecord> vouch;
    private final ScheduledExecutorService executor;
    private final Map<String, Expected> byLink = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();

    private record Expected(EndpointRecord endpoint, String bridge, Duration since) {}

    /** {@code vouch} asks the store whether an endpoint still has its addresses; it may block, and fail. */
    public Announcer(Links links, TimeSource time, Predicate<EndpointRecord> vouch, ScheduledExecutorService executor) {
        this.links = links;
        this.time = time;
        this.vouch = vouch;
        this.executor = executor;
    }

    /** Announces the endpoint as soon as its container is up, at once if it is. */
    void expect(EndpointRecord endpoint, String bridge) {
        if (endpoint.addresses().isEmpty()) {
            return;
        }
        byLink.put(endpoint.link(), new Expected(endpoint, bridge, time.steady()));
        links.find(endpoint.link()).ifPresent(this::seen);
    }

    void forget(String endpointId) {
        byLink.remove(LinkName.of(endpointId).hostEnd());
    }

    /** Takes the events of {@link Links#watch}. */
    public void onEvent(LinkEvent event) {
        if (event instanceof LinkEvent.Changed changed) {
            seen(changed.link());
        } else if (event instanceof LinkEvent.Gone gone) {
            byLink.remove(gone.name());
        } else {
            byLink.keySet().forEach(name -> links.find(name).ifPresent(this::seen));
        }
    }

    private void seen(Link link) {
        if (!link.isForwarding() || !link.peerElsewhere()) {
            return;
        }
        Expected expected = byLink.remove(link.name());
        if (expected == null) {
            return;
        }
        Duration now = time.steady();
        if (Late.isLate(expected.since(), now)) {
            // dockerd took its time, or this process did: then others may have gone on meanwhile
            Chores.begin(executor, "a late announcement", () -> {
                if (vouch.test(expected.endpoint())) {
                    announceFrom(time.steady(), expected);
                }
            });
        } else {
            announceFrom(now, expected);
        }
    }

    private void announceFrom(Duration start, Expected expected) {
        for (long millis : AFTER_MILLIS) {
            Duration pause = Duration.ofMillis(millis);
            Chores.after(executor, pause, "an announcement", () -> announce(expected, start.plus(pause)));
        }
    }

    private void announce(Expected expected, Duration due) {
        if (Late.isLate(due, time.steady())) {
            LOG.info(
                    "not announced, it is too late for that endpoint={}",
                    expected.endpoint().id());
            return;
        }
        try {
            EndpointRecord endpoint = expected.endpoint();
            List<IpAddress> addresses =
                    endpoint.addresses().stream().map(Cidr::address).toList();
            links.announce(new Announcement(expected.bridge(), endpoint.link(), endpoint.mac(), addresses));
            sent.incrementAndGet();
        } catch (RuntimeException e) {
            if (e instanceof PatchbayException refusal && refusal.kind() == Kind.CONFLICT) {
                LOG.warn(
                        "not announced endpoint={} reason=\"{}\"",
                        expected.endpoint().id(),
                        e.getMessage());
                return;
            }
            // the container may be gone again, which the next call of dockerd will tell
            LOG.debug("not announced endpoint={} reason={}", expected.endpoint().id(), e.getMessage());
        }
    }

    /** Announcements sent since start. */
    public long sent() {
        return sent.get();
    }
}
