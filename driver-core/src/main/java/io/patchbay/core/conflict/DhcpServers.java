package io.patchbay.core.conflict;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.link.Sighting;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHCP servers that were heard lately giving away addresses that containers are given too. One beside the ranges of
 * all networks, or in a range that people reserved, is as it should be.
 */
public final class DhcpServers {
    private static final Logger LOG = LoggerFactory.getLogger(DhcpServers.class);

    /** How long one is kept that is not heard any more: clients ask again when half of their time is over. */
    private static final Duration KEPT = Duration.ofMinutes(30);

    private static final int MOST = 32;

    private final State state;
    private final TimeSource time;
    private final Map<IpAddress, Known> known = new TreeMap<>();

    public DhcpServers(State state, TimeSource time) {
        this.state = state;
        this.time = time;
    }

    /** {@code seen} is steady. */
    private record Known(DhcpServer server, Duration seen) {}

    /** An address of the pool is given away behind a bridge. */
    void heard(String bridge, PoolName pool, Sighting.Offer offer) {
        Optional<AddressRange> range = rangeAround(pool, offer.address());
        if (range.isEmpty()) {
            return;
        }
        DhcpServer server = new DhcpServer(
                offer.server(), offer.mac(), offer.address(), pool, range.get(), bridge, time.now(), time.now());
        if (note(server)) {
            LOG.warn(
                    "a DHCP server gives away addresses of a range of ours server={} mac={} offered={} range={} pool={}"
                            + " bridge={}",
                    offer.server(),
                    offer.mac().map(Object::toString).orElse("unknown"),
                    offer.address(),
                    range.get(),
                    pool,
                    bridge);
        }
    }

    /** The range of a network that the address lies in, unless people have reserved it. */
    private Optional<AddressRange> rangeAround(PoolName pool, IpAddress address) {
        Optional<Pool> record = state.peek(Ref.pool(pool)).map(Versioned::value);
        if (record.flatMap(p -> p.reservedAround(address)).isPresent()) {
            return Optional.empty();
        }
        return state.peekAll(Refs.usersOf(pool)).stream()
                .map(Versioned::value)
                .map(PoolUser::range)
                .filter(range -> range.contains(address))
                .findFirst();
    }

    private synchronized boolean note(DhcpServer server) {
        Known before = known.get(server.server());
        if (before == null && known.size() >= MOST) {
            return false;
        }
        known.put(
                server.server(), new Known(before == null ? server : server.begunWith(before.server()), time.steady()));
        return before == null;
    }

    /** A station says that it has the address, which may be a server's whose MAC is not known yet. */
    synchronized void heard(Sighting.Station said) {
        known.computeIfPresent(
                said.address(),
                (address, k) -> k.server().mac().isPresent()
                        ? k
                        : new Known(k.server().withMac(Optional.of(said.mac())), k.seen()));
    }

    /** Those that go on, by address. */
    public synchronized List<DhcpServer> all() {
        tidy();
        return known.values().stream().map(Known::server).toList();
    }

    /** Forgets what is over. */
    synchronized void tidy() {
        known.values().removeIf(k -> {
            boolean over = time.steady().minus(k.seen()).compareTo(KEPT) >= 0
                    || rangeAround(k.server().pool(), k.server().offered()).isEmpty();
            if (over) {
                LOG.info(
                        "a DHCP server is not heard any more to give away addresses of ours server={}",
                        k.server().server());
            }
            return over;
        });
    }
}
