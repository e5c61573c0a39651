package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * How this host stands with a shared store: what it has of it, since when and why.
 *
 * @param since when the store was lost, or came online
 * @param reason why it is not online, one sentence; empty while it is
 */
public record Contact(Standing standing, Instant since, String reason) {
    /** What of a shared store this host has. */
    public enum Standing {
        /** Nothing: its own disk has not been read yet. */
        LOADING,
        /** What its disk remembers; the store has not been asked yet. */
        STARTING,
        /** What it had when the store was lost; nothing is heard of the store. */
        AWAY,
        /** The same: the store has another history, and records are put back. */
        REBUILDING,
        /** Everything, and the watch tells what changes; what is unsent goes out. */
        CATCHING_UP,
        /** The same; nothing is unsent, and other hosts are asked whether the store is as they know it. */
        ASKING,
        /** Everything, and others decide with it: the only one in which calls go to the store. */
        ONLINE
    }

    /** Whether the store decides, and not this host alone. */
    public boolean isOnline() {
        return standing == Standing.ONLINE;
    }

    /** What is said where the store would be needed, while it is not online. */
    PatchbayException refusal(Store store) {
        boolean answers = Stream.of(OwnDisk.BEGINNING, OtherHistory.BEGINNING, RollCall.BEGINNING)
                .anyMatch(reason::startsWith);
        return new PatchbayException(
                Kind.UNAVAILABLE,
                store.description() + (answers ? " is not caught up with since " : " cannot be reached since ") + since
                        + ", and this has to be agreed there: " + reason);
    }
}
