package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.ipam.PickOrder.Proposal;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Proposes addresses of one pool: this host's held ones first, then the next free one after the one given last. So an
 * address rests as long as possible before it is given again, and the LAN's ARP caches have time to forget. Of the free
 * ones those go before that the LAN was asked for lately, and that nobody has; what something on the LAN has is passed
 * over. Last of all goes what a container had by name, for it may be made anew and ask again. What it proposed is not
 * proposed to another caller until it is put back. The transaction decides.
 */
final class AddressPicker {
    private final String host;
    private final Predicate<Claim> kept;
    private final ClaimIndex index = new ClaimIndex();
    private final Set<IpAddress> proposed = new HashSet<>();
    private final Answers answers;
    private final PickOrder order;
    private final Map<AddressRange, IpAddress> cursors = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private long jumps;

    /** {@code kept}: whether a fixed claim is its container's whatever else is left. */
    AddressPicker(String host, Predicate<Claim> kept, Answers answers) {
        this.host = host;
        this.kept = kept;
        this.answers = answers;
        this.order = new PickOrder(host, index, this::isPassed);
    }

    private boolean isPassed(IpAddress address) {
        return proposed.contains(address)
                || index.isQuarantined(address)
                || answers.macOf(address).isPresent();
    }

    /** What the LAN has said of the pool's addresses. */
    Answers answers() {
        return answers;
    }

    synchronized void changed(@Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        index.changed(before, after);
        if (after != null) {
            answers.claimed(after.value().address());
            if (isSpareHere(after) && !isSpareHere(before)) {
                // the store may tell of it before it answers, and a container may have it from then on
                settled(after.value().address());
            }
        }
        waiters.stream()
                .filter(w -> !w.wanted().stream().allMatch(index::isKept))
                .forEach(w -> w.letGo().countDown());
    }

    private boolean isSpareHere(@Nullable Versioned<Claim> claim) {
        return claim != null && claim.value().isSpare() && claim.value().isOf(host);
    }

    synchronized void unreadable(IpAddress address, boolean now) {
        index.unreadable(address, now);
    }

    synchronized void quarantined(IpAddress address, boolean now) {
        index.quarantined(address, now);
    }

    /** Nobody on the LAN answered for the address, which one of ours may have got meanwhile. */
    synchronized void silent(IpAddress address) {
        if (!index.isClaimed(address)
                || !index.spares(new AddressRange(address, address), s -> true).isEmpty()) {
            answers.silent(address);
        }
    }

    /**
     * The addresses that nobody has and that would be given next, as many as that at most, those last that a container
     * had by name; nothing is proposed.
     */
    synchronized List<IpAddress> upcoming(AddressRange range, List<AddressRange> reserved, int count) {
        List<IpAddress> upcoming = upcoming(range, reserved, count, false);
        if (upcoming.size() < count) {
            upcoming.addAll(upcoming(range, reserved, count - upcoming.size(), true));
        }
        return upcoming;
    }

    private List<IpAddress> upcoming(AddressRange range, List<AddressRange> reserved, int count, boolean named) {
        IpAddress cursor = cursors.getOrDefault(range, range.first());
        List<IpAddress> upcoming = new ArrayList<>();
        addUnclaimed(upcoming, count, new AddressRange(cursor, range.last()), reserved, named);
        if (!cursor.equals(range.first())) {
            addUnclaimed(upcoming, count, new AddressRange(range.first(), cursor.previous()), reserved, named);
        }
        return upcoming;
    }

    private void addUnclaimed(
            List<IpAddress> to, int count, AddressRange part, List<AddressRange> reserved, boolean named) {
        IpAddress from = part.first();
        IpAddress last = part.last();
        while (to.size() < count) {
            Optional<IpAddress> next =
                    order.unclaimed(from, last, reserved, true, address -> index.isNamed(address) == named);
            next.ifPresent(to::add);
            if (next.isEmpty() || next.get().equals(last)) {
                return;
            }
            from = next.get().next();
        }
    }

    /** As many that nobody has as are found, from all over a range. */
    synchronized List<IpAddress> spread(AddressRange range, List<AddressRange> reserved, int count) {
        Set<IpAddress> spread = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            BigInteger place = range.size().multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(count));
            order.unclaimed(range.at(place), range.last(), reserved, true, address -> !spread.contains(address))
                    .ifPresent(spread::add);
        }
        return List.copyOf(spread);
    }

    /** An address to try, with the claim it would take over; empty when nothing of the range is left for this host. */
    synchronized Optional<Proposal> propose(
            AddressRange range, Optional<String> container, List<AddressRange> reserved) {
        Predicate<Claim> open = outside(reserved);
        return taking(order.heldOfHost(range, container, open)
                .or(() -> unused(range, reserved, false))
                .or(() -> order.ownSpare(range, open))
                .or(() -> order.heldElsewhere(range, open.and(claim -> !claim.isFixed())))
                .or(() -> unused(range, reserved, true)));
    }

    /**
     * When nothing else is left of a range: what a container asked for by name that does not run, as far as nobody
     * would tell when the container is gone.
     */
    synchronized Optional<Proposal> proposeFixed(AddressRange range, List<AddressRange> reserved) {
        return taking(
                order.heldElsewhere(range, outside(reserved).and(Claim::isFixed).and(kept.negate())));
    }

    /**
     * As {@link #propose}, without regard to what this host had before: for whom the container is, another host may
     * know.
     */
    synchronized Optional<Proposal> proposeRested(AddressRange range, List<AddressRange> reserved) {
        return taking(unused(range, reserved, false)
                .or(() -> order.ownSpare(range, outside(reserved)))
                .or(() -> order.heldElsewhere(range, outside(reserved).and(claim -> !claim.isFixed())))
                .or(() -> unused(range, reserved, true)));
    }

    /** As {@link #propose} while the store is away: only what it has as this host's, and nobody else can have taken. */
    synchronized Optional<Proposal> proposeAlone(
            AddressRange range, Optional<String> container, Predicate<Claim> exclusive) {
        return taking(order.heldOfHost(range, container, exclusive)
                .or(() -> order.ownSpare(range, exclusive))
                .or(() -> order.heldElsewhere(
                        range, claim -> claim.isOf(host) && exclusive.test(claim) && !kept.test(claim))));
    }

    /**
     * An address for this host to keep in reserve: from the range's end, where neither people nor dynamic allocation
     * begin. None that a container had by name.
     */
    synchronized Optional<Proposal> proposeSpare(AddressRange range, List<AddressRange> reserved) {
        return taking(order.unclaimed(range.first(), range.last(), reserved, false, address -> !index.isNamed(address))
                .map(Proposal::free));
    }

    /**
     * Another host was faster: both go through the range in the same order, and would meet at each step. This one goes
     * on at a place that only its name and the number of its jumps decide, whether the LAN was asked for it or not.
     */
    synchronized void jump(AddressRange range) {
        jumps++;
        long place = (host.hashCode() * 0x9e3779b97f4a7c15L) ^ (jumps * 0xc2b2ae3d27d4eb4fL);
        cursors.put(range, range.at(BigInteger.valueOf(place).abs()));
    }

    /** A held address goes to nobody once it is reserved. */
    private static Predicate<Claim> outside(List<AddressRange> reserved) {
        return claim -> reserved.stream().noneMatch(r -> r.contains(claim.address()));
    }

    /**
     * Somebody asks for the address by name: it is proposed to nobody else until it is {@link #settled}. False when it
     * is proposed already, and the transaction decides.
     */
    synchronized boolean take(IpAddress address) {
        return proposed.add(address);
    }

    private Optional<Proposal> taking(Optional<Proposal> proposal) {
        proposal.ifPresent(p -> proposed.add(p.address()));
        return proposal;
    }

    private Optional<Proposal> unused(AddressRange range, List<AddressRange> reserved, boolean named) {
        Optional<IpAddress> next = upcoming(range, reserved, 1, named).stream().findFirst();
        // the others are looked at only where that can change something
        boolean better = next.isPresent() && !answers.isSilent(next.get()) && answers.isAnySilent(range);
        Optional<IpAddress> found = better
                ? upcoming(range, reserved, Questions.AHEAD, named).stream()
                        .filter(answers::isSilent)
                        .findFirst()
                        .or(() -> next)
                : next;
        found.ifPresent(address -> cursors.put(range, behind(range, address)));
        return found.map(Proposal::free);
    }

    private static IpAddress behind(AddressRange range, IpAddress address) {
        return address.equals(range.last()) ? range.first() : address.next();
    }

    /** The spares of the range, ours or those of other hosts, highest first. */
    synchronized List<Versioned<Claim>> spares(AddressRange range, boolean ours) {
        return index.spares(range, spare -> spare.isOf(host) == ours);
    }

    /** How many addresses of the range nobody has claimed. */
    synchronized BigInteger unclaimed(AddressRange range) {
        return index.unclaimed(range);
    }

    /**
     * Waits until one of the spares that were asked for has been let go, at most as long; false when all are still
     * kept then.
     */
    boolean awaitLetGo(List<Claim> wanted, Duration limit, TimeSource time) {
        Waiter waiter = new Waiter(wanted, new CountDownLatch(1));
        synchronized (this) {
            if (!wanted.stream().allMatch(index::isKept)) {
                return true;
            }
            waiters.add(waiter);
        }
        try {
            return time.await(waiter.letGo(), limit);
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

    /** After a start: go on behind the address that was claimed last, rather than at the beginning again. */
    synchronized void resumeAfter(AddressRange range, IpAddress lastClaimed) {
        cursors.putIfAbsent(range, behind(range, lastClaimed));
    }

    synchronized boolean knows(AddressRange range) {
        return cursors.containsKey(range);
    }

    /** Whether somebody has claimed the address. */
    synchronized boolean isClaimed(IpAddress address) {
        return index.isClaimed(address);
    }

    /** How many of the range are in quarantine that nobody has claimed. */
    synchronized long quarantined(AddressRange range) {
        return index.quarantined(range);
    }

    /** How many addresses of the pool something on the LAN has, recorded by any host or heard by this one. */
    synchronized int foreign() {
        return index.quarantinedOr(answers.had());
    }

    synchronized ClaimIndex.Counts counts(AddressRange range) {
        return index.counts(range);
    }
}
