package io.patchbay.daemon.uplink.persist;

import org.jspecify.annotations.Nullable;

/**
 * A file of the host's network configuration as it was and as it is to be.
 *
 * @param before null where there was none
 * @param after null where there is to be none
 * @param mode of a file that is made, as {@code rw-r--r--}; one that is there keeps its own
 */
public record FileChange(
        String path, @Nullable String before, @Nullable String after, String mode) {
    static final String FOR_ALL = "rw-r--r--";
    static final String FOR_ROOT = "rw-------";

    static FileChange added(String path, String text) {
        return new FileChange(path, null, text, FOR_ALL);
    }

    /** The one that undoes this. */
    FileChange inverse() {
        return new FileChange(path, after, before, mode);
    }
}
