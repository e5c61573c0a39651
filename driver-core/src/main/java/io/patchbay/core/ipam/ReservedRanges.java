package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Pool;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import java.math.BigInteger;
import java.util.Optional;

/** The ranges of a pool that dynamic allocation never touches, as they are counted and named. */
public final class ReservedRanges {
    private ReservedRanges() {}

    /** A reserved range as a sentence names it. */
    public static String describe(Pool pool, AddressRange range) {
        String note = pool.note(range);
        return "the reserved range " + range + (note.isEmpty() ? "" : " (" + note + ")");
    }

    /** How many addresses of a range that could be given lie in reserved ranges and are held by nobody. */
    public static BigInteger free(State state, Pool pool, AddressRange range) {
        BigInteger free = BigInteger.ZERO;
        for (AddressRange reserved : pool.reserved()) {
            Optional<AddressRange> part =
                    pool.name().subnet().usable().intersection(reserved).flatMap(range::intersection);
            if (part.isPresent()) {
                free = free.add(part.get().size()).subtract(BigInteger.valueOf(claimed(state, pool, part.get())));
            }
        }
        return free;
    }

    private static long claimed(State state, Pool pool, AddressRange range) {
        return state.peekAll(Refs.claimsOf(pool.name())).stream()
                .map(claim -> claim.value().address())
                .filter((IpAddress address) -> range.contains(address))
                .count();
    }
}
