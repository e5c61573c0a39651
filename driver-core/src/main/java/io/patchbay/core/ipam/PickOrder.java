package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Versioned;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which address of a range comes first, of those that are claimed in some way and of those that are not. Changes
 * nothing.
 *
 * @param passed whether an address is passed over: it was proposed to somebody else, or something on the LAN has it
 */
record PickOrder(String host, ClaimIndex index, Predicate<IpAddress> passed) {

    /** An address to try; {@code over} is the held or spare claim it takes over, empty when it is free. */
    record Proposal(IpAddress address, Optional<Versioned<Claim>> over) {
        static Proposal of(Versioned<Claim> claim) {
            return new Proposal(claim.value().address(), Optional.of(claim));
        }

        static Proposal free(IpAddress address) {
            return new Proposal(address, Optional.empty());
        }
    }

    /**
     * The container's own one by name if the engine told it, else the one released last: a restart releases and asks
     * at once.
     */
    Optional<Proposal> heldOfHost(AddressRange range, Optional<String> container, Predicate<Claim> allowed) {
        Versioned<Claim> best = null;
        boolean bestIsNamed = false;
        for (Versioned<Claim> candidate : index.held()) {
            Claim claim = candidate.value();
            if (!claim.isOf(host) || claim.isFixed() || !isOpen(range, claim, allowed)) {
                continue;
            }
            Optional<String> last = claim.life().container().name();
            boolean named = container.isPresent() && container.equals(last);
            boolean othersName = container.isPresent() && last.isPresent() && !named;
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

    Optional<Proposal> ownSpare(AddressRange range, Predicate<Claim> allowed) {
        return index.spares(range, spare -> spare.isOf(host)).stream()
                .filter(s -> isOpen(range, s.value(), allowed))
                .findFirst()
                .map(Proposal::of);
    }

    /**
     * What the last of the pool is down to: released and resting, whoever released it or whoever's name is on it. A
     * container's that asked for it by name comes after all others.
     */
    Optional<Proposal> heldElsewhere(AddressRange range, Predicate<Claim> allowed) {
        return index.held().stream()
                .filter(c -> isOpen(range, c.value(), allowed))
                .min(Comparator.comparing((Versioned<Claim> c) -> c.value().isFixed())
                        .thenComparing(Versioned::revision))
                .map(Proposal::of);
    }

    private boolean isOpen(AddressRange range, Claim claim, Predicate<Claim> allowed) {
        return range.contains(claim.address()) && !passed.test(claim.address()) && allowed.test(claim);
    }

    /** The first allowed one that nobody has, from one end to the other; reserved ranges are stepped over whole. */
    Optional<IpAddress> unclaimed(
            IpAddress first,
            IpAddress last,
            List<AddressRange> reserved,
            boolean upwards,
            Predicate<IpAddress> allowed) {
        IpAddress low = first;
        IpAddress high = last;
        while (true) {
            Optional<IpAddress> found = index.missing(low, high, upwards);
            if (found.isEmpty()) {
                return found;
            }
            IpAddress address = found.get();
            Optional<AddressRange> over =
                    reserved.stream().filter(r -> r.contains(address)).findFirst();
            if (over.isEmpty() && !passed.test(address) && allowed.test(address)) {
                return found;
            }
            IpAddress behind =
                    over.map(upwards ? AddressRange::last : AddressRange::first).orElse(address);
            if (upwards ? behind.compareTo(high) >= 0 : behind.compareTo(low) <= 0) {
                return Optional.empty();
            }
            if (upwards) {
                low = behind.next();
            } else {
                high = behind.previous();
            }
        }
    }
}
