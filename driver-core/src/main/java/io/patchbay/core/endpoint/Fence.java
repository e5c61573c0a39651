package io.patchbay.core.endpoint;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Claim;
import io.patchbay.core.record.MacClaim;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a container of this host off the LAN when another host turns out to have its address or its MAC: at once, not
 * at the next round of the reconciler.
 */
public final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    private final State state;
    private final String host;
    private final Endpoints endpoints;
    private final Executor executor;
    /** What is still to be fenced: while the store is away nothing can be claimed for sure. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /** {@code executor} has a thread that may wait for the kernel and the store. */
    public Fence(State state, String host, Endpoints endpoints, Executor executor) {
        this.state = state;
        this.host = host;
        this.endpoints = endpoints;
        this.executor = executor;
    }

    /** Looks at every claim that changes from now on; call it before the state is started. */
    public void start() {
        state.claims().follow(this::changed);
        state.macs().follow(this::macChanged);
        state.onBack(this::again);
    }

    /** Tries again what could not be fenced; for every round. */
    public void again() {
        waiting.forEach(this::fence);
    }

    private void changed(String key, @Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        if (before == null || after == null) {
            return;
        }
        boolean lost =
                before.value().isOf(host) && !after.value().owner().name().equals(host);
        if (lost) {
            before.value().endpoint().ifPresent(this::fence);
        }
    }

    private void macChanged(String key, @Nullable Versioned<MacClaim> before, @Nullable Versioned<MacClaim> after) {
        if (before == null || after == null) {
            return;
        }
        boolean lost =
                before.value().host().equals(host) && !after.value().host().equals(host);
        if (lost) {
            before.value().endpoint().ifPresent(this::fence);
        }
    }

    private void fence(String endpoint) {
        waiting.add(endpoint);
        Chores.begin(executor, "fencing of endpoint " + endpoint, () -> end(endpoint));
    }

    private void end(String endpoint) {
        try {
            state.peek(Ref.endpoint(host, endpoint)).ifPresent(e -> endpoints.reclaim(e.value()));
            waiting.remove(endpoint);
        } catch (PatchbayException e) {
            LOG.warn("fencing failed, tried again later endpoint={} reason=\"{}\"", endpoint, e.getMessage());
        }
    }
}
