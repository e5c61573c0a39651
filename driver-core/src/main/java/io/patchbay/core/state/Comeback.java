package io.patchbay.core.state;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The moment when a store that was lost is near again: who waits for it, and what is begun then. */
final class Comeback {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> back = new CompletableFuture<>();

    /** What is to be begun then; must be quick. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** The store was lost. */
    void expect() {
        back = new CompletableFuture<>();
    }

    /** It is near. */
    void tell() {
        listeners.forEach(Runnable::run);
        back.complete(null);
    }

    /** Waits a while until the store is near; false when it is not then. */
    boolean await(Duration patience, BooleanSupplier near) {
        try {
            back.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return near.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody ends it with a failure", e);
        }
    }
}
