package io.patchbay.core.endpoint;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Claim;
import io.patchbay.core.state.Ref;
import io.patchbay.core.state.State;
import io.patchbay.core.state.Versioned;
import io.patchbay.core.work.Chores;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a container of this host off the LAN when another host turns out to have its address: at once, not at the next
 * round of the reconciler.
 */
public final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    private final State state;
    private final String host;
    private final Endpoints endpoints;
    private final Executor executor;

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
    }

    private void changed(String key, @Nullable Versioned<Claim> before, @Nullable Versioned<Claim> after) {
        if (before == null || after == null || before.value().endpoint().isEmpty()) {
            return;
        }
        boolean lost =
                before.value().isOf(host) && !after.value().owner().name().equals(host);
        if (lost) {
            String endpoint = before.value().endpoint().get();
            Chores.begin(executor, "fencing of endpoint " + endpoint, () -> end(endpoint));
        }
    }

    private void end(String endpoint) {
        try {
            state.peek(Ref.endpoint(host, endpoint)).ifPresent(e -> endpoints.reclaim(e.value()));
        } catch (PatchbayException e) {
            LOG.warn("fencing failed, the reconciler does it endpoint={} reason=\"{}\"", endpoint, e.getMessage());
        }
    }
}
