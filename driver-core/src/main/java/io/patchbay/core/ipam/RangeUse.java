package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.record.Pool;
import java.math.BigInteger;
import java.util.List;

/**
 * How full a range of a pool is. What dynamic allocation can still give of it is what is {@code free}, {@code held} or
 * {@code spare}; the others are {@code used} without held ones, {@code reserved} and {@code quarantined}.
 *
 * @param size all addresses of the range
 * @param used claimed by endpoints, held ones included
 * @param held released a short while ago, and kept for their host until somebody else needs them
 * @param spare claimed by hosts beforehand
 * @param reserved gateway and aux addresses, and what nobody holds of reserved ranges and of machines' own addresses
 * @param quarantined nobody's here, and something on the LAN answers for it
 * @param free the rest
 */
public record RangeUse(
        BigInteger size, long used, long held, long spare, BigInteger reserved, long quarantined, BigInteger free) {

    /** How many a container can still be given, if every host lets its spares go. */
    public BigInteger left() {
        return free.add(BigInteger.valueOf(held + spare));
    }

    public RangeUse withFree(BigInteger number) {
        return new RangeUse(size, used, held, spare, reserved, quarantined, number);
    }

    static RangeUse of(
            Pool pool, AddressRange range, AddressPicker picker, Machines.OfPool machines, long quarantined) {
        ClaimIndex.Counts counts = picker.counts(range);
        List<AddressRange> apart = pool.reserved().stream()
                .flatMap(r -> r.intersection(range).stream())
                .toList();
        // those in reserved ranges are counted with these
        long own = machines.all().keySet().stream()
                .filter(a -> range.contains(a) && !picker.isClaimed(a))
                .filter(a -> apart.stream().noneMatch(r -> r.contains(a)))
                .count();
        BigInteger reserved = apart.stream()
                .map(picker::unclaimed)
                .reduce(BigInteger.valueOf(counts.others() + own), BigInteger::add);
        BigInteger taken = reserved.add(BigInteger.valueOf(counts.endpoints() + counts.spares() + quarantined));
        return new RangeUse(
                range.size(),
                counts.endpoints(),
                counts.held(),
                counts.spares(),
                reserved,
                quarantined,
                range.size().subtract(taken).max(BigInteger.ZERO));
    }
}
