package io.patchbay.core.ipam;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.Keys;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Segment;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;

/** What making a pool needs of its segment: no other pool on it may overlap. */
final class PoolBirth {
    private PoolBirth() {}

    /** Adds the pool's subnet to its segment in the transaction; a pool that overlaps is a {@code CONFLICT}. */
    static void addToSegment(State state, PoolName name, Transaction.Builder transaction) {
        String key = Keys.segment(name.segment());
        Segment segment = segment(state, name.segment());
        for (Subnet other : segment.subnets()) {
            if (other.overlaps(name.subnet()) && !other.equals(name.subnet())) {
                throw new PatchbayException(
                        Kind.CONFLICT,
                        "subnet " + name.subnet() + " overlaps pool " + other
                                + " of another network; name the same subnet and give each network a range of it, or"
                                + " keep LANs apart with --ipam-opt "
                                + IpamOptions.SEGMENT + "=NAME");
            }
        }
        Segment changed = segment.without(name.subnet()).with(name.subnet());
        transaction
                .ifRevision(key, state.segments().revision(key))
                .put(key, state.segments().encode(changed));
    }

    static Segment segment(State state, String segment) {
        return state.segments().get(Keys.segment(segment)).map(Versioned::value).orElse(Segment.EMPTY);
    }
}
