package io.patchbay.core.state;

import io.patchbay.core.store.Store;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What hosts tell each other below {@code rebuild/} and cannot be read: it says nothing, and is named once. */
final class UnreadableNotes {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableNotes.class);

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** What the entry says, or something else. {@code read} may throw {@link IllegalArgumentException}. */
    <T> T orElse(Store.Entry entry, Supplier<T> read, T otherwise) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            if (told.add(entry.key())) {
                LOG.warn(
                        "what a host says of its putting back cannot be read key={} reason=\"{}\"",
                        entry.key(),
                        e.getMessage());
            }
            return otherwise;
        }
    }
}
