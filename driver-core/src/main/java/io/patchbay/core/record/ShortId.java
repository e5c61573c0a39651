package io.patchbay.core.record;

/** The beginning of an id of the engine's, as long as docker shows it: enough to tell one from another. */
public final class ShortId {
    /** How long it is. */
    public static final int LENGTH = 12;

    private ShortId() {}

    /** The beginning of the id; all of one that is shorter. */
    public static String of(String id) {
        return id.length() > LENGTH ? id.substring(0, LENGTH) : id;
    }
}
