package io.patchbay.core.state;

import io.patchbay.core.store.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a host writes while it puts back what it knows: {@code value} under the condition that the record has revision
 * {@code base}, 0 for absent; no value ends it. {@code origin} is the old revision that speaks for it. {@code owner} is
 * another host whose own it is and who must not have become its judge meanwhile; empty for none.
 */
record Step(String key, long base, Optional<Value> value, long origin, String owner) {
    /** There is a condition for each, and for each host whose own they are, and few besides. */
    private static final int BATCH = 100;

    private static final int OWNERS = 20;
    private static final int BATCH_BYTES = 1 << 19;

    Step of(String host) {
        return new Step(key, base, value, origin, host);
    }

    /** In their order, as many together as a transaction takes. */
    static List<List<Step>> batches(List<Step> steps) {
        List<List<Step>> batches = new ArrayList<>();
        List<Step> batch = new ArrayList<>();
        Set<String> owners = new HashSet<>();
        int bytes = 0;
        for (Step step : steps) {
            int size = step.value().map(Value::length).orElse(0);
            boolean full = batch.size() == BATCH || owners.size() == OWNERS || bytes + size > BATCH_BYTES;
            if (full && !batch.isEmpty()) {
                batches.add(batch);
                batch = new ArrayList<>();
                owners.clear();
                bytes = 0;
            }
            owners.add(step.owner());
            batch.add(step);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
