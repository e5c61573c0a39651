package io.patchbay.core.ipam;

import io.patchbay.core.record.Claim;
import io.patchbay.core.record.Keys;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.store.Transaction;
import java.time.Instant;

/** The end of a host's claim, for whoever ends it. */
public final class ClaimEnd {
    private ClaimEnd() {}

    /**
     * Removes a claim that its host is done with; what a swarm's leader allocated goes back to it. True when done, false when it has changed, or belongs to a leader who cannot
     * be asked while the store is away.
     */
    public static boolean drop(State state, Versioned<Claim> claim, Instant now) {
        if (claim.value().swarm().isPresent() && state.isAway()) {
            return false;
        }
        String key = Keys.claim(claim.value());
        Transaction.Builder transaction = Transaction.builder().ifRevision(key, claim.revision());
        end(state, claim.value(), now, transaction);
        return state.commit(transaction.build());
    }

    /** Adds the end of a claim to a transaction: what a swarm's leader allocated is the leader's again. */
    public static void end(State state, Claim claim, Instant now, Transaction.Builder transaction) {
        String key = Keys.claim(claim);
        Handover.remains(state, claim, now)
                .ifPresentOrElse(
                        remains -> transaction.put(key, state.claims().encode(remains)), () -> transaction.delete(key));
    }
}
