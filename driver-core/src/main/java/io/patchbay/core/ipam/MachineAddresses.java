package io.patchbay.core.ipam;

import io.patchbay.core.addr.AddressRange;
import io.patchbay.core.addr.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machines' addresses of one pool, as they were when a request for an address came. */
record MachineAddresses(Map<IpAddress, String> all) {
    MachineAddresses {
        all = Map.copyOf(all);
    }

    /** Whose an address is, as in "host h2's own address"; empty when it is no machine's. */
    Optional<String> holder(IpAddress address) {
        return Optional.ofNullable(all.get(address));
    }

    /** The ranges that dynamic allocation does not touch: those that people reserved, and the machines'. */
    List<AddressRange> and(List<AddressRange> reserved) {
        List<AddressRange> ranges = new ArrayList<>(reserved);
        all.keySet().forEach(a -> ranges.add(new AddressRange(a, a)));
        return ranges;
    }

    /** How many of a range's addresses are machines'. */
    long count(AddressRange range) {
        return all.keySet().stream().filter(range::contains).count();
    }
}
