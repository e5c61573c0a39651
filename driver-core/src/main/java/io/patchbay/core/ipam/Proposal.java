package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Versioned;

/** An address to try; {@code revision} is that of the held or spare claim it takes over, 0 when it is free. */
record Proposal(IpAddress address, long revision) {
    static Proposal of(Versioned<Claim> claim) {
        return new Proposal(claim.value().address(), claim.revision());
    }

    static Proposal free(IpAddress address) {
        return new Proposal(address, 0);
    }
}
