package io.patchbay.store.embedded;

import io.patchbay.core.store.Value;
import java.util.Optional;

/** What a committed transaction did to one key: a value, or its absence. {@code lease} 0 means none. */
record Write(String key, Optional<Value> value, long lease) {
    static final long NO_LEASE = 0;
}
