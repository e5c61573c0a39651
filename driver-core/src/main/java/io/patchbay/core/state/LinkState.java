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
 * How this host stands with a shared store, who waits for it, and what is begun when it is back. Changed with the
 * {@link LinkLock} held; reading takes no lock. From where it can come to where says docs/design/outage.md.
 */
final class LinkState {
    private final Supplier<Instant> clock;
    private final Duration patience;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Contact now;
    private volatile CompletableFuture<Void> back = new CompletableFuture<>();
    private volatile boolean cameBefore;

    /** {@code patience}: how long who waits for it waits. */
    LinkState(Supplier<Instant> clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
        this.now = new Contact(Standing.LOADING, clock.get(), "it has not been reached yet");
    }

    Contact contact() {
        return now;
    }

    boolean isOnline() {
        return now.isOnline();
    }

    /** Whether this host's disk has not been read yet. */
    boolean isLoading() {
        return now.standing() == Standing.LOADING;
    }

    /** Whether the watch tells what happens after what was last read. */
    boolean isFollowed() {
        return switch (now.standing()) {
            case CATCHING_UP, ASKING, ONLINE -> true;
            case LOADING, STARTING, AWAY, REBUILDING -> false;
        };
    }

    /** Whether other hosts are waited for, and nothing else. */
    boolean isAsking() {
        return now.standing() == Standing.ASKING;
    }

    /** Whether it has been online since start. */
    boolean wasOnline() {
        return cameBefore;
    }

    /** How long it has been as it is. */
    Duration lasting() {
        return Duration.between(now.since(), clock.get());
    }

    /** What is to be begun when it is online; must be quick, for the link's lock is held. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** This host's disk has been read. */
    void loaded() {
        become(Standing.STARTING, now.reason());
    }

    /**
     * It has not answered, or not as it should. What is followed and was not online yet stays so until it is read anew.
     */
    void lost(String reason, boolean rebuilding) {
        Standing unreachable = rebuilding ? Standing.REBUILDING : Standing.AWAY;
        if (now.isOnline()) {
            back = new CompletableFuture<>();
            now = new Contact(unreachable, clock.get(), reason);
        } else {
            become(isFollowed() ? Standing.CATCHING_UP : unreachable, reason);
        }
    }

    /** Everything was read, and is followed. */
    void read() {
        if (!now.isOnline()) {
            become(Standing.CATCHING_UP, now.reason());
        }
    }

    /** All is sent, and others are asked whether it is as they know it. */
    void ask(String reason) {
        become(Standing.ASKING, reason);
    }

    /** All is sent, and others have been asked. */
    void arrived() {
        now = new Contact(Standing.ONLINE, clock.get(), "");
        cameBefore = true;
        listeners.forEach(Runnable::run);
        back.complete(null);
    }

    private void become(Standing standing, String reason) {
        now = new Contact(standing, now.since(), reason);
    }

    /** Waits a while until it is online; false when it is not then. */
    boolean await() {
        try {
            back.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return isOnline();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody ends it with a failure", e);
        }
    }
}
