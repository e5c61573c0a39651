package io.patchbay.core.ipam;

import io.patchbay.core.addr.IpAddress;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Versioned;
import java.util.Optional;

/** An address to try; {@code over} is the held or spare claim it takes over, empty when it is free. */
record Proposal(IpAddress address, Optional<Versioned<Claim>> over) {
    static Proposal of(Versioned<Claim> claim) {
        return new Proposal(claim.value().address(), Optional.of(claim));
    }

    static Proposal free(IpAddress address) {
        return new Proposal(address, Optional.empty());
    }
}
