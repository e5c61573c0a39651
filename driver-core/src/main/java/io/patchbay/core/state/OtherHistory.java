package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;

/** Tells an answer of the store that comes from another history than was known when the question was sent. */
final class OtherHistory {
    /** How a sentence about it begins. */
    static final String SENTENCE = "the store's history is another than this host knows: ";

    private OtherHistory() {}

    static String wentBack(long revision, long heard) {
        return "it is at revision " + revision + " although this host has heard of " + heard
                + ", so it was restored from an older backup or rolled back";
    }

    /**
     * Fails with {@code UNAVAILABLE} if the answer to a guarded transaction is one of another history, given what had
     * been heard before it was sent. Nothing of such an answer may be believed.
     */
    static void check(Transaction guarded, CommitResult result, long heard) {
        long revision =
                result instanceof CommitResult.Conflict c ? c.revision() : ((CommitResult.Committed) result).revision();
        if (revision < heard) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE,
                    SENTENCE + wentBack(revision, heard) + "; it is not known whether the transaction was applied");
        }
        boolean replaced = result instanceof CommitResult.Conflict conflict
                && guarded.conditions().stream()
                        .filter(c -> c.key().equals(History.KEY))
                        .anyMatch(c -> conflict.present().stream()
                                .noneMatch(e -> e.key().equals(History.KEY) && e.revision() == c.revision()));
        if (replaced) {
            throw new PatchbayException(
                    Kind.UNAVAILABLE, SENTENCE + "its mark is another or gone; nothing was applied");
        }
    }
}
