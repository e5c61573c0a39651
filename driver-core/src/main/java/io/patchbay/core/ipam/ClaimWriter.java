package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.ipam.ClaimLife.Verdict;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.PoolName;
import io.patchbay.core.record.PoolUser;
import io.patchbay.core.state.Decision;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.Versioned;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the claims of addresses, and carries out what {@link ClaimLife} says of them. */
final class ClaimWriter {
    private final EndpointLiveness liveness;
    private final Consumer<Versioned<Claim>> askFor;

    /** {@code askFor} has another host let its spare go, or fails. */
    ClaimWriter(EndpointLiveness liveness, Consumer<Versioned<Claim>> askFor) {
        this.liveness = liveness;
        this.askFor = askFor;
    }

    /** What becomes of the claim as it is now; {@code gone} is an endpoint that has just been ended. */
    interface Rule {
        Verdict judge(Optional<Claim> present, Optional<String> gone);
    }

    /**
     * Has the claim judged and writes what is said, with the condition that it is as it was judged. What a crash left
     * behind is ended, and another host asked for its spare, where the judgement depends on it.
     */
    void apply(Decision d, Ref<Claim> ref, Rule rule) {
        Verdict verdict = rule.judge(d.read(ref), Optional.empty());
        while (verdict instanceof Verdict.IfStale doubt) {
            // ending a stale endpoint has written the claim
            verdict = liveness.endIfStale(doubt.endpoint())
                    ? rule.judge(d.readAnew(ref), Optional.of(doubt.endpoint()))
                    : doubt.otherwise();
        }
        if (verdict instanceof Verdict.IfLetGo) {
            d.peek(ref).filter(claim -> claim.value().isSpare()).ifPresent(askFor);
            throw d.asConflict();
        }
        write(d, ref, verdict);
    }

    /**
     * A claim is made only while the use of its pool is there. One that ends meanwhile, as its network is removed, is
     * {@code UNAVAILABLE}.
     */
    static void requireUser(Decision d, Ref<PoolUser> ref, PoolName pool) {
        if (!d.isUnreadable(ref) && d.peekOrAsk(ref).isEmpty()) {
            throw ClaimRefusals.ended(pool);
        }
        d.expectPresent(ref);
    }

    /** Writes the claim, with the condition that the one whose place it takes is as it was seen, or absent too. */
    static void replace(Decision d, Optional<Versioned<Claim>> seen, Claim next) {
        d.expect(Ref.of(next), seen);
        d.put(next);
    }

    /** As {@link #replace}, where the very same that is there is this attempt's own doing. */
    static void replaceOnce(Decision d, Optional<Versioned<Claim>> seen, Claim next) {
        d.expect(Ref.of(next), seen);
        d.putOnce(next);
    }

    /** Ends the claim if it is as it was seen. */
    static void end(Decision d, Versioned<Claim> seen) {
        d.expect(seen);
        d.delete(seen.value());
    }

    /** Writes what was said of a claim that the decision has read. */
    static void write(Decision d, Ref<Claim> ref, Verdict verdict) {
        if (verdict instanceof Verdict.Becomes becomes) {
            d.put(becomes.next());
        } else if (verdict instanceof Verdict.Ends) {
            d.delete(ref);
        } else if (verdict instanceof Verdict.Refused refused) {
            throw new PatchbayException(refused.kind(), refused.sentence());
        }
    }
}
