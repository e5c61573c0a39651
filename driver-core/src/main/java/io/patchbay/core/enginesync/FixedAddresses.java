package io.patchbay.core.enginesync;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.engine.Engine;
import io.patchbay.core.engine.EngineNetwork;
import io.patchbay.core.engine.FixedAddress;
import io.patchbay.core.ipam.FixedClaims;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps for each container of this host, running or not, the addresses that it asks for by name, and ends what no
 * container asks for any more: only the engine knows which containers there are.
 */
final class FixedAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(FixedAddresses.class);

    /** Containers that join wake rounds every few seconds, and nothing of this is so urgent. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final State state;
    private final String host;
    private final Engine engine;
    private final FixedClaims claims;
    private final TimeSource time;
    private Optional<Duration> last = Optional.empty();

    FixedAddresses(State state, String host, Engine engine, FixedClaims claims, TimeSource time) {
        this.state = state;
        this.host = host;
        this.engine = engine;
        this.claims = claims;
        this.time = time;
    }

    /** Where an address lies, and through which use of the pool its network has it. */
    private record Place(PoolName pool, String user, IpAddress address) {}

    /** One look, unless the last one was just now. Fails like the engine. */
    void look(List<EngineNetwork> listed) {
        Duration now = time.steady();
        boolean early = last.filter(l -> now.minus(l).compareTo(PAUSE) < 0).isPresent();
        // first, so that a container which is made and stopped meanwhile is none that is missing
        List<Versioned<Claim>> unused = early ? List.of() : claims.unused();
        boolean idle = unused.isEmpty() && state.peekAll(Refs.networksOf(host)).isEmpty();
        if (early || idle) {
            return;
        }
        Map<Place, SortedSet<String>> named = named(listed);
        Chores.each(
                "the keeping of a fixed address",
                named.entrySet(),
                Map.Entry::getKey,
                one -> claims.keep(
                        one.getKey().pool(), one.getKey().user(), one.getKey().address(), one.getValue()));
        if (state.unreadable(Refs.networksOf(host)).isEmpty()) {
            Chores.each(
                    "the end of a fixed address", unused, claim -> Ref.of(claim.value()), claim -> end(claim, named));
        }
        last = Optional.of(now);
    }

    private void end(Versioned<Claim> claim, Map<Place, SortedSet<String>> named) {
        Claim c = claim.value();
        boolean missing = named.keySet().stream()
                .noneMatch(place ->
                        place.pool().equals(c.pool()) && place.address().equals(c.address()));
        if (missing && claims.end(claim)) {
            LOG.info("no container asks for the address any more address={} pool={}", c.address(), c.pool());
        }
    }

    private Map<Place, SortedSet<String>> named(List<EngineNetwork> listed) {
        Map<String, String> ids = new HashMap<>();
        listed.forEach(network -> ids.put(network.name(), network.id()));
        Map<Place, SortedSet<String>> named = new HashMap<>();
        for (FixedAddress fixed : engine.fixedAddresses()) {
            String id = ids.getOrDefault(fixed.network(), fixed.network());
            state.peek(Ref.network(host, id))
                    .flatMap(network -> place(network.value(), fixed.address()))
                    .ifPresent(place ->
                            named.computeIfAbsent(place, p -> new TreeSet<>()).add(fixed.container()));
        }
        return named;
    }

    private static Optional<Place> place(NetworkRecord network, IpAddress address) {
        return network.subnets().stream()
                .filter(subnet -> subnet.subnet().contains(address))
                .findFirst()
                .filter(subnet -> subnet.pool().isPresent() && subnet.user().isPresent())
                .map(subnet -> place(subnet, address));
    }

    private static Place place(NetworkSubnet subnet, IpAddress address) {
        return new Place(subnet.pool().orElseThrow(), subnet.user().orElseThrow(), address);
    }
}
