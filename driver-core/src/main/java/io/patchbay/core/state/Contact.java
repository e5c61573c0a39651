package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.Store;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Whether the store can be reached, as far as this host knows.
 *
 * @param since when it came to be so
 * @param reason why it cannot, one sentence; empty while it can
 * @param unsent how many records wait to be sent
 */
public record Contact(boolean near, Instant since, String reason, int unsent) {
    /** What is said where the store would be needed, while it is not near. */
    PatchbayException refusal(Store store) {
        boolean answers = Stream.of(OwnDisk.BEGINNING, OtherHistory.BEGINNING).anyMatch(reason::startsWith);
        return new PatchbayException(
                Kind.UNAVAILABLE,
                store.description() + (answers ? " is not caught up with since " : " cannot be reached since ") + since
                        + ", and this has to be agreed there: " + reason);
    }
}
