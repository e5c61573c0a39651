package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.NetworkRecord;
import io.patchbay.core.record.NetworkRecord.NetworkSubnet;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Which pool an operator means: by the pool's name, by its subnet, or by a network on it. */
final class PoolSelector {
    /** Fewer digits of an id are more likely a name that nobody has. */
    private static final int SHORTEST_ID = 4;

    private final State state;

    PoolSelector(State state) {
        this.state = state;
    }

    /** The pool meant; a network may have several, and the range tells which. A subnet need not have a pool yet. */
    PoolName select(String text, Optional<String> segment, AddressRange range) {
        if (text.indexOf('~') >= 0) {
            return parsed(text, () -> PoolName.parse(text));
        }
        return text.indexOf('/') >= 0 ? bySubnet(text, segment) : byNetwork(text, segment, range);
    }

    private static <T> T parsed(String text, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw new PatchbayException(Kind.INVALID, "\"" + text + "\" names no pool: " + e.getMessage(), e);
        }
    }

    private PoolName bySubnet(String text, Optional<String> segment) {
        Subnet subnet = parsed(text, () -> Subnet.parse(text));
        if (segment.isPresent()) {
            return parsed(segment.get(), () -> new PoolName(segment.get(), subnet));
        }
        List<PoolName> named = state.peekAll(Refs.pools()).stream()
                .map(pool -> pool.value().name())
                .filter(name -> name.subnet().equals(subnet))
                .toList();
        return named.isEmpty() ? new PoolName(PoolName.DEFAULT_SEGMENT, subnet) : one(text, named);
    }

    private PoolName byNetwork(String text, Optional<String> segment, AddressRange range) {
        List<NetworkRecord> networks = state.peekAll(Refs.networks()).stream()
                .map(Versioned::value)
                .filter(network -> isMeant(network, text))
                .toList();
        if (networks.isEmpty()) {
            throw new PatchbayException(
                    Kind.NOT_FOUND,
                    "there is no network \"" + text
                            + "\"; give a network's name or the beginning of its id, a subnet such as 10.77.0.0/24, or"
                            + " a pool's name as 'patchbay pools' shows it");
        }
        List<PoolName> pools = networks.stream()
                .flatMap(network -> network.subnets().stream())
                .filter(subnet -> subnet.subnet().range().contains(range))
                .map(NetworkSubnet::pool)
                .flatMap(Optional::stream)
                .filter(name -> segment.isEmpty() || segment.get().equals(name.segment()))
                .distinct()
                .toList();
        if (pools.isEmpty()) {
            throw new PatchbayException(
                    Kind.INVALID, "range " + range + " does not lie in a pool of network \"" + text + "\"");
        }
        return one(text, pools);
    }

    private static boolean isMeant(NetworkRecord network, String text) {
        return network.name().filter(text::equals).isPresent()
                || (text.length() >= SHORTEST_ID && network.id().startsWith(text));
    }

    private static PoolName one(String text, List<PoolName> pools) {
        if (pools.size() > 1) {
            throw new PatchbayException(
                    Kind.CONFLICT, "\"" + text + "\" names several pools: " + pools + "; give one of these names");
        }
        return pools.get(0);
    }
}
