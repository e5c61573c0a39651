package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import io.patchbay.core.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ranges of a pool that dynamic allocation never touches, on any host. A range is about the LAN, not about a network: it can be reserved before there is a network, and
 * outlives the last one. Whoever holds an address of it keeps it, and {@code --ip} still gives one.
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
     * Reserves a range; one that is reserved already gets the new note, one that overlaps another is a {@code CONFLICT}. Answers who holds an address of it.
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
        state.settle("pool " + name.spoken(), () -> reserveOnce(name, range, note));
        return new Reserved(name, range, holders(name, range));
    }

    /** What was reserved, and the claims in it: containers, gateway, aux. */
    public record Reserved(PoolName pool, AddressRange range, List<Claim> holders) {}

    private Optional<Boolean> reserveOnce(PoolName name, AddressRange range, String note) {
        String key = Keys.pool(name);
        Optional<Versioned<Pool>> known = state.pools().get(key);
        known.ifPresent(p -> checkOverlap(p.value(), range));
        Transaction.Builder transaction = Transaction.builder()
                .ifRevision(key, known.map(Versioned::revision).orElse(0L));
        if (known.isEmpty()) {
            PoolBirth.addToSegment(state, name, transaction);
        }
        Pool pool = known.map(Versioned::value)
                .orElseGet(() -> new Pool(name, Optional.empty(), host, List.of(), Map.of(), time.now(), Map.of()));
        transaction.put(key, state.pools().encode(pool.withReserved(range, note)));
        return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
    }

    private static void checkInside(PoolName name, AddressRange range) {
        if (!name.subnet().range().contains(range)) {
            throw new PatchbayException(Kind.INVALID, "range " + range + " does not lie in pool " + name.spoken());
        }
    }

    private static void checkOverlap(Pool pool, AddressRange range) {
        for (AddressRange other : pool.reserved()) {
            if (!other.equals(range) && other.intersection(range).isPresent()) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "range " + range + " overlaps " + ReservedRanges.spoken(pool, other) + " of pool "
                                + pool.name().spoken() + "; unreserve that first");
            }
        }
    }

    /** Gives a reserved range back to dynamic allocation; it must be named as it was reserved. A pool that has no user either ends. */
    public PoolName unreserve(String pool, Optional<String> segment, AddressRange range) {
        PoolName name = selector.select(pool, segment, range);
        state.settle("pool " + name.spoken(), () -> unreserveOnce(name, range));
        return name;
    }

    private Optional<Boolean> unreserveOnce(PoolName name, AddressRange range) {
        String key = Keys.pool(name);
        Optional<Versioned<Pool>> known = state.pools().get(key);
        if (known.isEmpty() || !known.get().value().reserved().contains(range)) {
            List<AddressRange> reserved = known.map(p -> p.value().reserved()).orElse(List.of());
            throw new PatchbayException(
                    Kind.NOT_FOUND,
                    "range " + range + " of pool " + name.spoken() + " is not reserved; reserved are: "
                            + (reserved.isEmpty() ? "none" : reserved.toString()));
        }
        Transaction.Builder transaction =
                Transaction.builder().ifRevision(key, known.get().revision());
        boolean unused = state.users().list(Keys.users(name)).isEmpty();
        PoolRelease.endOrKeep(state, known.get().value().withoutReserved(range), unused, transaction);
        return state.commit(transaction.build()) ? Optional.of(true) : Optional.empty();
    }

    private List<Claim> holders(PoolName name, AddressRange range) {
        return state.claims().list(Keys.claims(name)).stream()
                .map(Versioned::value)
                .filter(claim -> range.contains(claim.address()))
                .sorted((a, b) -> a.address().compareTo(b.address()))
                .toList();
    }
}
