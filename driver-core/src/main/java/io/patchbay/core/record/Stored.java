package io.patchbay.core.record;

import io.patchbay.core.store.Value;

/** A record that says itself where it lies: what it is about names its key. */
public interface Stored {
    /** See {@link Keys}. */
    String key();

    /** As it is kept. */
    Value write();
}
