package io.patchbay.core.ipam;

import io.patchbay.core.addr.Subnet;
import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.Segment;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;

/** What making a pool needs of its segment: no other pool on it may overlap. */
final class PoolBirth {
    private PoolBirth() {}

    /** Adds the pool's subnet to its segment; a pool that overlaps is a {@code CONFLICT}. */
    static void addToSegment(Decision d, PoolName name) {
        Ref<Segment> ref = Ref.segment(name.segment());
        Segment segment = d.read(ref).orElse(Segment.EMPTY);
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
        d.put(ref, segment.without(name.subnet()).with(name.subnet()));
    }

    /** Takes the pool's subnet from its segment. */
    static void takeFromSegment(Decision d, PoolName name) {
        Ref<Segment> ref = Ref.segment(name.segment());
        Segment rest = d.read(ref).orElse(Segment.EMPTY).without(name.subnet());
        if (rest.equals(Segment.EMPTY)) {
            d.delete(ref);
        } else {
            d.put(ref, rest);
        }
    }
}
