package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.Cidr;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.link.Links;
import io.patchbay.core.record.HostRecord;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Contact;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The addresses that the hosts themselves and the store have. A container with one of them would cut a host off, or all
 * of them from the store. They are kept out of what is given, as a gateway is; no claim says so, since a host's
 * addresses change.
 */
public final class Machines {
    /** The machines' addresses of one pool, as they were when a request for an address came. */
    record OfPool(Map<IpAddress, String> all) {
        OfPool {
            all = Map.copyOf(all);
        }

        /** Whose an address is, as in "host h2's own address"; empty when it is no machine's. */
        Optional<String> holder(IpAddress address) {
            return Optional.ofNullable(all.get(address));
        }

        /** The ranges that dynamic allocation does not touch: those that people reserved, and the machines'. */
        List<AddressRange> and(List<AddressRange> reserved) {
            List<AddressRange> ranges = new ArrayList<>(reserved);
            all.keySet().forEach(a -> ranges.add(new AddressRange(a, a)));
            return ranges;
        }

        /** How many of a range's addresses are machines'. */
        long count(AddressRange range) {
            return all.keySet().stream().filter(range::contains).count();
        }
    }

    private final State state;
    private final String host;
    private final List<IpAddress> store;
    private final OwnAddresses own;

    /** {@code store}: where the store is reached, as far as that is said by address. */
    public Machines(State state, String host, Links links, List<IpAddress> store, TimeSource time) {
        this.state = state;
        this.host = host;
        this.store = List.copyOf(store);
        this.own = new OwnAddresses(state, host, links, time);
    }

    /** Whose an address of a pool is, as in "host h2's own address"; empty when it is no machine's. */
    public Optional<String> holder(PoolName pool, IpAddress address) {
        return of(pool).holder(address);
    }

    /** All of a pool, and whose they are. */
    public Map<IpAddress, String> addresses(PoolName pool) {
        return of(pool).all();
    }

    /**
     * Those in the ranges of a network of this host, which its containers are not given: each with whose it is, in the
     * order of the addresses.
     */
    public SortedMap<IpAddress, String> inRangesOf(String networkId) {
        SortedMap<IpAddress, String> found = new TreeMap<>();
        for (Versioned<PoolUser> record : state.peekAll(Refs.users())) {
            PoolUser user = record.value();
            if (user.host().equals(host)
                    && user.network().filter(networkId::equals).isPresent()) {
                addresses(user.pool()).forEach((address, whose) -> {
                    if (user.range().contains(address)) {
                        found.put(address, whose);
                    }
                });
            }
        }
        return found;
    }

    /** Those of a pool, as they are now; to be asked for once for each request, before any lock is taken. */
    OfPool of(PoolName pool) {
        Map<IpAddress, String> all = new HashMap<>();
        store.stream()
                .filter(pool.subnet()::contains)
                .forEach(a -> all.put(a, "the address of a member of etcd (--store)"));
        others(pool).forEach((other, addresses) -> {
            String whose = addressOf(other);
            addresses.forEach(a -> all.put(a, whose));
        });
        own.now().stream().filter(pool.subnet()::contains).forEach(a -> all.put(a, "host " + host + "'s own address"));
        return new OfPool(all);
    }

    private String addressOf(String other) {
        boolean online = state.contact().map(Contact::isOnline).orElse(true);
        boolean dead = online && !state.isThere(Ref.alive(other));
        return dead
                ? "the address of host " + other + ", which is dead; 'patchbay host forget " + other
                        + "' if it is gone for good"
                : "host " + other + "'s own address";
    }

    /** The other hosts that have addresses of the pool, without those on another LAN. */
    private Map<String, List<IpAddress>> others(PoolName pool) {
        Map<String, List<IpAddress>> others = new HashMap<>();
        for (Versioned<HostRecord> record : state.peekAll(Refs.hosts())) {
            List<IpAddress> addresses = record.value().addresses().stream()
                    .map(Cidr::address)
                    .filter(pool.subnet()::contains)
                    .toList();
            if (!addresses.isEmpty() && !record.value().host().equals(host)) {
                others.put(record.value().host(), addresses);
            }
        }
        if (!others.isEmpty()) {
            others.keySet().removeAll(onAnotherLan(pool));
        }
        return others;
    }

    /** Two LANs may have one subnet, each in a segment of its own. */
    private Set<String> onAnotherLan(PoolName pool) {
        Map<String, Boolean> ofThisLan = new HashMap<>();
        for (Versioned<PoolUser> user : state.peekAll(Refs.users())) {
            PoolName used = user.value().pool();
            if (used.subnet().overlaps(pool.subnet())) {
                ofThisLan.merge(user.value().host(), used.segment().equals(pool.segment()), Boolean::logicalOr);
            }
        }
        ofThisLan.values().removeIf(here -> here);
        return ofThisLan.keySet();
    }
}
