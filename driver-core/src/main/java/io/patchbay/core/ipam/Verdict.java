package io.patchbay.core.ipam;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.record.Claim;

/** What {@link ClaimLife} says that becomes of an address's claim. */
sealed interface Verdict {

    /** Nothing is to be written. */
    record Stays() implements Verdict {}

    /** The claim is to be written so. */
    record Becomes(Claim next) implements Verdict {}

    /** The claim is to be deleted. */
    record Ends() implements Verdict {}

    /** The wish is refused, with the sentence that is said. */
    record Refused(PatchbayException.Kind kind, String sentence) implements Verdict {}

    /**
     * It depends on whether an endpoint of this host still lives: while it does, {@code otherwise} holds; when it has
     * been ended, the claim is to be judged again.
     */
    record IfStale(String endpoint, Verdict otherwise) implements Verdict {}

    /** Another host keeps it in reserve and is to be asked to let it go; after that the claim is to be judged again. */
    record IfLetGo() implements Verdict {}
}
