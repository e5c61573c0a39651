package io.patchbay.e2e.chaos;

/** Something that must always hold did not. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    private final transient Invariant invariant;

    Violation(Invariant invariant, String what) {
        super(invariant.sentence() + ": " + what);
        this.invariant = invariant;
    }

    Violation(Invariant invariant, Throwable why) {
        super(invariant.sentence() + ": " + why.getMessage(), why);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}
