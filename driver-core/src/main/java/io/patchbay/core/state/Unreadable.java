package io.patchbay.core.state;

import io.patchbay.core.failure.PatchbayException;
import io.patchbay.core.failure.PatchbayException.Kind;

/**
 * A record that is in the store and that this version cannot read: a newer one wrote it, or somebody else. It is there
 * all the same, and is neither written nor deleted by this host.
 *
 * @param reason one sentence without its full stop
 */
public record Unreadable(String key, String reason) {
    /** What keys begin with on this host's disk. */
    static final String OWN_DISK = "journal/";

    /** Whether it lies on this host's disk, and not in the store. */
    public boolean isOfOwnDisk() {
        return key.startsWith(OWN_DISK);
    }

    /** What is said where such a record would be needed. */
    PatchbayException refusal() {
        return new PatchbayException(
                Kind.UNREADABLE,
                "the record " + key + " is in the store and cannot be read: " + reason
                        + "; 'patchbay doctor' says what to do");
    }

    /** The last part of its key: of a claim the address, of what is a host's the host or its own id. */
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
