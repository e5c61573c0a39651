package io.patchbay.core.testkit;

/** How the driver of a {@link World} works with its engine. */
public enum Sharing {
    /** Only when the test says so, see {@link World#engineRound}. */
    BY_HAND,
    /** By itself, as in the daemon. */
    LIVE,
    /** As {@link #BY_HAND}, and networks are not shared. */
    OFF
}
