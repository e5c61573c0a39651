package io.patchbay.core.state;

import io.patchbay.core.state.Contact.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * How this host stands with a shared store, since when and why; who waits for the store, and what is begun when it is
 * back. Changed with the link's lock held, see {@link Outage}; reading takes none. From where it can come to where says
 * docs/design/outage.md.
 */
final class LinkState {
    private final Supplier<Instant> clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Contact now;
    private volatile CompletableFuture<Void> back = new CompletableFuture<>();

    LinkState(Supplier<Instant> clock) {
        this.clock = clock;
        this.now = new Contact(Standing.LOADING, clock.get(), "it has not been reached yet", 0);
    }

    /** Without what waits to be sent. */
    Contact contact() {
        return now;
    }

    boolean isNear() {
        return now.near();
    }

    /** Whether this host's disk has not been read yet. */
    boolean isLoading() {
        return now.standing() == Standing.LOADING;
    }

    /** Whether the watch tells what happens after what was last read. */
    boolean isFollowed() {
        return switch (now.standing()) {
            case CATCHING_UP, NEAR -> true;
            case LOADING, STARTING, AWAY, REBUILDING -> false;
        };
    }

    /** How long it has been as it is. */
    Duration lasting() {
        return Duration.between(now.since(), clock.get());
    }

    /** What is to be begun when it is near; must be quick. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** This host's disk has been read. */
    void loaded() {
        become(Standing.STARTING, now.reason());
    }

    /**
     * It has not answered, or not as it should. What is followed and was not near yet stays so until it is read anew.
     */
    void lost(String reason, boolean rebuilding) {
        Standing unheard = rebuilding ? Standing.REBUILDING : Standing.AWAY;
        if (now.near()) {
            back = new CompletableFuture<>();
            now = new Contact(unheard, clock.get(), reason, 0);
        } else {
            become(isFollowed() ? now.standing() : unheard, reason);
        }
    }

    /** Everything was read, and is followed. */
    void read() {
        if (!now.near()) {
            become(Standing.CATCHING_UP, now.reason());
        }
    }

    /** All is sent. */
    void arrived() {
        now = new Contact(Standing.NEAR, clock.get(), "", 0);
        listeners.forEach(Runnable::run);
        back.complete(null);
    }

    private void become(Standing standing, String reason) {
        now = new Contact(standing, now.since(), reason, 0);
    }

    /** Waits a while until it is near; false when it is not then. */
    boolean await(Duration patience) {
        try {
            back.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return isNear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody ends it with a failure", e);
        }
    }
}
