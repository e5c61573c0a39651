package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.AddressSet;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.state.Claim;
import io.patchbay.core.state.PoolName;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proposes addresses of one pool: this host's held ones first, then the next free one after the one given last, so that an address rests as long as possible before
 * it is given again and the LAN's ARP caches have time to forget. What it proposed is not proposed to another caller until it is put back. It follows the
 * claims table; the transaction decides.
 */
final class AddressPicker {
    private final String host;
    private final AddressSet taken = new AddressSet();
    private final Map<IpAddress, Versioned<Claim>> held = new HashMap<>();
    private final Set<IpAddress> proposed = new HashSet<>();
    private final Map<AddressRange, IpAddress> cursors = new HashMap<>();
    private final Map<Claim.Kind, Long> byKind = new HashMap<>();

    AddressPicker(String host) {
        this.host = host;
    }

    synchronized void changed(@Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        if (before != null) {
            byKind.merge(before.value().kind(), -1L, Long::sum);
            held.remove(before.value().address());
            if (after == null) {
                taken.remove(before.value().address());
            }
        }
        if (after != null) {
            Claim claim = after.value();
            byKind.merge(claim.kind(), 1L, Long::sum);
            taken.add(claim.address());
            if (claim.is(Claim.State.HELD)) {
                held.put(claim.address(), after);
            }
        }
    }

    /** An address to try, with the held claim it would take over; empty when nothing of the range is left. */
    synchronized Optional<Proposal> propose(
            AddressRange range, Optional<String> container, List<AddressRange> reserved) {
        Optional<Proposal> proposal =
                heldOfHost(range, container).or(() -> unused(range, reserved)).or(() -> heldElsewhere(range));
        proposal.ifPresent(p -> proposed.add(p.address()));
        return proposal;
    }

    /** The proposal was decided, either way. */
    synchronized void settled(IpAddress address) {
        proposed.remove(address);
    }

    /** The container's own one by name if the engine told it, else the one released last: a restart releases and asks at once. */
    private Optional<Proposal> heldOfHost(AddressRange range, Optional<String> container) {
        Versioned<Claim> best = null;
        boolean bestIsNamed = false;
        for (Versioned<Claim> candidate : held.values()) {
            Claim claim = candidate.value();
            if (!claim.host().equals(host) || !range.contains(claim.address()) || proposed.contains(claim.address())) {
                continue;
            }
            boolean named = container.isPresent() && container.equals(claim.container());
            boolean othersName = container.isPresent() && claim.container().isPresent() && !named;
            if (othersName) {
                continue;
            }
            boolean later = best == null || candidate.revision() > best.revision();
            if ((named && !bestIsNamed) || (later && named == bestIsNamed)) {
                best = candidate;
                bestIsNamed = named;
            }
        }
        return Optional.ofNullable(best).map(Proposal::of);
    }

    private Optional<Proposal> unused(AddressRange range, List<AddressRange> reserved) {
        IpAddress cursor = cursors.getOrDefault(range, range.first());
        Optional<IpAddress> found =
                missing(cursor, range.last(), reserved).or(() -> missing(range.first(), range.last(), reserved));
        found.ifPresent(address -> cursors.put(range, address.equals(range.last()) ? range.first() : address.next()));
        return found.map(address -> new Proposal(address, 0));
    }

    private Optional<IpAddress> missing(IpAddress from, IpAddress last, List<AddressRange> reserved) {
        IpAddress start = from;
        while (true) {
            Optional<IpAddress> found = taken.firstMissing(start, last);
            if (found.isEmpty()) {
                return found;
            }
            IpAddress address = found.get();
            Optional<AddressRange> over =
                    reserved.stream().filter(r -> r.contains(address)).findFirst();
            if (over.isEmpty() && !proposed.contains(address)) {
                return found;
            }
            IpAddress passed = over.map(AddressRange::last).orElse(address);
            if (passed.compareTo(last) >= 0) {
                return Optional.empty();
            }
            start = passed.next();
        }
    }

    /** What the last of the pool is down to: released and resting, whoever released it or whoever's name is on it. */
    private Optional<Proposal> heldElsewhere(AddressRange range) {
        return held.values().stream()
                .filter(c -> range.contains(c.value().address())
                        && !proposed.contains(c.value().address()))
                .min((a, b) -> Long.compare(a.revision(), b.revision()))
                .map(Proposal::of);
    }

    /** After a start: go on behind the address that was claimed last, rather than at the beginning again. */
    synchronized void resumeAfter(AddressRange range, IpAddress lastClaimed) {
        cursors.putIfAbsent(range, lastClaimed.equals(range.last()) ? range.first() : lastClaimed.next());
    }

    synchronized boolean knows(AddressRange range) {
        return cursors.containsKey(range);
    }

    synchronized Counts counts() {
        long endpoints = byKind.getOrDefault(Claim.Kind.ENDPOINT, 0L);
        return new Counts(endpoints, taken.size() - endpoints, held.size());
    }

    /** What is claimed of a pool: by endpoints (held ones included), for other uses, and held. */
    record Counts(long endpoints, long others, long held) {}

    /** An address to try; {@code revision} is that of the held claim it takes over, 0 when it is free. */
    record Proposal(IpAddress address, long revision) {
        private static Proposal of(Versioned<Claim> held) {
            return new Proposal(held.value().address(), held.revision());
        }
    }

    /** The pickers of all pools, each fed from the claims table. */
    static final class All implements Table.Listener<Claim> {
        private final String host;
        private final Map<PoolName, AddressPicker> pickers = new HashMap<>();

        All(String host) {
            this.host = host;
        }

        synchronized AddressPicker of(PoolName pool) {
            return pickers.computeIfAbsent(pool, p -> new AddressPicker(host));
        }

        @Override
        public void changed(String key, @Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
            Versioned<Claim> either = after != null ? after : before;
            if (either != null) {
                of(either.value().pool()).changed(before, after);
            }
        }

        /** The picker, told where to go on if this range is new to it. */
        AddressPicker of(PoolName pool, AddressRange range, State state) {
            AddressPicker picker = of(pool);
            if (!picker.knows(range)) {
                List<Versioned<Claim>> claims = new ArrayList<>(state.claims().list(State.claimsPrefix(pool)));
                claims.stream()
                        .filter(c -> c.value().kind() == Claim.Kind.ENDPOINT
                                && range.contains(c.value().address()))
                        .max((a, b) -> Long.compare(a.revision(), b.revision()))
                        .ifPresent(c -> picker.resumeAfter(range, c.value().address()));
            }
            return picker;
        }
    }
}
