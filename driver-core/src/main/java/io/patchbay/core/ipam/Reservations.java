package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Optional;

/**
 * Ranges of a pool that dynamic allocation never touches, on any host. A range is about the LAN, not about a network:
 * it can be reserved before there is a network, and outlives the last one. Whoever holds an address of it keeps it, and
 * {@code --ip} still gives one.
 */
public final class Reservations {
    private static final int LONGEST_NOTE = 200;

    private final State state;
    private final String host;
    private final TimeSource time;
    private final PoolSelector selector;

    public Reservations(State state, String host, TimeSource time) {
        this.state = state;
        this.host = host;
        this.time = time;
        this.selector = new PoolSelector(state);
    }

    /**
     * Reserves a range; one that is reserved already gets the new note, one that overlaps another is a
     * {@code CONFLICT}. Answers who holds an address of it.
     *
     * @param pool a pool's name, its subnet, or a network on it by name or the beginning of its id
     */
    public Reserved reserve(String pool, Optional<String> segment, AddressRange range, String note) {
        if (note.length() > LONGEST_NOTE) {
            throw new PatchbayException(
                    Kind.INVALID, "a note of " + note.length() + " characters is longer than " + LONGEST_NOTE);
        }
        PoolName name = selector.select(pool, segment, range);
        checkInside(name, range);
        state.change("pool " + name.describe(), d -> reserve(d, name, range, note));
        return new Reserved(name, range, holders(name, range));
    }

    /** What was reserved, and the claims in it: containers, gateway, aux. */
    public record Reserved(PoolName pool, AddressRange range, List<Claim> holders) {}

    private void reserve(Decision d, PoolName name, AddressRange range, String note) {
        Optional<Pool> known = PoolWriter.known(d, name);
        known.ifPresent(pool -> checkOverlap(pool, range));
        Pool pool = known.orElseGet(() -> PoolWriter.begun(d, name, host, time.now()));
        d.put(pool.withReserved(range, note));
    }

    private static void checkInside(PoolName name, AddressRange range) {
        if (!name.subnet().range().contains(range)) {
            throw new PatchbayException(Kind.INVALID, "range " + range + " does not lie in pool " + name.describe());
        }
    }

    private static void checkOverlap(Pool pool, AddressRange range) {
        for (AddressRange other : pool.reserved()) {
            if (!other.equals(range) && other.intersection(range).isPresent()) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "range " + range + " overlaps " + ReservedRanges.describe(pool, other) + " of pool "
                                + pool.name().describe() + "; unreserve that first");
            }
        }
    }

    /**
     * Gives a reserved range back to dynamic allocation; it must be named as it was reserved. A pool that has no user
     * either ends.
     */
    public PoolName unreserve(String pool, Optional<String> segment, AddressRange range) {
        PoolName name = selector.select(pool, segment, range);
        state.change("pool " + name.describe(), d -> unreserve(d, name, range));
        return name;
    }

    private static void unreserve(Decision d, PoolName name, AddressRange range) {
        Optional<Pool> known = PoolWriter.known(d, name);
        List<AddressRange> reserved = known.map(Pool::reserved).orElse(List.of());
        if (known.isEmpty() || !reserved.contains(range)) {
            throw new PatchbayException(
                    Kind.NOT_FOUND,
                    "range " + range + " of pool " + name.describe() + " is not reserved; reserved are: "
                            + (reserved.isEmpty() ? "none" : reserved.toString()));
        }
        boolean unused = PoolUsers.of(d, name).isEmpty() && !PoolUsers.areUnknown(d, name);
        PoolWriter.keepOrEnd(d, known.get().withoutReserved(range), unused);
    }

    private List<Claim> holders(PoolName name, AddressRange range) {
        return state.peekAll(Refs.claimsOf(name)).stream()
                .map(Versioned::value)
                .filter(claim -> range.contains(claim.address()))
                .sorted((a, b) -> a.address().compareTo(b.address()))
                .toList();
    }
}
