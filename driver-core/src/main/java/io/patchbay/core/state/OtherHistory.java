package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Transaction;
import java.util.Optional;

/** Finds that an answer of the store comes from another history than was known when the question was sent. */
final class OtherHistory {
    /** How a sentence about it begins. */
    static final String BEGINNING = "the store's history is another than this host ";

    static final String SENTENCE = BEGINNING + "knows: ";

    private OtherHistory() {}

    static String wentBack(long revision, long latest) {
        return "it is at revision " + revision + " although this host has heard of " + latest
                + ", so it was restored from an older backup or rolled back";
    }

    /**
     * Why the answer to a guarded transaction is one of another history, given the latest revision that was known
     * before it was sent; empty when it is not. Nothing of such an answer may be believed.
     */
    static Optional<String> in(Transaction guarded, CommitResult result, long latest) {
        long revision =
                result instanceof CommitResult.Conflict c ? c.revision() : ((CommitResult.Committed) result).revision();
        if (revision < latest) {
            return Optional.of(wentBack(revision, latest) + "; it is not known whether the transaction was applied");
        }
        boolean replaced = result instanceof CommitResult.Conflict conflict
                && guarded.conditions().stream()
                        .filter(c -> Mark.isGuard(c.key()))
                        .anyMatch(c -> conflict.present().stream()
                                .noneMatch(e -> e.key().equals(c.key()) && e.revision() == c.revision()));
        return replaced ? Optional.of("its mark is another or gone; nothing was applied") : Optional.empty();
    }

    /** Whether that is what a failure is about. */
    static boolean isCauseOf(Exception e) {
        return String.valueOf(e.getMessage()).startsWith(BEGINNING);
    }

    static PatchbayException failure(String why) {
        return new PatchbayException(Kind.UNAVAILABLE, SENTENCE + why);
    }
}
