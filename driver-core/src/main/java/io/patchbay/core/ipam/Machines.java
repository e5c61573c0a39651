package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that the hosts themselves have, and the store: a container with one of them would cut a host, or all of
 * them, off. They are kept out of what is given as a gateway is, and no claim says so, since a host's addresses change.
 */
public final class Machines {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private final State state;
    private final String host;
    private final Links links;
    private final List<IpAddress> store;

    /** {@code store}: where the store is reached, as far as that is said by address. */
    public Machines(State state, String host, Links links, List<IpAddress> store) {
        this.state = state;
        this.host = host;
        this.links = links;
        this.store = List.copyOf(store);
    }

    /** Whose an address of a pool is, as in "host h2's own address"; empty when it is no machine's. */
    public Optional<String> whose(PoolName pool, IpAddress address) {
        return Optional.ofNullable(all(pool).get(address));
    }

    /** The ranges of a pool that dynamic allocation does not touch: those that people reserved, and the machines'. */
    List<AddressRange> keptOut(PoolName pool) {
        List<AddressRange> ranges = new ArrayList<>(state.reserved(pool));
        all(pool).keySet().forEach(a -> ranges.add(new AddressRange(a, a)));
        return ranges;
    }

    /** How many of a range's addresses are machines'. */
    long count(PoolName pool, AddressRange range) {
        return all(pool).keySet().stream().filter(range::contains).count();
    }

    private Map<IpAddress, String> all(PoolName pool) {
        Map<IpAddress, String> all = new TreeMap<>();
        store.forEach(a -> put(all, pool, a, "the address of a member of etcd (--store)"));
        for (Versioned<HostRecord> record : state.peekAll(Refs.hosts())) {
            HostRecord other = record.value();
            if (!other.host().equals(host) && !isOnAnotherLan(other.host(), pool)) {
                other.addresses().stream()
                        .map(Cidr::address)
                        .forEach(a -> put(all, pool, a, "host " + other.host() + "'s own address"));
            }
        }
        own().forEach(a -> put(all, pool, a, "host " + host + "'s own address"));
        return all;
    }

    private static void put(Map<IpAddress, String> all, PoolName pool, IpAddress address, String whose) {
        if (pool.subnet().contains(address)) {
            all.put(address, whose);
        }
    }

    /** As they are at this moment, on whatever link: what this host has itself it never sends to a container. */
    private List<IpAddress> own() {
        try {
            return links.addresses().stream().map(a -> a.address().address()).toList();
        } catch (PatchbayException e) {
            LOG.warn("this host's own addresses are not known now reason=\"{}\"", e.getMessage());
            return List.of();
        }
    }

    /** Two LANs may have one subnet, each in a segment of its own. */
    private boolean isOnAnotherLan(String other, PoolName pool) {
        List<PoolName> used = state.peekAll(Refs.users()).stream()
                .map(Versioned::value)
                .filter(user -> user.host().equals(other))
                .map(PoolUser::pool)
                .filter(p -> p.subnet().overlaps(pool.subnet()))
                .toList();
        return !used.isEmpty() && used.stream().noneMatch(p -> p.segment().equals(pool.segment()));
    }
}
