package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;
import io.patchbay.core.store.CommitResult;
import io.patchbay.core.store.Store;
import io.patchbay.core.store.Transaction;
import java.util.List;
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
        if (revision < latest || (revision == latest && isWritten(guarded, result))) {
            return Optional.of(wentBack(revision, latest) + "; it is not known whether the transaction was applied");
        }
        return result instanceof CommitResult.Conflict conflict
                ? guarded.conditions().stream()
                        .filter(c -> Mark.isGuard(c.key()))
                        .flatMap(c -> in(c, conflict.present()).stream())
                        .map(why -> why + "; nothing was applied")
                        .findFirst()
                : Optional.empty();
    }

    /** The same of what was read together with the mark. */
    static Optional<String> in(Transaction.Condition mark, Store.Snapshot read, long latest) {
        return read.revision() < latest ? Optional.of(wentBack(read.revision(), latest)) : in(mark, read.entries());
    }

    private static Optional<String> in(Transaction.Condition mark, List<Store.Entry> present) {
        return present.stream().anyMatch(e -> e.key().equals(mark.key()) && e.revision() == mark.revision())
                ? Optional.empty()
                : Optional.of("its mark is another or gone");
    }

    /** What is written gets a revision that nobody has heard of before. */
    private static boolean isWritten(Transaction transaction, CommitResult result) {
        return result instanceof CommitResult.Committed
                && transaction.operations().stream().anyMatch(Transaction.Put.class::isInstance);
    }

    /** Whether that is what a failure is about. */
    static boolean isCauseOf(Exception e) {
        return String.valueOf(e.getMessage()).startsWith(BEGINNING);
    }

    static PatchbayException failure(String why) {
        return new PatchbayException(Kind.UNAVAILABLE, SENTENCE + why);
    }
}
