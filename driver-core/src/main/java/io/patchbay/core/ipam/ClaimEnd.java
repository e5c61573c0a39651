package io.patchbay.core.ipam;

import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import java.time.Instant;

/** The end of a host's claim, for whoever ends it. */
public final class ClaimEnd {
    private ClaimEnd() {}

    /**
     * Removes a claim that its host is done with. What a swarm's leader allocated goes back to it, and what a container
     * asked for by name stays for it. True when done, false when it has changed, or belongs to a leader who cannot be
     * asked while the store is away.
     */
    public static boolean drop(State state, Versioned<Claim> claim, Instant now) {
        return state.attempt(d -> {
            if (claim.value().leader().isPresent() && d.isAlone()) {
                throw d.asConflict();
            }
            d.expect(claim);
            // it is not dropped from an endpoint that this host has not heard of
            claim.value()
                    .endpoint()
                    .map(id -> Ref.endpoint(claim.value().owner().name(), id))
                    .ifPresent(d::expectAbsent);
            if (claim.value().isFixed() && !claim.value().isHeld()) {
                d.put(ClaimLife.released(claim.value(), new KnownFacts(d, now)));
            } else {
                end(d, claim.value(), now);
            }
        });
    }

    /** Ends a claim, which the decision is to have read: what a swarm's leader allocated is the leader's again. */
    public static void end(Decision d, Claim claim, Instant now) {
        ClaimWriter.write(d, Ref.of(claim), ClaimLife.end(claim, new KnownFacts(d, now)));
    }
}
