package io.patchbay.core.state;

import io.patchbay.core.store.Value;
import java.util.Optional;

/**
 * What a host writes while it puts back what it knows: {@code value} under the condition that the record has revision
 * {@code base}, 0 for absent; no value ends it. {@code origin} is the old revision that speaks for it. {@code owner} is
 * another host whose own it is and who must not have become its judge meanwhile; empty for none.
 */
record Step(String key, long base, Optional<Value> value, long origin, String owner) {
    Step of(String host) {
        return new Step(key, base, value, origin, host);
    }
}
