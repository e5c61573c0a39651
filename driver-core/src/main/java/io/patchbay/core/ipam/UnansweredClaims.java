package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.time.TimeSource;
import io.patchbay.core.work.Chores;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims that were sent to the store and not answered for. Their containers get other addresses, or none; so one that
 * turns out to be there, at once or when the store has found its leader, is removed. What this misses, as when the
 * daemon ends meanwhile, is the reconciler's as a claim that was never bound.
 */
final class UnansweredClaims {
    private static final Logger LOG = LoggerFactory.getLogger(UnansweredClaims.class);

    /** What a leader has not decided by then is lost with it. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final State state;
    private final TimeSource time;
    private final Executor executor;
    private final Map<Ref<Claim>, Sent> sent = new ConcurrentHashMap<>();

    private record Sent(Claim claim, Duration at) {}

    UnansweredClaims(State state, TimeSource time, Executor executor) {
        this.state = state;
        this.time = time;
        this.executor = executor;
    }

    void start() {
        state.claims().follow((key, before, after) -> {
            if (after != null && !sent.isEmpty()) {
                look(Ref.of(after.value()), after);
            }
        });
        state.onBack(this::lookAtAll);
    }

    void add(Claim claim) {
        Duration now = time.steady();
        sent.values().removeIf(s -> now.minus(s.at()).compareTo(REMEMBERED) > 0);
        sent.put(Ref.of(claim), new Sent(claim, now));
        lookAtAll();
    }

    /** One of this address was answered for. */
    void remove(Claim claim) {
        sent.remove(Ref.of(claim));
    }

    private void lookAtAll() {
        sent.keySet().forEach(claim -> state.peek(claim).ifPresent(present -> look(claim, present)));
    }

    private void look(Ref<Claim> claim, Versioned<Claim> present) {
        Sent asked = sent.get(claim);
        if (asked == null || !present.value().equals(asked.claim())) {
            return;
        }
        Chores.begin(executor, "removing claim " + claim, () -> drop(claim, asked, present));
    }

    private void drop(Ref<Claim> claim, Sent asked, Versioned<Claim> present) {
        try {
            boolean dropped = state.attempt(d -> {
                // while the store is away nothing can be dropped; it is looked at again when it is back
                if (d.isAlone() || !asked.equals(sent.get(claim))) {
                    throw d.asConflict();
                }
                d.onConflict(() -> sent.remove(claim, asked));
                d.expect(present);
                ClaimEnd.end(d, present.value(), time.now());
            });
            if (dropped) {
                sent.remove(claim, asked);
            }
        } catch (PatchbayException e) {
            LOG.debug(
                    "claim not removed address={} reason=\"{}\"", asked.claim().address(), e.getMessage());
        }
    }
}
