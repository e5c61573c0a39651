package io.patchbay.store.embedded;

import io.patchbay.core.store.Value;
import java.util.List;
import java.util.Optional;

/** A committed transaction: its number and what it changed, at least one key. */
record Revision(long number, List<Write> writes) {

    /** What it did to one key: a value, or its absence. {@code lease} 0 means none. */
    record Write(String key, Optional<Value> value, long lease) {
        static final long NO_LEASE = 0;
    }
}
