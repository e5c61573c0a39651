package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.AddressSet;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Table;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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
    private final Map<IpAddress, Versioned<Claim>> spares = new HashMap<>();
    private long jumps;
    private final List<Waiter> waiters = new ArrayList<>();
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
            spares.remove(before.value().address());
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
            } else if (claim.is(Claim.State.SPARE)) {
                spares.put(claim.address(), after);
            }
        }
        waiters.stream()
                .filter(w -> !w.wanted().stream().allMatch(this::isKept))
                .forEach(w -> w.letGo().countDown());
    }

    /** An address to try, with the claim it would take over; empty when nothing of the range is left for this host. */
    synchronized Optional<Proposal> propose(
            AddressRange range, Optional<String> container, List<AddressRange> reserved) {
        Predicate<Claim> open = outside(reserved);
        return taking(heldOfHost(range, container, open)
                .or(() -> unused(range, reserved))
                .or(() -> ownSpare(range, claim -> true))
                .or(() -> heldElsewhere(range, open)));
    }

    /** As {@link #propose}, without regard to what this host had before: for whom the container is, another host may know. */
    synchronized Optional<Proposal> proposeRested(AddressRange range, List<AddressRange> reserved) {
        Predicate<Claim> open = outside(reserved);
        return taking(
                unused(range, reserved).or(() -> ownSpare(range, claim -> true)).or(() -> heldElsewhere(range, open)));
    }

    /** As {@link #propose} while the store is away: only what it has as this host's, and nobody else can have taken. */
    synchronized Optional<Proposal> proposeAlone(
            AddressRange range, Optional<String> container, Predicate<Claim> firm) {
        return taking(heldOfHost(range, container, firm)
                .or(() -> ownSpare(range, firm))
                .or(() -> heldElsewhere(range, claim -> claim.host().equals(host) && firm.test(claim))));
    }

    /** An address for this host to keep in reserve: from the range's end, where neither people nor dynamic allocation begin. */
    synchronized Optional<Proposal> proposeSpare(AddressRange range, List<AddressRange> reserved) {
        return taking(missing(range.first(), range.last(), reserved, false).map(address -> new Proposal(address, 0)));
    }

    /**
     * Another host was faster: both go through the range in the same order, and would meet at each step. This one goes on at a place that only its name and the number of its jumps
     * decide.
     */
    synchronized void jump(AddressRange range) {
        jumps++;
        long place = (host.hashCode() * 0x9e3779b97f4a7c15L) ^ (jumps * 0xc2b2ae3d27d4eb4fL);
        cursors.put(range, range.at(BigInteger.valueOf(place).abs()));
    }

    private boolean isKept(Claim spare) {
        Versioned<Claim> now = spares.get(spare.address());
        return now != null
                && now.value().host().equals(spare.host())
                && now.value().wantedBy().isPresent();
    }

    /** A held address goes to nobody once it is reserved. */
    private static Predicate<Claim> outside(List<AddressRange> reserved) {
        return claim -> reserved.stream().noneMatch(r -> r.contains(claim.address()));
    }

    private Optional<Proposal> taking(Optional<Proposal> proposal) {
        proposal.ifPresent(p -> proposed.add(p.address()));
        return proposal;
    }

    /** The spares of the range, ours or those of other hosts, highest first. */
    synchronized List<Versioned<Claim>> spares(AddressRange range, boolean ours) {
        return spares.values().stream()
                .filter(s ->
                        range.contains(s.value().address()) && s.value().host().equals(host) == ours)
                .sorted((a, b) -> b.value().address().compareTo(a.value().address()))
                .toList();
    }

    /** How many addresses of the range nobody has claimed. */
    synchronized BigInteger unclaimed(AddressRange range) {
        return range.size().subtract(taken.countWithin(range));
    }

    /** Waits until one of the spares that were asked for has been let go, at most as long; false when all are still kept then. */
    boolean awaitLetGo(List<Claim> wanted, Duration limit) {
        Waiter waiter = new Waiter(wanted, new CountDownLatch(1));
        synchronized (this) {
            if (!wanted.stream().allMatch(this::isKept)) {
                return true;
            }
            waiters.add(waiter);
        }
        try {
            return waiter.letGo().await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            synchronized (this) {
                waiters.remove(waiter);
            }
        }
    }

    private record Waiter(List<Claim> wanted, CountDownLatch letGo) {}

    /** The proposal was decided, either way. */
    synchronized void settled(IpAddress address) {
        proposed.remove(address);
    }

    /** The container's own one by name if the engine told it, else the one released last: a restart releases and asks at once. */
    private Optional<Proposal> heldOfHost(AddressRange range, Optional<String> container, Predicate<Claim> allowed) {
        Versioned<Claim> best = null;
        boolean bestIsNamed = false;
        for (Versioned<Claim> candidate : held.values()) {
            Claim claim = candidate.value();
            boolean candidateForUs = claim.host().equals(host)
                    && range.contains(claim.address())
                    && !proposed.contains(claim.address())
                    && allowed.test(claim);
            if (!candidateForUs) {
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
        Optional<IpAddress> found = missing(cursor, range.last(), reserved, true)
                .or(() -> missing(range.first(), range.last(), reserved, true));
        found.ifPresent(address -> cursors.put(range, address.equals(range.last()) ? range.first() : address.next()));
        return found.map(address -> new Proposal(address, 0));
    }

    /** The first that nobody has, from one end to the other; reserved ranges are stepped over whole. */
    private Optional<IpAddress> missing(IpAddress first, IpAddress last, List<AddressRange> reserved, boolean upwards) {
        IpAddress low = first;
        IpAddress high = last;
        while (true) {
            Optional<IpAddress> found = upwards ? taken.firstMissing(low, high) : taken.lastMissing(low, high);
            if (found.isEmpty()) {
                return found;
            }
            IpAddress address = found.get();
            Optional<AddressRange> over =
                    reserved.stream().filter(r -> r.contains(address)).findFirst();
            if (over.isEmpty() && !proposed.contains(address)) {
                return found;
            }
            IpAddress passed =
                    over.map(upwards ? AddressRange::last : AddressRange::first).orElse(address);
            if (upwards ? passed.compareTo(high) >= 0 : passed.compareTo(low) <= 0) {
                return Optional.empty();
            }
            if (upwards) {
                low = passed.next();
            } else {
                high = passed.previous();
            }
        }
    }

    private Optional<Proposal> ownSpare(AddressRange range, Predicate<Claim> allowed) {
        return spares(range, true).stream()
                .filter(s -> !proposed.contains(s.value().address()) && allowed.test(s.value()))
                .findFirst()
                .map(Proposal::of);
    }

    /** What the last of the pool is down to: released and resting, whoever released it or whoever's name is on it. */
    private Optional<Proposal> heldElsewhere(AddressRange range, Predicate<Claim> allowed) {
        return held.values().stream()
                .filter(c -> range.contains(c.value().address())
                        && !proposed.contains(c.value().address())
                        && allowed.test(c.value()))
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
        return new Counts(endpoints - spares.size(), taken.size() - endpoints, held.size(), spares.size());
    }

    /** What is claimed of a pool: by endpoints (held ones included), for other uses, held, and by hosts beforehand. */
    record Counts(long endpoints, long others, long held, long spares) {}

    /** An address to try; {@code revision} is that of the held or spare claim it takes over, 0 when it is free. */
    record Proposal(IpAddress address, long revision) {
        private static Proposal of(Versioned<Claim> claim) {
            return new Proposal(claim.value().address(), claim.revision());
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
                List<Versioned<Claim>> claims = new ArrayList<>(state.claims().list(Keys.claims(pool)));
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
