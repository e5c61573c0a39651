package io.patchbay.core.fsck;

/**
 * What came of the wish to have something repaired.
 *
 * @param message why not, or how
 */
public record Outcome(Wanted wanted, Result result, String message) {
    /** How it ended. */
    public enum Result {
        REPAIRED,
        /** It was not found any more. */
        GONE,
        /** It is for a person, or for another host. */
        LEFT,
        FAILED
    }
}
