package io.patchbay.core.inspect;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.inspect.Inspection.PoolView;
import io.patchbay.core.inspect.Inspection.ReservedRange;
import io.patchbay.core.ipam.Claims;
import io.patchbay.core.record.Pool;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Refs;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The table of pools. */
final class PoolViews {
    private final State state;
    private final Claims claims;
    private final RangeViews ranges;

    PoolViews(State state, Claims claims, RangeViews ranges) {
        this.state = state;
        this.claims = claims;
        this.ranges = ranges;
    }

    List<PoolView> all() {
        return state.peekAll(Refs.pools()).stream()
                .map(Versioned::value)
                .map(this::view)
                .toList();
    }

    private PoolView view(Pool pool) {
        AddressRange whole = pool.name().subnet().usable();
        List<AddressRange> given = state.peekAll(Refs.usersOf(pool.name())).stream()
                .map(Versioned::value)
                .map(PoolUser::range)
                .toList();
        return new PoolView(
                pool.name().toString(),
                pool.name().subnet().toString(),
                pool.name().segment(),
                given.stream().map(AddressRange::toString).distinct().toList(),
                pool.gateway().map(Object::toString).stream().toList(),
                given.size(),
                pool.reserved().stream()
                        .map(range -> new ReservedRange(range.toString(), pool.note(range)))
                        .toList(),
                claims.use(pool, whole).withFree(free(pool, given.isEmpty() ? List.of(whole) : given)),
                ranges.of(pool.name()));
    }

    /** Networks' ranges may be equal or overlap, and an address counts once. */
    private BigInteger free(Pool pool, List<AddressRange> given) {
        List<AddressRange> apart = new ArrayList<>();
        given.stream().sorted(Comparator.comparing(AddressRange::first)).forEach(range -> {
            AddressRange before = apart.isEmpty() ? range : apart.get(apart.size() - 1);
            if (apart.isEmpty() || range.first().compareTo(before.last()) > 0) {
                apart.add(range);
            } else if (range.last().compareTo(before.last()) > 0) {
                apart.set(apart.size() - 1, new AddressRange(before.first(), range.last()));
            }
        });
        return apart.stream().map(range -> claims.use(pool, range).free()).reduce(BigInteger.ZERO, BigInteger::add);
    }
}
